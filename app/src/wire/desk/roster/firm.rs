//! A firm whose people are read.

use serde::{Deserialize, Serialize};

use super::{super::dormancy::Hand, RosterDoer, RosterProgress, Trouble};
use crate::wire::{Moment, Region};

/// A connected firm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Firm {
    /// Its id here.
    pub id: String,
    /// Its name in Clio.
    pub name: String,
    /// Its region.
    pub region: Region,
    /// The number of its account in Clio.
    pub clio_account: String,
    /// Who connected it.
    pub connected_by: RosterDoer,
    /// Whether they still decide about accounts here: what they granted is read with either way.
    pub connector_decides: bool,
    /// When.
    pub connected: Moment,
    /// As which person of Clio they did.
    pub clio_user: ClioUser,
    /// How the reading stands.
    pub state: RosterState,
    /// The last read that went through to its end.
    pub last: Option<WholeRead>,
    /// When the next one begins by itself; `None` while none is planned.
    pub next: Option<String>,
    /// What becomes of leavers.
    pub rule: RosterRule,
    /// Of the last whole read: that it would have suspended more than the rule allows, as long as
    /// anything of that waits.
    pub too_many: Option<TooMany>,
}

/// The person of Clio who granted the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClioUser {
    /// Their name.
    pub name: String,
    /// Their e-mail in Clio.
    pub email: String,
    /// Whether that is another e-mail than the account has that connected the firm.
    pub is_other_email: bool,
}

/// How the reading of a firm's people stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RosterState {
    /// Connected, and not read yet.
    NotRead,
    /// The last read went through.
    UpToDate,
    /// A read is under way.
    Reading(RosterProgress),
    /// A read is under way and rests, because Clio limits how often it is asked; goes on by itself.
    Paused {
        /// How far it is.
        progress: RosterProgress,
        /// When it goes on.
        until: String,
    },
    /// The last read didn't get to its end.
    Failed {
        /// What was in the way.
        trouble: Trouble,
        /// When it ended.
        at: Moment,
    },
    /// Clio no longer takes the connection: nothing is read before somebody connects again.
    ReconnectNeeded {
        /// Since when.
        since: Moment,
    },
}

impl RosterState {
    /// How far a read is that is under way.
    pub const fn progress(&self) -> Option<&RosterProgress> {
        match self {
            Self::Reading(progress) | Self::Paused { progress, .. } => Some(progress),
            Self::NotRead | Self::UpToDate | Self::Failed { .. } | Self::ReconnectNeeded { .. } => {
                None
            }
        }
    }
}

/// A read that went through to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WholeRead {
    /// Its id.
    pub read: String,
    /// When it ended.
    pub at: Moment,
    /// How many people it found.
    pub people: u64,
}

/// A read after which more accounts would be suspended at once than the rule allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany {
    /// How many accounts would be.
    pub leavers: u64,
    /// Of how many accounts that people of the firm have here; at least one.
    pub accounts: u64,
    /// The percentage that the rule had then.
    pub threshold: u8,
}

/// What becomes of an account whose person is no longer in the firm, or whose login was disabled there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Leavers {
    /// It is suspended by itself.
    Automatic,
    /// An administrator decides.
    Approval,
}

impl Leavers {
    /// Both, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::Automatic, Self::Approval];

    /// The word in forms and URLs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Automatic => "automatic",
            Self::Approval => "approval",
        }
    }

    /// The one with this word, if there is one.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|leavers| leavers.code() == code)
    }
}

/// The rule for leavers of a firm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterRule {
    /// What becomes of them.
    pub leavers: Leavers,
    /// If more than this percentage of the accounts would be suspended at once, an administrator decides;
    /// 1 to 100.
    pub threshold: u8,
    /// How many rules there were before this one.
    pub revision: i32,
    /// Who wrote it, and why; nobody wrote the first.
    pub change: Option<RosterRuleChange>,
}

/// Who put a rule in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterRuleChange {
    /// Who.
    pub by: RosterDoer,
    /// When.
    pub at: Moment,
    /// Why, in their words.
    pub reason: String,
    /// Until which day it can be undone, if it still can.
    pub undo_until: Option<String>,
}

/// The pages about one firm: where its rule is changed, and where it is disconnected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirmPage {
    /// The firm.
    pub firm: Firm,
    /// How many of its differences wait for a decision.
    pub waiting: u64,
    /// What whoever looks may do.
    pub hand: Hand,
}
