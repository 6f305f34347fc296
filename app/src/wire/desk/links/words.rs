//! What has a word in the URLs of the list.

use crate::wire::{LinkMethod, Role, Status};

/// A value that has a word in URLs.
pub(super) trait Word: Copy + PartialEq + 'static {
    /// All values with their words.
    const WORDS: &'static [(Self, &'static str)];

    fn read(text: &str) -> Option<Self> {
        let found = Self::WORDS.iter().find(|(_, word)| *word == text);
        found.map(|(value, _)| *value)
    }

    fn word(self) -> &'static str {
        let found = Self::WORDS.iter().find(|(value, _)| *value == self);
        found.map_or("", |(_, word)| word)
    }
}

macro_rules! words {
    ($type:ident: $($value:ident = $word:literal),+ $(,)?) => {
        impl Word for $type {
            const WORDS: &'static [(Self, &'static str)] = &[$((Self::$value, $word)),+];
        }

        impl $type {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$value),+];

            /// The word in the URL.
            pub fn word(self) -> &'static str {
                Word::word(self)
            }
        }
    };
}

pub(super) use words;

/// Whether a login is connected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Connection {
    /// It is.
    #[default]
    Connected,
    /// It was.
    Disconnected,
    /// It is or was.
    Either,
}

words!(Connection: Connected = "connected", Disconnected = "disconnected", Either = "either");

/// What made an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Its first sign-in.
    SignIn,
    /// An administrator's invitation.
    Invitation,
    /// An administrator's list.
    Import,
    /// The command line.
    CommandLine,
}

words!(Origin: SignIn = "sign_in", Invitation = "invitation", Import = "import", CommandLine = "command_line");

/// How a login and an account found each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matched {
    /// The account was made for the login.
    NewAccount,
    /// By the e-mail.
    Email,
    /// By an invitation's one-time link.
    Invitation,
    /// The person was signed in to the account.
    Session,
    /// The person asked, and an administrator decided.
    Case,
}

impl Word for Status {
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Active, "active"),
        (Self::Pending, "pending"),
        (Self::Suspended, "suspended"),
        (Self::Invited, "invited"),
        (Self::Deleted, "deleted"),
    ];
}

impl Word for Role {
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Member, "member"),
        (Self::Reviewer, "reviewer"),
        (Self::Admin, "admin"),
        (Self::Owner, "owner"),
    ];
}

impl Word for LinkMethod {
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::FirstSignIn, "first_sign_in"),
        (Self::Password, "password"),
        (Self::Code, "code"),
        (Self::LinkedSignIn, "linked_sign_in"),
        (Self::Claim, "claim"),
        (Self::Session, "session"),
        (Self::Administrator, "administrator"),
    ];
}
