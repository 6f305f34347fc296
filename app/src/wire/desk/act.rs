//! What can be done about an account or a link, before it is done.

use serde::{Deserialize, Serialize};

use super::{Change, Openers, Person};
use crate::wire::{FormProblem, Role};

/// What can be done about an account. The word in the URL is the variant in kebab case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccountAct {
    /// Let a waiting person in.
    Approve,
    /// Turn a waiting person down.
    Reject,
    /// Close it for now.
    Suspend,
    /// Open it again.
    Reactivate,
    /// Sign it out everywhere.
    EndSessions,
    /// Give it another role.
    Role,
}

impl AccountAct {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Approve,
        Self::Reject,
        Self::Suspend,
        Self::Reactivate,
        Self::EndSessions,
        Self::Role,
    ];

    /// The word in the URL.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Reject => "reject",
            Self::Suspend => "suspend",
            Self::Reactivate => "reactivate",
            Self::EndSessions => "end-sessions",
            Self::Role => "role",
        }
    }

    /// The act with this word, if there is one.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.word() == word)
    }
}

/// The page that says what an act will do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActPage {
    /// The act.
    pub act: AccountAct,
    /// Whose account it is about.
    pub person: Person,
    /// The e-mail of the account, to which a mail goes.
    pub email: String,
    /// The role of the account.
    pub role: Role,
    /// Why it can't be done by whoever looks, as far as that is known.
    pub barred: Option<FormProblem>,
    /// Whether whoever looks has shown recently enough that it's them.
    pub is_fresh: bool,
    /// Whether it is their own account.
    pub is_own: bool,
    /// How many sessions of the account are alive.
    pub sessions: u32,
    /// What opens the account.
    pub openers: Openers,
    /// The roles to choose from.
    pub roles: Vec<Role>,
    /// Until when it can be undone, in words; `None` when it can't.
    pub undo_until: Option<String>,
    /// The first day that a suspension may end on: `2026-12-24`.
    pub earliest_day: String,
}

/// The page that says what ending a link will do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnlinkPage {
    /// The link's id.
    pub link: String,
    /// The e-mail of the login, or what else tells it apart.
    pub login: String,
    /// Whose account it opens.
    pub person: Person,
    /// The e-mail of the account, to which a mail goes.
    pub email: String,
    /// Why it can't be done by whoever looks, as far as that is known.
    pub barred: Option<FormProblem>,
    /// Whether whoever looks has shown recently enough that it's them.
    pub is_fresh: bool,
    /// How many sessions the login has opened that are alive.
    pub sessions: u32,
    /// What opens the account afterwards.
    pub openers: Openers,
    /// Until when it can be undone, in words.
    pub undo_until: String,
}

/// The page to which undoing comes back when it isn't done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UndoPage {
    /// The event.
    pub event: String,
    /// What it says, in the fixed word of the audit.
    pub action: String,
    /// What it changed.
    pub change: Option<Change>,
    /// Whose account it is about.
    pub person: Person,
    /// Until when it can be undone, in words; `None` when it can't be.
    pub until: Option<String>,
    /// Whether whoever looks has shown recently enough that it's them.
    pub is_fresh: bool,
}
