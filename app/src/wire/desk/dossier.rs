//! One account and one link, as the desk sees them.

use super::{AccountAct, Timeline};
use crate::wire::{LinkMethod, Moment, OpenSession, Role, Status};

/// Somebody who has an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The account's id.
    pub id: String,
    /// First and last name, or the e-mail where there is no name.
    pub name: String,
}

/// One account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountDossier {
    /// Whose it is.
    pub person: Person,
    /// First name; may be empty.
    pub first_name: String,
    /// Last name; may be empty.
    pub last_name: String,
    /// The e-mail.
    pub email: String,
    /// When the e-mail was proved or vouched for; `None` when nobody has.
    pub email_verified: Option<Moment>,
    /// What it may do.
    pub role: Role,
    /// Whether it can be used.
    pub status: Status,
    /// Since when.
    pub status_since: Moment,
    /// On which day a suspension ends by itself, in words.
    pub suspended_until: Option<String>,
    /// Since when it exists.
    pub created: Moment,
    /// When it was last used, as far as its sessions are kept.
    pub last_used: Option<Moment>,
    /// Whether it has a password.
    pub has_password: bool,
    /// The logins that open it, and those that did, newest first.
    pub links: Vec<Link>,
    /// Its sessions that are alive, newest first.
    pub sessions: Vec<OpenSession>,
    /// How many of its questions wait in the queue.
    pub questions: u32,
    /// Whether whoever looks can have its invitation mailed again.
    pub can_resend: bool,
    /// What whoever looks can do about it.
    pub acts: Vec<AccountAct>,
    /// What happened to it.
    pub timeline: Timeline,
}

/// A Clio login and the account that it opens or opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Its id.
    pub id: String,
    /// The name at Clio; may be empty.
    pub clio_name: String,
    /// The e-mail at Clio, as of the last sign-in.
    pub clio_email: Option<String>,
    /// How it was proved that both belong to one person.
    pub method: LinkMethod,
    /// Since when.
    pub linked: Moment,
    /// The last sign-in with it.
    pub last_used: Moment,
    /// When it ended; `None` while the login opens the account.
    pub unlinked: Option<Moment>,
}

/// One link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkDossier {
    /// The link.
    pub link: Link,
    /// What Clio calls the login.
    pub clio_id: String,
    /// Whose account it opens or opened.
    pub person: Person,
    /// The e-mail of the account.
    pub email: String,
    /// What the account may do.
    pub role: Role,
    /// Whether the account can be used.
    pub status: Status,
    /// Browser and address that it was made from, in words; empty where nobody knows.
    pub made_from: String,
    /// When it was last found right, and by whom; `None` when it never was.
    pub reviewed: Option<Reviewed>,
    /// Whether whoever looks can attest it.
    pub may_review: bool,
    /// Whether whoever looks can end it.
    pub may_unlink: bool,
    /// What happened to it.
    pub timeline: Timeline,
}

/// That somebody found a link right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reviewed {
    /// When.
    pub at: Moment,
    /// Who.
    pub by: Person,
}

/// What opens an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Openers {
    /// Clio logins, by their e-mail or what else tells them apart.
    pub logins: Vec<String>,
    /// Its password.
    pub password: bool,
    /// A code by mail.
    pub code: bool,
}
