//! When one account may be merged into another.

use crate::domain::account::{Role, Status};

/// What is known of an account when it is to be merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Party {
    /// Its role.
    pub role: Role,
    /// Its state.
    pub status: Status,
    /// Whether its e-mail was proved or vouched for.
    pub email_verified: bool,
    /// Whether its person said "This wasn't me", and nobody has decided about it yet.
    pub is_disputed: bool,
}

/// Why an account can't be merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Obstacle {
    /// It is an administrator's or an owner's.
    Administrator,
    /// It is suspended: what was closed for a reason isn't opened by the way.
    Suspended,
    /// It is closed for good, merged perhaps.
    Deleted,
    /// It isn't in use yet, so that nothing can be merged into it.
    NotActive,
    /// Nobody has proved its e-mail, so that nothing can be merged into it.
    Unproved,
    /// Its person said "This wasn't me", which is to be decided first.
    Disputed,
}

impl Obstacle {
    /// All obstacles, for tables and tests.
    pub const ALL: [Self; 6] = [
        Self::Administrator,
        Self::Suspended,
        Self::Deleted,
        Self::NotActive,
        Self::Unproved,
        Self::Disputed,
    ];

    /// The word in the record.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Suspended => "suspended",
            Self::Deleted => "deleted",
            Self::NotActive => "not_active",
            Self::Unproved => "unproved",
            Self::Disputed => "disputed",
        }
    }
}

/// Whether an account may take another one in.
///
/// # Errors
/// What stands in the way.
pub const fn may_take_in(into: Party) -> Result<(), Obstacle> {
    match into.status {
        Status::Suspended => return Err(Obstacle::Suspended),
        Status::Deleted => return Err(Obstacle::Deleted),
        Status::Invited | Status::Pending => return Err(Obstacle::NotActive),
        Status::Active => {}
    }
    if !into.email_verified {
        return Err(Obstacle::Unproved);
    }
    is_untouched(into)
}

/// Whether an account may be merged into another one.
///
/// # Errors
/// What stands in the way.
pub const fn may_be_taken_in(from: Party) -> Result<(), Obstacle> {
    match from.status {
        Status::Suspended => return Err(Obstacle::Suspended),
        Status::Deleted => return Err(Obstacle::Deleted),
        Status::Invited | Status::Pending | Status::Active => {}
    }
    is_untouched(from)
}

/// A login that opens an administrator's account decides about people: it comes there by its person's own
/// proof, never by a merge.
const fn is_untouched(party: Party) -> Result<(), Obstacle> {
    match party.role {
        Role::Admin | Role::Owner => return Err(Obstacle::Administrator),
        Role::Member | Role::Reviewer => {}
    }
    if party.is_disputed {
        return Err(Obstacle::Disputed);
    }
    Ok(())
}

/// Which of two accounts a fact is taken from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Source {
    /// The account that stays.
    #[default]
    Into,
    /// The account that is merged into it.
    From,
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARTY: Party = Party {
        role: Role::Member,
        status: Status::Active,
        email_verified: true,
        is_disputed: false,
    };

    #[test]
    fn members_and_reviewers_in_use_take_in_and_are_taken_in() {
        for role in [Role::Member, Role::Reviewer] {
            let party = Party { role, ..PARTY };
            assert_eq!(may_take_in(party), Ok(()));
            assert_eq!(may_be_taken_in(party), Ok(()));
        }
    }

    #[test]
    fn nothing_is_merged_into_or_out_of_an_administrators_account() {
        for role in [Role::Admin, Role::Owner] {
            let party = Party { role, ..PARTY };
            assert_eq!(may_take_in(party), Err(Obstacle::Administrator));
            assert_eq!(may_be_taken_in(party), Err(Obstacle::Administrator));
        }
    }

    #[test]
    fn what_is_closed_stays_closed() {
        for (status, obstacle) in [
            (Status::Suspended, Obstacle::Suspended),
            (Status::Deleted, Obstacle::Deleted),
        ] {
            let party = Party { status, ..PARTY };
            assert_eq!(may_take_in(party), Err(obstacle));
            assert_eq!(may_be_taken_in(party), Err(obstacle));
        }
    }

    #[test]
    fn only_an_account_in_use_whose_e_mail_is_proved_takes_another_in() {
        for status in [Status::Invited, Status::Pending] {
            let party = Party { status, ..PARTY };
            assert_eq!(may_take_in(party), Err(Obstacle::NotActive));
            assert_eq!(may_be_taken_in(party), Ok(()));
        }
        let party = Party {
            email_verified: false,
            ..PARTY
        };
        assert_eq!(may_take_in(party), Err(Obstacle::Unproved));
        assert_eq!(may_be_taken_in(party), Ok(()));
    }

    #[test]
    fn what_somebody_said_was_not_them_is_decided_first() {
        let party = Party {
            is_disputed: true,
            ..PARTY
        };
        assert_eq!(may_take_in(party), Err(Obstacle::Disputed));
        assert_eq!(may_be_taken_in(party), Err(Obstacle::Disputed));
    }
}
