//! What is stored of a code that is mailed, and whether what is typed fits it.

use subtle::ConstantTimeEq;

use super::Services;
use crate::domain::code::Code;

/// What a mailed code is for, and to what it is bound: it is worth nothing anywhere else.
#[derive(Clone, Copy, Debug)]
pub(super) struct MailedCode<'a> {
    /// What it opens.
    pub(super) opens: Opens,
    /// Where it may be typed: the id of an account, a session or a pending link, or a browser's hash.
    pub(super) place: &'a [u8],
    /// The mailbox it goes to.
    pub(super) mailbox: &'a str,
}

/// What a mailed code opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opens {
    /// The door, for somebody who waits.
    Admission,
    /// What asks for a fresh sign-in.
    Confirmation,
    /// The account that a login is to be linked to.
    Link,
    /// The account, without Clio.
    SignIn,
}

impl Opens {
    /// What keeps the hashes of one use apart from those of the others.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Admission => "admission code",
            Self::Confirmation => "confirmation code",
            Self::Link => "link code",
            Self::SignIn => "sign-in code",
        }
    }
}

impl MailedCode<'_> {
    /// What is stored of it. Six digits are quickly tried through, so the hash takes a key that isn't in
    /// the database.
    pub(super) fn hash(&self, services: &Services, code: &Code) -> [u8; 32] {
        services.config.master_key.authenticate(
            self.opens.as_str(),
            &[
                self.place,
                self.mailbox.as_bytes(),
                code.as_str().as_bytes(),
            ],
        )
    }

    /// Whether what a person types is the code that this was stored of.
    pub(super) fn fits(&self, services: &Services, typed: &str, stored: &[u8]) -> bool {
        Code::parse(typed)
            .is_some_and(|code| bool::from(self.hash(services, &code).as_slice().ct_eq(stored)))
    }
}
