//! The roster: what Clio Manage says of a firm's people, compared with the accounts here.
//!
//! | Clio Manage | the account | difference |
//! |---|---|---|
//! | has the person, who wasn't there before | none | new |
//! | no longer has the person | can be used | gone |
//! | has the person's login switched off | can be used | disabled |
//! | has the person, gone or switched off before | suspended because of that | back |
//! | says another e-mail | can be used | e-mail |
//! | says another name | can be used | name |
//!
//! What was decided about isn't found again until Clio says something else. Only a read
//! that got to its end finds anything: [`is_whole`].

mod deciding;
mod ending;

use std::{collections::HashSet, str::FromStr};

use time::{Duration, OffsetDateTime};

pub use self::{
    deciding::{AccountFacts, Facts, Obstacle, Question, can},
    ending::{Ending, Failure, Unread},
};
use super::{membership::ClioUser, region::Region};
use crate::domain::account::{AccountId, Role, Status, Unknown};

/// Whether a person is in the firm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Yes, and their login is on.
    Enabled,
    /// Yes, and their login is off.
    Disabled,
    /// No.
    Gone,
}

/// What is known of a person from earlier reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// What the last whole read found.
    pub was: Presence,
    /// Whether it waits for a decision that they are new.
    pub waits_as_new: bool,
    /// Whether it was decided about that they are gone or switched off, whichever way: whoever is let in
    /// again stays in until Clio says something else.
    pub absence_decided: bool,
    /// Whether it was decided about that they are back, whichever way.
    pub return_decided: bool,
    /// The e-mail in Clio when that was settled last.
    pub settled_email: Option<String>,
    /// The name in Clio when that was settled last.
    pub settled_name: Option<String>,
}

/// The account of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Its state.
    pub status: Status,
    /// Its role.
    pub role: Role,
    /// Its name.
    pub name: String,
    /// Its e-mail.
    pub email: String,
    /// Whether it is suspended because its person left the firm in Clio.
    pub is_suspended_as_leaver: bool,
    /// Whether its person is in a firm that is read otherwise, with a login that is on: in another firm,
    /// or as another user of this one. Then nobody has left.
    pub is_elsewhere: bool,
}

impl Account {
    /// Whether somebody can get in with it, now or once they are let in.
    const fn is_open(&self) -> bool {
        matches!(
            self.status,
            Status::Invited | Status::Pending | Status::Active
        )
    }
}

/// A sort of difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// No longer in the firm.
    Gone,
    /// The login is switched off.
    Disabled,
    /// In the firm, or switched on, again.
    Back,
    /// New in the firm.
    New,
    /// Another e-mail.
    Email,
    /// Another name.
    Name,
}

impl Kind {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 6] = [
        Self::Gone,
        Self::Disabled,
        Self::Back,
        Self::New,
        Self::Email,
        Self::Name,
    ];

    /// The word in SQL and in the record.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::Disabled => "disabled",
            Self::Back => "back",
            Self::New => "new",
            Self::Email => "email",
            Self::Name => "name",
        }
    }
}

impl FromStr for Kind {
    type Err = Unknown;

    fn from_str(text: &str) -> Result<Self, Unknown> {
        let found = Self::ALL.into_iter().find(|kind| kind.as_str() == text);
        found.ok_or(Unknown("kind of difference"))
    }
}

/// A difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// New in the firm.
    New,
    /// No longer in the firm.
    Gone,
    /// The login is switched off.
    Disabled,
    /// In the firm, or switched on, again.
    Back {
        /// Whether they had been gone.
        was_gone: bool,
    },
    /// Another e-mail.
    Email {
        /// The account's.
        before: String,
        /// Clio's.
        after: String,
    },
    /// Another name.
    Name {
        /// The account's.
        before: String,
        /// Clio's.
        after: String,
    },
}

impl Difference {
    /// Its sort.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::New => Kind::New,
            Self::Gone => Kind::Gone,
            Self::Disabled => Kind::Disabled,
            Self::Back { .. } => Kind::Back,
            Self::Email { .. } => Kind::Email,
            Self::Name { .. } => Kind::Name,
        }
    }

    /// Whether its person has left, so that access is to end.
    pub const fn is_leaver(&self) -> bool {
        matches!(self, Self::Gone | Self::Disabled)
    }
}

/// Compares a person; `now` is what the read found, `None` where it didn't find them.
pub fn compare(
    known: Option<&Known>,
    now: Option<&ClioUser>,
    account: Option<&Account>,
) -> Vec<Difference> {
    let Some(user) = now else {
        let is_gone =
            known.is_some_and(|known| !known.absence_decided || known.was != Presence::Gone);
        let leaves = account.is_some_and(|account| account.is_open() && !account.is_elsewhere);
        return if is_gone && leaves {
            vec![Difference::Gone]
        } else {
            Vec::new()
        };
    };
    let Some(account) = account else {
        // Somebody whom nobody could invite is nothing to decide about.
        let is_new = known.is_none_or(|known| known.was == Presence::Gone || known.waits_as_new)
            && user.is_enabled;
        return if is_new {
            vec![Difference::New]
        } else {
            Vec::new()
        };
    };
    let mut found = Vec::new();
    if !user.is_enabled {
        let is_left =
            known.is_some_and(|known| known.absence_decided && known.was == Presence::Disabled);
        if account.is_open() && !account.is_elsewhere && !is_left {
            found.push(Difference::Disabled);
        }
        return found;
    }
    let is_left_out = known.is_some_and(|known| known.return_decided);
    if account.is_suspended_as_leaver && !is_left_out {
        let was_gone = known.is_some_and(|known| known.was == Presence::Gone);
        found.push(Difference::Back { was_gone });
    }
    if !account.is_open() {
        return found;
    }
    if let Some(email) = user.email.as_ref() {
        let settled = known.and_then(|known| known.settled_email.as_deref());
        let is_other = !email.as_str().eq_ignore_ascii_case(&account.email);
        if is_other && settled != Some(email.as_str()) {
            found.push(Difference::Email {
                before: account.email.clone(),
                after: email.as_str().to_owned(),
            });
        }
    }
    let name = name_of(user);
    let settled = known.and_then(|known| known.settled_name.as_deref());
    if !name.is_empty() && name != account.name && settled != Some(name.as_str()) {
        found.push(Difference::Name {
            before: account.name.clone(),
            after: name,
        });
    }
    found
}

