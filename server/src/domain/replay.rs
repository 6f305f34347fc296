//! What is taken away again after a backup was put back: whatever the record says was taken away since,
//! and the restored database still has.
//!
//! Only what takes away is carried out again, never what gives: whoever was let in since signs in and asks
//! anew. What was taken away and given back since stays as the restored database has it.

mod fate;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    account::{AccountId, IdentityId, Role, Status},
    proof::may_disconnect,
};

pub use self::fate::{Fate, Look, Taking, fate};

/// An event of the lost record, as far as it matters here.
#[derive(Clone, Debug)]
pub struct Told {
    /// Its place in the lost chain.
    pub place: i64,
    /// What happened.
    pub action: String,
    /// Whom it is about.
    pub account: Option<AccountId>,
    /// The login that it is about.
    pub identity: Option<IdentityId>,
    /// The role that the account had afterwards, where it was changed.
    pub role: Option<Role>,
    /// How the account stood afterwards, where that was changed.
    pub status: Option<Status>,
    /// When a suspension ended by itself.
    pub until: Option<OffsetDateTime>,
    /// For how many days the account had lain unused, where it was closed for that.
    pub unused_days: Option<i64>,
    /// Whether a merge gave the account the other one's e-mail.
    pub took_email: bool,
}

/// How an account was closed, or that it was opened again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stood {
    /// How it stood.
    pub status: Status,
    /// When a suspension ends by itself.
    pub until: Option<OffsetDateTime>,
    /// For how many days the account had lain unused, where it was closed for that.
    pub unused_days: Option<i64>,
}

/// Something, and the place of the event in the lost chain that says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Since<T> {
    /// The place.
    pub place: i64,
    /// What.
    pub what: T,
}

/// What became of an account in the lost part of the record, all in all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lost {
    standing: Option<Since<Stood>>,
    role: Option<Since<Role>>,
    /// The logins that were disconnected and not connected again.
    logins: BTreeMap<Uuid, i64>,
    password: Option<i64>,
    mailbox: Option<Since<Mailbox>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mailbox {
    Unproved,
    Replaced,
}

/// What became of each account, in the order in which accounts are locked.
pub fn lost<'a>(events: impl IntoIterator<Item = &'a Told>) -> BTreeMap<Uuid, Lost> {
    let mut accounts: BTreeMap<Uuid, Lost> = BTreeMap::new();
    for told in events {
        let taking = fate(&told.action).taking;
        if let Some(account) = told.account.filter(|_| taking != Taking::Nothing) {
            accounts.entry(account.0).or_default().add(taking, told);
        }
    }
    accounts
}

impl Lost {
    /// Whether the account was closed in the end.
    pub fn is_closed(&self) -> bool {
        self.standing
            .is_some_and(|stood| matches!(stood.what.status, Status::Suspended | Status::Deleted))
    }

    fn add(&mut self, taking: Taking, told: &Told) {
        let place = told.place;
        match taking {
            Taking::Standing(fixed) => {
                if let Some(status) = fixed.or(told.status) {
                    let (until, unused_days) = (told.until, told.unused_days);
                    let what = Stood {
                        status,
                        until,
                        unused_days,
                    };
                    self.standing = Some(Since { place, what });
                }
            }
            Taking::Role => {
                if let Some(what) = told.role {
                    self.role = Some(Since { place, what });
                }
            }
            Taking::Disconnects => {
                if let Some(identity) = told.identity {
                    self.logins.insert(identity.0, place);
                }
            }
            Taking::Connects => {
                if let Some(identity) = told.identity {
                    self.logins.remove(&identity.0);
                }
            }
            Taking::Password => self.password = Some(place),
            Taking::Mailbox => self.replace_mailbox(place),
            Taking::MailboxOfOther if told.took_email => self.replace_mailbox(place),
            Taking::Nothing | Taking::MailboxOfOther => {}
            Taking::Unproves => {
                let what = self.mailbox.map_or(Mailbox::Unproved, |was| was.what);
                self.mailbox = Some(Since { place, what });
            }
            // Another mailbox than the one that the restored account has may have been proved.
            Taking::Proves => {
                self.mailbox = self
                    .mailbox
                    .filter(|mailbox| mailbox.what == Mailbox::Replaced);
            }
        }
    }

