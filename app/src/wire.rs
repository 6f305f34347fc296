//! The types that travel between server and pages.
//!
//! Nothing here holds more than its page shows: what an island receives stands in the HTML.

use serde::{Deserialize, Serialize};

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

/// Why a sign-in ended on the sign-in page. The code in the URL is the variant in snake case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    /// The person chose Deny at Clio.
    Declined,
    /// The firm login can't use single sign-on yet.
    NotReady,
    /// A login of Clio's client portal.
    ClientPortal,
    /// Any other error that Clio names.
    ClioError,
    /// The attempt is unknown, used, too old, or not this browser's.
    Expired,
    /// Clio's endpoints fail, hang or make no sense.
    ClioUnavailable,
    /// The token response or the ID token fails validation.
    NotVerified,
    /// A first sign-in without a usable e-mail.
    NoEmail,
    /// Only invited people get an account, and this is a stranger.
    NotInvited,
    /// Nobody new gets an account.
    Closed,
    /// The account is suspended or deleted.
    AccountClosed,
    /// Somebody else is signed in in this browser, or the Clio login belongs to another account
    /// than the one it was meant for.
    OtherPerson,
}

impl Problem {
    /// All problems, for tables and tests.
    pub const ALL: [Self; 12] = [
        Self::Declined,
        Self::NotReady,
        Self::ClientPortal,
        Self::ClioError,
        Self::Expired,
        Self::ClioUnavailable,
        Self::NotVerified,
        Self::NoEmail,
        Self::NotInvited,
        Self::Closed,
        Self::AccountClosed,
        Self::OtherPerson,
    ];

    /// The code in the URL.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Declined => "declined",
            Self::NotReady => "not_ready",
            Self::ClientPortal => "client_portal",
            Self::ClioError => "clio_error",
            Self::Expired => "expired",
            Self::ClioUnavailable => "clio_unavailable",
            Self::NotVerified => "not_verified",
            Self::NoEmail => "no_email",
            Self::NotInvited => "not_invited",
            Self::Closed => "closed",
            Self::AccountClosed => "account_closed",
            Self::OtherPerson => "other_person",
        }
    }

    /// The problem with this code, if there is one.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|problem| problem.code() == code)
    }
}

/// Why a form came back to its page and changed nothing. The code in the URL is the variant in
/// snake case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FormProblem {
    /// A password that doesn't fit, for whatever reason.
    WrongPassword,
    /// A code that doesn't fit, for whatever reason.
    WrongCode,
    /// Too many guesses; a later one may succeed.
    TooMany,
    /// What the form belonged to is over: too old, used up or not this browser's.
    Expired,
    /// A name that is too long or holds characters that no name has.
    BadName,
    /// Meanwhile something changed that makes this impossible.
    Changed,
}

impl FormProblem {
    /// All problems, for tables and tests.
    pub const ALL: [Self; 6] = [
        Self::WrongPassword,
        Self::WrongCode,
        Self::TooMany,
        Self::Expired,
        Self::BadName,
        Self::Changed,
    ];

    /// The code in the URL.
    pub const fn code(self) -> &'static str {
        match self {
            Self::WrongPassword => "wrong_password",
            Self::WrongCode => "wrong_code",
            Self::TooMany => "too_many",
            Self::Expired => "expired",
            Self::BadName => "bad_name",
            Self::Changed => "changed",
        }
    }

    /// The problem with this code, if there is one.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|problem| problem.code() == code)
    }
}

/// What the prompt to link shows: what the person brought along, and nothing of the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingLink {
    /// The name at Clio; empty if Clio sent none.
    pub clio_name: String,
    /// The e-mail at Clio, which is also that of the account.
    pub clio_email: String,
    /// Guesses that are left.
    pub tries_left: u8,
}

/// Why a person waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// An administrator decides.
    ForApproval {
        /// The e-mail of the account.
        email: String,
        /// Since when.
        since: Moment,
    },
    /// The person can prove the mailbox with a mailed code, and is admitted at once.
    ForMailbox {
        /// The e-mail the code goes to.
        email: String,
        /// Whether a code is on its way and can be typed.
        code_sent: bool,
    },
}

/// The names as filled in from Clio, shown once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Welcome {
    /// First name; empty if Clio sent none.
    pub first_name: String,
    /// Last name; empty if Clio sent none.
    pub last_name: String,
    /// The e-mail of the account.
    pub email: String,
    /// Where the person was going, if anywhere but the account page: a path of this site.
    pub goes_on_to: Option<String>,
}

/// The page of one's own account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// First name; may be empty.
    pub first_name: String,
    /// Last name; may be empty.
    pub last_name: String,
    /// The e-mail of the account.
    pub email: String,
    /// The role.
    pub role: Role,
    /// Since when the account exists.
    pub created: Moment,
    /// What opens this account, newest first.
    pub connections: Vec<Connection>,
    /// The last sign-ins, newest first, ten at most.
    pub sign_ins: Vec<SignIn>,
    /// What Clio says differently, where policy asks the person.
    pub suggestions: Vec<Suggestion>,
}

/// A Clio login that opens an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// The e-mail at Clio, as of the last sign-in.
    pub clio_email: Option<String>,
    /// How it was proved that both belong to one person.
    pub method: LinkMethod,
    /// Since when.
    pub linked: Moment,
    /// The last sign-in with it.
    pub last_used: Moment,
}

/// How it was proved that a Clio login and an account belong to one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkMethod {
    /// The account was created by the first sign-in.
    FirstSignIn,
    /// By the account's password.
    Password,
    /// By the one-time link an administrator handed over.
    Claim,
}

/// One sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// When.
    pub at: Moment,
    /// Browser and system in words: "Firefox on Windows".
    pub device: String,
    /// The address it came from.
    pub address: String,
    /// Whether it opened the session that is looking.
    pub current: bool,
}

/// Something Clio says differently from the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// What differs.
    pub field: ProfileField,
    /// What the account says.
    pub ours: String,
    /// What Clio says.
    pub theirs: String,
}

/// A fact that Clio and the account both know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProfileField {
    /// First name.
    FirstName,
    /// Last name.
    LastName,
    /// E-mail. A difference is shown; only an administrator changes it.
    Email,
}
