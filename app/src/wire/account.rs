//! The pages of one's own account.

use serde::{Deserialize, Serialize};

use super::{Moment, Role};

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
    /// What waits for an administrator, the oldest first.
    pub cases: Vec<OpenCase>,
}

/// A question about an account that an administrator hasn't decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenCase {
    /// What it is about.
    pub about: CaseAbout,
    /// What the person reads to an administrator.
    pub reference: String,
    /// Since when it waits.
    pub since: Moment,
}

/// What a question to an administrator is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseAbout {
    /// Whether a Clio login belongs to the account.
    Link,
    /// The new e-mail of a connected Clio login.
    Email,
    /// The same, and another account has it.
    TakenEmail,
    /// What the person said wasn't them.
    NotMe,
}

/// A Clio login that opens an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// The id that its form sends.
    pub id: String,
    /// The e-mail at Clio, as of the last sign-in.
    pub clio_email: Option<String>,
    /// How it was proved that both belong to one person.
    pub method: LinkMethod,
    /// Since when.
    pub linked: Moment,
    /// The last sign-in with it.
    pub last_used: Moment,
    /// Whether it opened the session that is looking.
    pub current: bool,
}

/// How it was proved that a Clio login and an account belong to one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkMethod {
    /// The account was created by the first sign-in.
    FirstSignIn,
    /// By the account's password.
    Password,
    /// By the one-time link an administrator handed over or mailed.
    Claim,
    /// By a code mailed to the account's mailbox.
    Code,
    /// By signing in with a login that was connected already.
    LinkedSignIn,
    /// By an administrator, who was asked.
    Administrator,
    /// By the person, signed in to the account.
    Session,
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

/// The page of what opens one's own account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connections {
    /// What opens it, newest first.
    pub connections: Vec<Connection>,
    /// What was disconnected and can be connected again as it was, newest first.
    pub former: Vec<FormerConnection>,
    /// Whether the account has a password.
    pub has_password: bool,
    /// Whether one connection may go: not when it is the last way in.
    pub may_disconnect: bool,
    /// Whether the person has shown recently enough that it's them.
    pub is_fresh: bool,
    /// Where a form on this page may lead, for the page's policy: the origin of Clio's sign-in.
    pub clio_origin: String,
}

/// A Clio login that was disconnected from an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormerConnection {
    /// The event that its form sends, to undo it.
    pub event: String,
    /// The e-mail at Clio, as of the last sign-in.
    pub clio_email: Option<String>,
    /// When it was disconnected.
    pub disconnected: Moment,
    /// Until when that can be undone, in words: "6 December 2026".
    pub until: String,
}

/// How a session was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Opener {
    /// With Clio.
    Clio,
    /// With the account's password.
    Password,
    /// With a mailed code.
    Code,
}

/// A session that is alive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenSession {
    /// The id that its form sends.
    pub id: String,
    /// Browser and system in words: "Firefox on Windows".
    pub device: String,
    /// The address it was opened from.
    pub address: String,
    /// How it was opened.
    pub opener: Opener,
    /// When.
    pub opened: Moment,
    /// Its last use, to a minute or so.
    pub last_seen: Moment,
    /// Whether it is the one that is looking.
    pub current: bool,
}

/// A page of what happened to one's own account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// What happened, newest first.
    pub happenings: Vec<Happening>,
    /// Where the next page begins, as its `before` parameter; `None` on the last page.
    pub older: Option<String>,
    /// Whether this is not the first page.
    pub is_later_page: bool,
}

/// Who did what happened to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doer {
    /// The person.
    You,
    /// An administrator of the firm.
    Administrator,
    /// Nobody who is known: somebody who wasn't signed in, or the program by itself.
    Nobody,
}

/// Something that happened to one's own account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    /// The event that a form sends to undo it.
    pub event: String,
    /// When.
    pub at: Moment,
    /// What, in the fixed word of the audit, such as `identity.linked`.
    pub action: String,
    /// How it was proved, where something was linked.
    pub method: Option<LinkMethod>,
    /// Who did it.
    pub by: Doer,
    /// What the person reads to an administrator.
    pub reference: Option<String>,
    /// Until when it can be undone, in words; `None` when it can't.
    pub undo_until: Option<String>,
}

/// The ways in which a person who is signed in can show again that it's them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmation {
    /// Whether the account has a password.
    pub by_password: bool,
    /// Whether a Clio login opens the account.
    pub by_clio: bool,
    /// The code by mail; `None` where a code isn't enough.
    pub by_code: Option<MailedCode>,
    /// Where the person goes afterwards: a path of this site, checked.
    pub then: String,
}

/// A code that can be mailed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailedCode {
    /// Where it goes to.
    pub email: String,
    /// Whether one is on its way and can be typed.
    pub sent: bool,
}

/// The page of one's own password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordPage {
    /// The e-mail, for the browser's store of passwords.
    pub email: String,
    /// Whether there is one, which is changed then.
    pub has_password: bool,
    /// Whether the person has shown recently enough that it's them.
    pub is_fresh: bool,
}

/// What "This wasn't me" in a mail is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What happened.
    pub kind: NoticeKind,
    /// When.
    pub at: Moment,
    /// Whether something can still be done about it by this link.
    pub is_open: bool,
}

/// What a security mail was about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// A Clio login was connected.
    Linked,
    /// A Clio login was disconnected.
    Unlinked,
    /// Somebody signed in from a device that wasn't seen before.
    NewDevice,
    /// The account's e-mail changed.
    EmailChanged,
    /// The account's password was set or changed.
    PasswordChanged,
}