/// First and last name in one line.
pub fn name_of(user: &ClioUser) -> String {
    format!("{} {}", user.first_name, user.last_name)
        .trim()
        .to_owned()
}

/// What becomes of leavers, as the rule says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leavers {
    /// They are suspended by themselves.
    Automatic,
    /// An administrator decides.
    Approval,
}

impl Leavers {
    /// The word in SQL and in the record.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Automatic => "automatic",
            Self::Approval => "approval",
        }
    }
}

impl FromStr for Leavers {
    type Err = Unknown;

    fn from_str(text: &str) -> Result<Self, Unknown> {
        Ok(match text {
            "automatic" => Self::Automatic,
            "approval" => Self::Approval,
            _ => return Err(Unknown("leavers")),
        })
    }
}

/// The rule of a firm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What becomes of leavers.
    pub leavers: Leavers,
    /// Above how many percent of the firm's accounts at once an administrator decides, 1 to 100.
    pub threshold: u8,
}

impl Rule {
    /// The rule until somebody writes another: nobody loses access before an administrator has seen how
    /// it goes.
    pub const FIRST: Self = Self {
        leavers: Leavers::Approval,
        threshold: 20,
    };

    /// A rule whose percentage was typed; `None` where that is none from 1 to 100.
    pub fn parse(leavers: Leavers, threshold: &str) -> Option<Self> {
        let threshold = threshold.trim().trim_end_matches('%').trim_end();
        let threshold = threshold.parse().ok()?;
        (1..=100)
            .contains(&threshold)
            .then_some(Self { leavers, threshold })
    }

    /// Whether so many leavers of so many accounts are more than may be suspended at once.
    pub const fn is_exceeded(self, leavers: usize, accounts: usize) -> bool {
        leavers * 100 > accounts * self.threshold as usize
    }
}

/// Why a difference waits for an administrator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Why {
    /// They always decide about this kind.
    Kind,
    /// The rule says so.
    Rule,
    /// More would be suspended at once than the rule allows.
    Threshold,
    /// It is an administrator's account.
    Administrator,
    /// It is the account that connected the firm.
    Connector,
    /// It is an owner's account.
    Owner,
}

impl Why {
    /// The word in SQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Rule => "rule",
            Self::Threshold => "threshold",
            Self::Administrator => "administrator",
            Self::Connector => "connector",
            Self::Owner => "owner",
        }
    }
}

impl FromStr for Why {
    type Err = Unknown;

    fn from_str(text: &str) -> Result<Self, Unknown> {
        Ok(match text {
            "kind" => Self::Kind,
            "rule" => Self::Rule,
            "threshold" => Self::Threshold,
            "administrator" => Self::Administrator,
            "connector" => Self::Connector,
            "owner" => Self::Owner,
            _ => return Err(Unknown("why a difference waits")),
        })
    }
}

/// Why a difference waits; `None` where it is carried out by itself: only the suspension of a leaver is.
pub fn waits(
    difference: &Difference,
    account: Option<&Account>,
    connector: AccountId,
    rule: Rule,
    is_exceeded: bool,
) -> Option<Why> {
    let account = match account {
        Some(account) if difference.is_leaver() && account.status == Status::Active => account,
        _ => return Some(Why::Kind),
    };
    match account.role {
        Role::Owner => Some(Why::Owner),
        Role::Admin => Some(Why::Administrator),
        Role::Member | Role::Reviewer if account.id == connector => Some(Why::Connector),
        Role::Member | Role::Reviewer if is_exceeded => Some(Why::Threshold),
        Role::Member | Role::Reviewer => match rule.leavers {
            Leavers::Approval => Some(Why::Rule),
            Leavers::Automatic => None,
        },
    }
}

/// Whether a read found everybody: as many people as Clio says there are, each once, and whoever granted
/// it among them with a login that is on. People that come and go while it is read move the pages, so
/// that somebody may be missed; then nothing of it counts.
pub fn is_whole(found: &[i64], total: Option<u32>, reader: i64) -> bool {
    let each: HashSet<i64> = found.iter().copied().collect();
    let fits = total.is_none_or(|total| usize::try_from(total) == Ok(found.len()));
    each.len() == found.len() && fits && each.contains(&reader)
}

/// When a firm is read next by itself: in its region's night, some time within two hours from 1 o'clock
/// on, another for each firm (`spread` is any number that stays the same for it).
pub fn next_night(region: Region, spread: u64, now: OffsetDateTime) -> OffsetDateTime {
    let hour = match region {
        Region::Us | Region::Ca => 7,
        Region::Eu => 1,
        Region::Au => 15,
    };
    let minutes = i64::try_from(spread % 120).unwrap_or(0);
    let today = now.to_offset(time::UtcOffset::UTC).date().midnight();
    let at = today.assume_utc() + Duration::hours(hour) + Duration::minutes(minutes);
    if at > now { at } else { at + Duration::DAY }
}

#[cfg(test)]
mod tests;
