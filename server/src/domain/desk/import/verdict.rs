//! What a row would do, by what is known of its e-mail.

use std::collections::{HashMap, hash_map::Entry};

use crate::domain::{account::Status, email::Email};

/// An account that has an e-mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its state.
    pub status: Status,
    /// Whether the e-mail was proved or vouched for.
    pub email_verified: bool,
}

/// What a row without mistakes does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It invites.
    Invite,
    /// It invites, though somebody signs in with that e-mail who hasn't proved it.
    InviteUnproved,
    /// An earlier line has the same e-mail.
    Repeated {
        /// Which one.
        line: u32,
    },
    /// The person is invited, and hasn't come yet. Nothing is sent again.
    InvitedAlready,
    /// The person has an account.
    HasAccount,
    /// The person's account is closed, for a time or for good. No list opens it again.
    Closed,
}

impl Verdict {
    /// The word in SQL and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invite => "invite",
            Self::InviteUnproved => "invite_unproved",
            Self::Repeated { .. } => "repeated",
            Self::InvitedAlready => "invited_already",
            Self::HasAccount => "has_account",
            Self::Closed => "closed",
        }
    }

    /// Whether it invites.
    pub const fn invites(self) -> bool {
        matches!(self, Self::Invite | Self::InviteUnproved)
    }
}

/// What a row does whose e-mail this account has; `None` where none has it.
///
/// An e-mail that nobody proved neither matches nor blocks.
pub const fn judge(found: Option<Found>) -> Verdict {
    match found {
        None => Verdict::Invite,
        Some(Found {
            email_verified: false,
            ..
        }) => Verdict::InviteUnproved,
        Some(Found { status, .. }) => match status {
            Status::Invited => Verdict::InvitedAlready,
            Status::Pending | Status::Active => Verdict::HasAccount,
            Status::Suspended | Status::Deleted => Verdict::Closed,
        },
    }
}

/// Finds e-mails that stand in a list twice.
#[derive(Debug, Default)]
pub struct Repeats(HashMap<String, u32>);

impl Repeats {
    /// Notes an e-mail and its line; the line that has it already, if one does.
    pub fn earlier(&mut self, email: &Email, line: u32) -> Option<u32> {
        match self.0.entry(email.key()) {
            Entry::Occupied(first) => Some(*first.get()),
            Entry::Vacant(place) => {
                place.insert(line);
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_proved_email_stands_in_the_way() {
        use crate::domain::account::Status::{Active, Deleted, Invited, Pending, Suspended};
        for (status, verdict) in [
            (Invited, Verdict::InvitedAlready),
            (Pending, Verdict::HasAccount),
            (Active, Verdict::HasAccount),
            (Suspended, Verdict::Closed),
            (Deleted, Verdict::Closed),
        ] {
            let found = |email_verified| {
                Some(Found {
                    status,
                    email_verified,
                })
            };
            assert_eq!(judge(found(true)), verdict);
            assert_eq!(judge(found(false)), Verdict::InviteUnproved);
        }
        assert_eq!(judge(None), Verdict::Invite);
    }

    #[test]
    fn emails_repeat_when_only_ascii_case_differs() {
        let mut repeats = Repeats::default();
        let mut earlier = |text: &str, line| repeats.earlier(&Email::parse(text).unwrap(), line);
        assert_eq!(earlier("dana@firm.test", 2), None);
        assert_eq!(earlier("DANA@Firm.Test", 5), Some(2));
        assert_eq!(earlier("dana@firm.test", 9), Some(2));
        assert_eq!(earlier("\u{212a}im@firm.test", 3), None);
        assert_eq!(earlier("kim@firm.test", 4), None);
        assert_eq!(earlier("JÖRG@firm.test", 6), None);
        assert_eq!(earlier("jörg@firm.test", 7), None);
    }
}
