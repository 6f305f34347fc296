//! What happened to an account or a link, as the desk sees it.

use super::Person;
use crate::wire::{LinkMethod, Moment, Role, Status};

/// A page of what happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline {
    /// What happened, newest first.
    pub entries: Vec<Entry>,
    /// Where the next page begins, as its `before` parameter; `None` on the last page.
    pub older: Option<String>,
    /// Whether this is not the first page.
    pub is_later_page: bool,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The event, which a form sends to undo it.
    pub event: String,
    /// When.
    pub at: Moment,
    /// What, in the fixed word of the audit, such as `account.suspended`.
    pub action: String,
    /// How it was proved, where something was linked or opened.
    pub method: Option<LinkMethod>,
    /// Why, in the fixed word of the audit, such as `dormant`.
    pub reason: Option<String>,
    /// Who did it.
    pub by: DoneBy,
    /// The link that it is about: its id.
    pub link: Option<String>,
    /// What the person reads to an administrator.
    pub reference: Option<String>,
    /// What an administrator wrote about it.
    pub remark: Option<String>,
    /// What it changed.
    pub change: Option<Change>,
    /// Whether it can be undone, or was.
    pub undoing: Undoing,
}

/// Who did something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DoneBy {
    /// The person whom the account belongs to.
    Themself,
    /// Somebody else who has an account.
    Another(Person),
    /// Somebody whose account is gone.
    Gone,
    /// Whoever runs the service, on its command line.
    Operator,
    /// Nobody who is known: somebody who wasn't signed in, or the program by itself.
    Nobody,
}

/// What something changed, from what to what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Whether the account can be used.
    Status {
        /// Before.
        from: Status,
        /// Afterwards.
        to: Status,
        /// On which day a suspension ends by itself, in words.
        until: Option<String>,
    },
    /// What the account may do.
    Role {
        /// Before.
        from: Role,
        /// Afterwards.
        to: Role,
    },
}

/// Whether something can be undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undoing {
    /// It can't, or not any more, or not by whoever looks.
    No,
    /// It can, until that day in words.
    Until(String),
    /// It was.
    Done(Moment),
}