    const fn replace_mailbox(&mut self, place: i64) {
        let what = Mailbox::Replaced;
        self.mailbox = Some(Since { place, what });
    }
}

/// An account as the restored database has it.
#[derive(Clone, Debug)]
pub struct There {
    /// How it stands.
    pub status: Status,
    /// When a suspension ends by itself.
    pub until: Option<OffsetDateTime>,
    /// Its role.
    pub role: Role,
    /// The logins that open it.
    pub logins: Vec<IdentityId>,
    /// Whether it has a password.
    pub has_password: bool,
    /// Whether its e-mail counts as proved.
    pub email_verified: bool,
    /// Whether no other owner's account is in use or will be.
    pub is_last_owner: bool,
}

/// What is to be taken away from an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Takings {
    /// Its role, for a lower one.
    pub role: Option<Since<Role>>,
    /// Logins, in the order of their ids.
    pub logins: Vec<Since<IdentityId>>,
    /// Its password; the place of the event.
    pub password: Option<i64>,
    /// That its e-mail counts as proved; the place of the event.
    pub mailbox: Option<i64>,
    /// That it can be used.
    pub standing: Option<Since<Stood>>,
    /// Places of events that aren't carried out: they would leave the firm without an owner who can get
    /// in.
    pub held_back: Vec<i64>,
}

impl Takings {
    /// How much there is to take away.
    pub fn count(&self) -> usize {
        usize::from(self.role.is_some())
            + self.logins.len()
            + usize::from(self.password.is_some())
            + usize::from(self.mailbox.is_some())
            + usize::from(self.standing.is_some())
    }
}

/// What of it the restored account still has.
pub fn takings(lost: &Lost, there: &There, now: OffsetDateTime) -> Takings {
    let mut takings = Takings {
        role: lost.role.filter(|role| role.what < there.role),
        logins: lost
            .logins
            .iter()
            .map(|(id, place)| (IdentityId(*id), *place))
            .filter(|(id, _)| there.logins.contains(id))
            .map(|(what, place)| Since { place, what })
            .collect(),
        password: lost.password.filter(|_| there.has_password),
        mailbox: lost
            .mailbox
            .filter(|_| there.email_verified)
            .map(|mailbox| mailbox.place),
        standing: lost
            .standing
            .filter(|stood| closes_more(stood.what, there, now)),
        held_back: Vec::new(),
    };
    if there.is_last_owner {
        hold_back(&mut takings, there);
    }
    takings
}

/// Leaves the last owner as one, and with a way in.
fn hold_back(takings: &mut Takings, there: &There) {
    let mut held_back = Vec::new();
    held_back.extend(takings.role.take().map(|role| role.place));
    held_back.extend(takings.standing.take().map(|stood| stood.place));
    let left = there.logins.len().saturating_sub(takings.logins.len());
    let has_password = there.has_password && takings.password.is_none();
    let is_proved = there.email_verified && takings.mailbox.is_none();
    // As if one more were there, which then goes: what is asked is whether something stays.
    if !may_disconnect(left.saturating_add(1), has_password, is_proved) {
        held_back.extend(takings.logins.drain(..).map(|login| login.place));
        held_back.extend(takings.password.take());
        held_back.extend(takings.mailbox.take());
    }
    held_back.sort_unstable();
    takings.held_back = held_back;
}

/// Whether an account stood more closed than it stands.
fn closes_more(stood: Stood, there: &There, now: OffsetDateTime) -> bool {
    match (there.status, stood.status) {
        (Status::Deleted, _) | (_, Status::Active | Status::Invited) => false,
        (Status::Suspended, Status::Suspended) => match (there.until, stood.until) {
            (None, _) => false,
            (Some(_), None) => true,
            (Some(there), Some(stood)) => there < stood && now < stood,
        },
        (_, Status::Suspended) => stood.until.is_none_or(|until| now < until),
        (_, Status::Deleted) => true,
        (there, Status::Pending) => there == Status::Active,
    }
}
