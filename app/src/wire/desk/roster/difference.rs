//! Where Clio says something else of a person than what is here, and what became of it.

use serde::{Deserialize, Serialize};

use super::{super::dormancy::Hand, RosterDoer};
use crate::wire::{Moment, Role, Status};

/// What sort of difference it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DifferenceKind {
    /// No longer in the firm.
    Gone,
    /// The login was disabled in Clio.
    Disabled,
    /// In the firm again, or enabled again.
    Back,
    /// New in the firm.
    New,
    /// Another e-mail.
    Email,
    /// Another name.
    Name,
}

impl DifferenceKind {
    /// All of them, in the order in which they are shown: what takes away access first.
    pub const ALL: [Self; 6] = [
        Self::Gone,
        Self::Disabled,
        Self::Back,
        Self::New,
        Self::Email,
        Self::Name,
    ];

    /// The word in URLs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::Disabled => "disabled",
            Self::Back => "back",
            Self::New => "new",
            Self::Email => "email",
            Self::Name => "name",
        }
    }

    /// The kind with this word, if there is one.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// What differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// No longer in the firm.
    Gone,
    /// The login was disabled in Clio.
    Disabled,
    /// Was gone or disabled, and is not any more.
    Back {
        /// Whether they had been gone; otherwise their login had been disabled.
        was_gone: bool,
    },
    /// New in the firm.
    New,
    /// Another e-mail.
    Email {
        /// Of the account here.
        before: String,
        /// In Clio.
        after: String,
    },
    /// Another name.
    Name {
        /// Of the account here.
        before: String,
        /// In Clio.
        after: String,
    },
}

impl What {
    /// Its sort.
    pub const fn kind(&self) -> DifferenceKind {
        match self {
            Self::Gone => DifferenceKind::Gone,
            Self::Disabled => DifferenceKind::Disabled,
            Self::Back { .. } => DifferenceKind::Back,
            Self::New => DifferenceKind::New,
            Self::Email { .. } => DifferenceKind::Email,
            Self::Name { .. } => DifferenceKind::Name,
        }
    }
}

/// A difference about one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Its id.
    pub id: String,
    /// What differs.
    pub what: What,
    /// The name of the firm.
    pub firm: String,
    /// The person's name in Clio; the e-mail where there is none.
    pub name: String,
    /// The person's e-mail in Clio; may be empty.
    pub email: String,
    /// The account that it concerns, if there is one.
    pub account: Option<RosterAccount>,
    /// When a read first found it.
    pub since: Moment,
    /// What became of it.
    pub became: Became,
    /// Why carrying it out would leave it alone, or did.
    pub obstacle: Option<Obstacle>,
}

/// An account here of a person of the roster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterAccount {
    /// Its id.
    pub id: String,
    /// Its name, or e-mail where there is none.
    pub name: String,
    /// Its e-mail.
    pub email: String,
    /// Whether it can be used.
    pub status: Status,
    /// What it may do.
    pub role: Role,
}

/// What became of a difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Became {
    /// It waits for a decision.
    Waits(Why),
    /// It was carried out.
    CarriedOut {
        /// Who decided; `None`: the rule, by itself.
        by: Option<RosterDoer>,
        /// When.
        at: Moment,
        /// Why, in their words.
        reason: Option<String>,
        /// How to undo it, if whoever looks still can.
        undo: Option<RosterUndo>,
    },
    /// It was decided to leave it as it is.
    Left {
        /// Who decided.
        by: RosterDoer,
        /// When.
        at: Moment,
        /// Why, in their words.
        reason: String,
    },
    /// It was carried out, and that was undone.
    Undone {
        /// Who undid it; `None`: on the command line, or nobody who is known.
        by: Option<RosterDoer>,
        /// When.
        at: Moment,
    },
    /// It is there no longer: a later read, or a change here, ended it before anybody decided.
    Settled {
        /// When.
        at: Moment,
    },
}

/// How something that was carried out is undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterUndo {
    /// The audit event, as `/admin/undo` takes it.
    pub event: String,
    /// Until which day.
    pub until: String,
}

/// Why a difference waits for a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Why {
    /// An administrator always decides about this kind.
    Kind,
    /// The rule for leavers says so.
    Rule,
    /// More would be suspended at once than the rule allows.
    Threshold,
    /// It is an administrator's account.
    Administrator,
    /// It is the account that connected the firm.
    Connector,
    /// It is an owner's account, which is never suspended by itself.
    Owner,
}

impl Why {
    /// All of them, for tables and tests.
    pub const ALL: [Self; 6] = [
        Self::Kind,
        Self::Rule,
        Self::Threshold,
        Self::Administrator,
        Self::Connector,
        Self::Owner,
    ];
}

/// Why carrying a difference out leaves it alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Obstacle {
    /// It was decided, or is there no longer.
    Decided,
    /// The person has no account here.
    NoAccount,
    /// A new person has an account here meanwhile.
    HasAccount,
    /// A new person is invited already.
    InvitedAlready,
    /// Clio has no complete e-mail of the person.
    NoEmail,
    /// The account isn't in a state for it.
    State,
    /// The account wasn't closed because of the roster.
    ClosedOtherwise,
    /// A question about the new e-mail is in the queue already.
    AskedAlready,
    /// Only owners do that.
    OwnersOnly,
    /// Nobody does that to themselves.
    Oneself,
    /// The firm would have no owner left.
    LastOwner,
    /// Something went wrong on our side.
    Failed,
}

impl Obstacle {
    /// All of them, for tables and tests.
    pub const ALL: [Self; 12] = [
        Self::Decided,
        Self::NoAccount,
        Self::HasAccount,
        Self::InvitedAlready,
        Self::NoEmail,
        Self::State,
        Self::ClosedOtherwise,
        Self::AskedAlready,
        Self::OwnersOnly,
        Self::Oneself,
        Self::LastOwner,
        Self::Failed,
    ];
}

/// The differences of one kind that wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The kind.
    pub kind: DifferenceKind,
    /// How many of it wait.
    pub count: u64,
    /// A page of them, the oldest first.
    pub differences: Vec<Difference>,
    /// Where the next page begins, as the page's `after`.
    pub next: Option<String>,
    /// Whether this isn't the first page.
    pub is_later: bool,
}

impl Group {
    /// How many a page shows at most: as many as still fit into the address that comes back from
    /// confirming.
    pub const MOST_SHOWN: usize = 40;
}

/// What is decided about differences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RosterVerdict {
    /// They are carried out.
    CarryOut,
    /// What is here stays as it is; they no longer wait.
    Leave,
}

impl RosterVerdict {
    /// Both, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::CarryOut, Self::Leave];

    /// The word in forms and URLs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::CarryOut => "carry_out",
            Self::Leave => "leave",
        }
    }

    /// The one with this word, if there is one.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.code() == code)
    }
}

/// What a decision would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterDecision {
    /// What it is about; those with an obstacle would be left alone by carrying out, those that wait no
    /// longer by either. Empty when nothing was ticked, or nothing of it is there.
    pub differences: Vec<Difference>,
    /// How many more were asked for than one decision takes.
    pub left_over: u64,
    /// What whoever looks may do.
    pub hand: Hand,
}

impl RosterDecision {
    /// How many one decision takes at most.
    pub const MOST: usize = 100;
}
