//! The queue: what waits for an administrator, and what they decide.

use crate::wire::{ManageUser, Moment, NoMember, NoticeKind, Role, Status};

/// What a page of the queue is limited to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueueKind {
    /// New accounts that wait to be let in.
    Accounts,
    /// Logins that ask to be linked.
    Links,
    /// Other e-mails at Clio.
    Emails,
    /// What people said wasn't them.
    NotMe,
    /// New accounts whose person is asked for a code from the mailbox, which lets them in.
    Mailbox,
}

impl QueueKind {
    /// The word in URLs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Accounts => "accounts",
            Self::Links => "links",
            Self::Emails => "emails",
            Self::NotMe => "not-me",
            Self::Mailbox => "mailbox",
        }
    }
}

/// A page of the queue, the oldest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queue {
    /// What it is limited to; all that waits for an administrator otherwise.
    pub kind: Option<QueueKind>,
    /// How much of each kind waits; the last one isn't counted.
    pub counts: Vec<(QueueKind, Option<u32>)>,
    /// What waits.
    pub entries: Vec<QueueEntry>,
    /// Where the page before this one ends.
    pub earlier: Option<String>,
    /// Where the next page begins.
    pub later: Option<String>,
    /// Whether whoever looks may decide.
    pub may_decide: bool,
}

/// Something that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueEntry {
    /// How forms and links name it.
    pub item: String,
    /// Since when it waits.
    pub since: Moment,
    /// Whose account it is about.
    pub who: Card,
    /// What is to be decided.
    pub question: Question,
    /// More proof that was asked for.
    pub asked: Option<ProofRequest>,
    /// Why it can't be approved as things stand, in the record's word.
    pub obstacle: Option<String>,
    /// Whether the person can be asked for more proof.
    pub may_ask: bool,
    /// The accounts that may be the same person's, the most alike first.
    pub candidates: Vec<Candidate>,
}

/// An account, as much of it as a line shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// Its id.
    pub id: String,
    /// First and last name; empty where there is none.
    pub name: String,
    /// Its e-mail.
    pub email: String,
    /// Whether the e-mail is proved.
    pub is_proved: bool,
    /// State.
    pub status: Status,
    /// Role.
    pub role: Role,
}

/// What Clio says of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClioLogin {
    /// First and last name; empty where Clio sent none.
    pub name: String,
    /// The e-mail; empty where Clio sent none.
    pub email: String,
}

/// More proof that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofRequest {
    /// When.
    pub at: Moment,
    /// What the person was written; may be empty.
    pub note: String,
    /// Whether the mailbox is proved since.
    pub is_given: bool,
}

/// What lets people in without an administrator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItselfBy {
    /// A code from their mailbox.
    Mailbox,
    /// Clio Manage, which says that they belong to the firm.
    Membership,
}

/// What Clio Manage said of somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManageSaid {
    /// Who granted.
    pub user: ManageUser,
    /// Why that didn't let them in.
    pub why: Option<NoMember>,
    /// Whether they own their firm's account at Clio.
    pub owns_firm: bool,
}

/// What is to be decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Whether a new account is opened.
    NewAccount {
        /// What Clio says of the person.
        clio: Option<ClioLogin>,
        /// Browser and address of the sign-in.
        from: Option<(String, String)>,
        /// What would let the person in without an administrator.
        itself_by: Option<ItselfBy>,
        /// What Clio Manage said of them, where they asked it.
        manage: Option<ManageSaid>,
    },
    /// Whether a login belongs to the account.
    Link {
        /// What Clio says of whoever asks.
        clio: ClioLogin,
        /// What they wrote; may be empty.
        message: String,
        /// What the person reads to an administrator.
        reference: String,
        /// How many logins open the account.
        logins: u32,
        /// When they proved the account's mailbox, which isn't enough for this account.
        mailbox_proved: Option<Moment>,
    },
    /// Whether the account takes the e-mail that Clio says.
    Email {
        /// That e-mail.
        new: String,
        /// What the person reads to an administrator.
        reference: String,
        /// Another account that has it: id and e-mail.
        holder: Option<(String, String)>,
    },
    /// Whether what was taken away stays away.
    NotMe {
        /// What the person said wasn't them.
        about: Option<NoticeKind>,
        /// From when on things may not have been done by the person.
        since: Option<Moment>,
        /// What the person reads to an administrator.
        reference: String,
        /// The logins that were disconnected: their e-mails, empty where Clio sent none.
        taken: Vec<String>,
        /// Whether the account's e-mail no longer counts as proved.
        email_taken: bool,
    },
}

impl Question {
    /// What the person reads to an administrator, where there is such a thing.
    pub fn reference(&self) -> Option<&str> {
        match self {
            Self::NewAccount { .. } => None,
            Self::Link { reference, .. }
            | Self::Email { reference, .. }
            | Self::NotMe { reference, .. } => Some(reference),
        }
    }
}

/// Why an account may be that of a person who waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likeness {
    /// The very Clio login opened it before.
    SameLogin,
    /// The account has the same e-mail.
    SameEmail,
    /// A Clio login of the account has the same e-mail.
    SameClioEmail,
    /// First and last name are the same.
    SameName,
    /// The e-mail has the same beginning.
    SameLocalPart,
    /// The e-mail has the same ending.
    SameDomain,
}

/// An account that may be that of a person who waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The account.
    pub who: Card,
    /// What is alike, the strongest first.
    pub alike: Vec<Likeness>,
    /// Whether the names differ.
    pub name_differs: bool,
    /// Whether the e-mails differ.
    pub email_differs: bool,
}

/// What an administrator does about items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueueAct {
    /// Lets in; does what is asked.
    Approve,
    /// Doesn't.
    Decline,
    /// Asks for more proof first.
    Ask,
}

/// What a decision would do, before it is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What would be done.
    pub act: QueueAct,
    /// The items, as the form names them all.
    pub item: String,
    /// What would become of each.
    pub planned: Vec<Planned>,
    /// Whether whoever decides has shown lately enough that it is them.
    pub is_fresh: bool,
}

/// What would become of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// The item; `None` when it doesn't wait any more.
    pub entry: Option<QueueEntry>,
    /// Why it would be skipped, in the record's word.
    pub skip: Option<String>,
}

/// What became of several decisions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What was done.
    pub act: QueueAct,
    /// When.
    pub at: Moment,
    /// What became of each.
    pub items: Vec<Reported>,
}

/// What became of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reported {
    /// Whose account it is about: id and name.
    pub who: Option<(String, String)>,
    /// The reference of the case.
    pub reference: Option<String>,
    /// What became of it, in the record's word; `None` when that wasn't written down.
    pub outcome: Option<String>,
}
