//! What proves an account, and when a proof is enough.

use std::str::FromStr;

use time::{Duration, OffsetDateTime};

use super::account::{Role, Unknown};

/// How long a sign-in or another proof counts as fresh, for what asks for one.
pub const FRESH_FOR: Duration = Duration::minutes(5);

/// How long what was undone can be restored.
pub const UNDO_FOR: Duration = Duration::days(14);

/// What proved the account of a pending link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Proof {
    /// Its password.
    Password,
    /// A code mailed to its mailbox.
    Code,
    /// A sign-in with a login that opens it already.
    LinkedSignIn,
}

impl Proof {
    /// The word in SQL and in the audit.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Code => "code",
            Self::LinkedSignIn => "linked_sign_in",
        }
    }

    /// Whether this proof alone binds a login to an account of that role.
    ///
    /// A mailbox can be read by others in the firm; an account that decides about people asks for
    /// its own credential.
    pub fn is_enough_for(self, role: Role) -> bool {
        match self {
            Self::Password | Self::LinkedSignIn => true,
            Self::Code => code_is_enough_for(role),
        }
    }
}

impl FromStr for Proof {
    type Err = Unknown;

    fn from_str(text: &str) -> Result<Self, Unknown> {
        Ok(match text {
            "password" => Self::Password,
            "code" => Self::Code,
            "linked_sign_in" => Self::LinkedSignIn,
            _ => return Err(Unknown("proof")),
        })
    }
}

/// Whether a mailed code alone opens or confirms an account of that role.
pub fn code_is_enough_for(role: Role) -> bool {
    role < Role::Admin
}

/// Whether something that was shown at `shown` is still fresh.
pub fn is_fresh(shown: OffsetDateTime, now: OffsetDateTime) -> bool {
    now - shown < FRESH_FOR
}

/// Whether one of an account's logins may be disconnected: a way in must stay. A password is one where
/// the e-mail is verified, since only a verified e-mail finds the account. Mail isn't one: whoever reads
/// a mailbox for a while shouldn't be all that is left.
pub const fn may_disconnect(
    live_identities: usize,
    has_password: bool,
    is_email_verified: bool,
) -> bool {
    live_identities > 1 || (has_password && is_email_verified)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mailed_code_alone_never_proves_an_administrators_account() {
        for (role, enough) in [
            (Role::Member, true),
            (Role::Reviewer, true),
            (Role::Admin, false),
            (Role::Owner, false),
        ] {
            assert_eq!(Proof::Code.is_enough_for(role), enough, "{role:?}");
            assert!(Proof::Password.is_enough_for(role), "{role:?}");
            assert!(Proof::LinkedSignIn.is_enough_for(role), "{role:?}");
        }
    }

    #[test]
    fn a_proof_is_fresh_for_five_minutes() {
        let now = OffsetDateTime::UNIX_EPOCH;
        assert!(is_fresh(now - Duration::seconds(299), now));
        assert!(!is_fresh(now - Duration::minutes(5), now));
    }

    #[test]
    fn the_last_way_in_stays() {
        assert!(!may_disconnect(1, false, true));
        assert!(
            !may_disconnect(1, true, false),
            "nobody finds it by its e-mail"
        );
        assert!(may_disconnect(1, true, true));
        assert!(may_disconnect(2, false, false));
    }

    #[test]
    fn words_of_proofs_are_read_as_they_are_written() {
        for proof in [Proof::Password, Proof::Code, Proof::LinkedSignIn] {
            assert_eq!(proof.as_str().parse(), Ok(proof));
        }
        assert!(Proof::from_str("mail").is_err());
    }
}
