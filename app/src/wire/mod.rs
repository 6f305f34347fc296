//! The types that travel between server and pages.
//!
//! Nothing here holds more than its page shows: what an island receives stands in the HTML.

mod account;
pub mod desk;
mod link;
mod manage;
mod problem;
mod sign_in;

use serde::{Deserialize, Serialize};

pub use self::{
    account::{
        Account, Activity, CaseAbout, Confirmation, Connection, Connections, Doer,
        FormerConnection, Happening, LinkMethod, MailedCode, Notice, NoticeKind, OpenCase,
        OpenSession, Opener, PasswordPage, ProfileField, SignIn, Suggestion, Welcome,
    },
    link::{Asked, LinkStep, MoreAsked, PendingLink, Waiting},
    manage::{ManageConnection, ManageProblem, ManageUser, NoMember, OwnManage, Region},
    problem::{FormProblem, Problem},
    sign_in::SentCode,
};

/// A moment, already put into words by the server, so that page and server agree on the clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// RFC 3339 in UTC, for `<time datetime>`.
    pub iso: String,
    /// The full time in words, for the title and for screen readers: "12 November 2026, 14:05 UTC".
    pub full: String,
    /// How long ago: "3 days ago".
    pub ago: String,
}

/// What an account may do. The order is that of rising rights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// A person of the firm.
    Member,
    /// Sees and attests, changes nothing.
    Reviewer,
    /// Decides about members' accounts.
    Admin,
    /// Decides about administrators, too.
    Owner,
}

/// Whether an account can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Made by an administrator, never used.
    Invited,
    /// Signed in with Clio, not admitted yet.
    Pending,
    /// In use.
    Active,
    /// Closed by an administrator, for now.
    Suspended,
    /// Closed for good.
    Deleted,
}

/// The person signed in in this browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// First and last name, or the e-mail where there is no name.
    pub name: String,
    /// The e-mail of the account.
    pub email: String,
    /// The role of the account.
    pub role: Role,
    /// [`Status::Active`] or [`Status::Pending`]; no other status has a session.
    pub status: Status,
    /// Whether the person is done with the welcome page.
    pub welcomed: bool,
}
