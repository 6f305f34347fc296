//! What can be undone, and how: one table for whatever the record says.

use time::OffsetDateTime;
use uuid::Uuid;

use super::{decision::rule_of, rules::Act};
use crate::domain::{
    account::{IdentityId, Role, Status},
    proof::UNDO_FOR,
};

/// How an event of the record is reversed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reversal {
    /// The event's word in the record.
    pub action: &'static str,
    /// The word under which undoing it is recorded.
    pub undone_as: &'static str,
    /// What it changed.
    pub kind: Kind,
}

/// What an event changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Whether the account can be used.
    Standing,
    /// The account's role.
    Role,
    /// A login that opened the account.
    Link,
    /// That somebody attested a link.
    Review,
    /// What somebody asked for was decided.
    Case,
    /// The account took the names that Clio Manage says.
    Names,
}

/// Everything that can be undone at the desk.
pub const REVERSALS: [Reversal; 11] = [
    reversal(
        "account.approved",
        "account.approved.undone",
        Kind::Standing,
    ),
    reversal(
        "account.rejected",
        "account.rejected.undone",
        Kind::Standing,
    ),
    reversal(
        "account.suspended",
        "account.suspended.undone",
        Kind::Standing,
    ),
    reversal(
        "account.reactivated",
        "account.reactivated.undone",
        Kind::Standing,
    ),
    reversal(
        "account.role_granted",
        "account.role_granted.undone",
        Kind::Role,
    ),
    reversal(
        "account.role_revoked",
        "account.role_revoked.undone",
        Kind::Role,
    ),
    reversal("identity.unlinked", "identity.restored", Kind::Link),
    reversal(
        "identity.reviewed",
        "identity.reviewed.undone",
        Kind::Review,
    ),
    reversal("case.approved", "case.approved.undone", Kind::Case),
    reversal("case.declined", "case.declined.undone", Kind::Case),
    reversal(
        "account.names_from_roster",
        "account.names_from_roster.undone",
        Kind::Names,
    ),
];

const fn reversal(action: &'static str, undone_as: &'static str, kind: Kind) -> Reversal {
    Reversal {
        action,
        undone_as,
        kind,
    }
}

/// How an event with that word is reversed; `None` when it can't be.
pub fn reversal_of(action: &str) -> Option<Reversal> {
    REVERSALS
        .into_iter()
        .find(|reversal| reversal.action == action)
}

/// Whether an account can be used, since when, and until when it can't.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The state.
    pub status: Status,
    /// Since when.
    pub since: OffsetDateTime,
    /// When a suspension ends by itself.
    pub until: Option<OffsetDateTime>,
}

/// What an event changed, from what to what: as it stands in the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Whether the account can be used.
    Standing {
        /// Before.
        from: Standing,
        /// Afterwards; since the event.
        to: Standing,
    },
    /// The role.
    Role {
        /// Before.
        from: Role,
        /// Afterwards.
        to: Role,
    },
    /// A login was disconnected.
    Unlinked(IdentityId),
    /// A link was attested.
    Reviewed(IdentityId),
    /// A case was decided: its id.
    Settled(Uuid),
    /// The names of the roster were taken.
    Renamed,
}

impl Change {
    /// By which rule it is judged to undo it: as the act that would do the same. `None` for what whoever
    /// did it takes back themself, and those who decide for them.
    pub const fn rule(&self) -> Option<Act> {
        Some(match self {
            Self::Standing { from, .. } => rule_of(from.status),
            Self::Role { from, .. } => Act::SetRole(*from),
            Self::Unlinked(_) | Self::Settled(_) | Self::Renamed => Act::Help,
            Self::Reviewed(_) => return None,
        })
    }
}

/// What is there now, of what a change was about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// Whether the account can be used.
    pub standing: Standing,
    /// Its role.
    pub role: Role,
    /// Whether the role was given or taken again since the event.
    pub role_changed_since: bool,
    /// When the login was disconnected that the event is about, where it is.
    pub unlinked_at: Option<OffsetDateTime>,
    /// Whether the review stands that the event is about.
    pub review_stands: bool,
    /// When the case was decided that the event is about, where it is and the decision can be taken back.
    pub settled_at: Option<OffsetDateTime>,
    /// Whether the account has the names that it took, where the event is about those.
    pub names_stand: bool,
}

/// Why an event can't be undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotUndoable {
    /// It is too long ago.
    TooLate,
    /// It was undone already.
    Undone,
    /// What it changed was changed again since.
    Changed,
}

/// Whether a change, made at a moment, can be undone now.
///
/// # Errors
/// Why it can't.
pub fn check(
    change: &Change,
    at: OffsetDateTime,
    is_undone: bool,
    there: &Now,
    now: OffsetDateTime,
) -> Result<(), NotUndoable> {
    if is_undone {
        return Err(NotUndoable::Undone);
    }
    if now - at >= UNDO_FOR {
        return Err(NotUndoable::TooLate);
    }
    let is_as_it_was_left = match change {
        Change::Standing { to, .. } => there.standing == *to,
        Change::Role { to, .. } => there.role == *to && !there.role_changed_since,
        Change::Unlinked(_) => {
            there.unlinked_at == Some(at) && there.standing.status != Status::Deleted
        }
        Change::Reviewed(_) => there.review_stands,
        Change::Settled(_) => {
            there.settled_at == Some(at) && there.standing.status != Status::Deleted
        }
        Change::Renamed => there.names_stand && there.standing.status != Status::Deleted,
    };
    if is_as_it_was_left {
        Ok(())
    } else {
        Err(NotUndoable::Changed)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use time::Duration;

    use super::*;
    use crate::domain::desk::decision::Decision;

    const AT: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;
    const LOGIN: IdentityId = IdentityId(Uuid::nil());

    const fn standing(status: Status, since: OffsetDateTime) -> Standing {
        Standing {
            status,
            since,
            until: None,
        }
    }

    fn suspended() -> Change {
        Change::Standing {
            from: standing(Status::Active, AT - Duration::days(3)),
            to: standing(Status::Suspended, AT),
        }
    }

    fn there() -> Now {
        Now {
            standing: standing(Status::Suspended, AT),
            role: Role::Reviewer,
            role_changed_since: false,
            unlinked_at: Some(AT),
            review_stands: true,
            settled_at: Some(AT),
            names_stand: true,
        }
    }

    fn checked(change: &Change, there: &Now) -> Result<(), NotUndoable> {
        check(change, AT, false, there, AT + Duration::days(1))
    }

    #[test]
    fn every_decision_can_be_undone_under_a_word_of_its_own() {
        for decision in Decision::ALL {
            let reversal = reversal_of(decision.action()).unwrap();
            assert_eq!(reversal.kind, Kind::Standing);
        }
        let words: HashSet<_> = REVERSALS
            .iter()
            .flat_map(|reversal| [reversal.action, reversal.undone_as])
            .collect();
        assert_eq!(words.len(), 2 * REVERSALS.len());
        assert!(words.iter().all(|word| word.len() <= 60));
        assert_eq!(reversal_of("account.suspended.undone"), None);
    }

    #[test]
    fn undoing_is_judged_as_the_act_that_does_the_same() {
        let from = |status| Change::Standing {
            from: standing(status, AT),
            to: standing(Status::Deleted, AT),
        };
        assert_eq!(suspended().rule(), Some(Act::Help));
        assert_eq!(from(Status::Suspended).rule(), Some(Act::Close));
        assert_eq!(from(Status::Pending).rule(), Some(Act::Close));
        let demoted = Change::Role {
            from: Role::Owner,
            to: Role::Member,
        };
        assert_eq!(demoted.rule(), Some(Act::SetRole(Role::Owner)));
        assert_eq!(Change::Unlinked(LOGIN).rule(), Some(Act::Help));
        assert_eq!(Change::Renamed.rule(), Some(Act::Help));
        assert_eq!(Change::Reviewed(LOGIN).rule(), None);
    }

    #[test]
    fn what_is_as_it_was_left_can_be_undone_for_14_days_once() {
        let demoted = Change::Role {
            from: Role::Admin,
            to: Role::Reviewer,
        };
        for change in [
            suspended(),
            demoted,
            Change::Unlinked(LOGIN),
            Change::Reviewed(LOGIN),
            Change::Settled(Uuid::nil()),
            Change::Renamed,
        ] {
            assert_eq!(checked(&change, &there()), Ok(()), "{change:?}");
            let last = AT + UNDO_FOR;
            assert_eq!(
                check(&change, AT, false, &there(), last - Duration::SECOND),
                Ok(())
            );
            assert_eq!(
                check(&change, AT, false, &there(), last),
                Err(NotUndoable::TooLate)
            );
            assert_eq!(
                check(&change, AT, true, &there(), AT),
                Err(NotUndoable::Undone)
            );
        }
    }

    #[test]
    fn what_was_changed_again_stays() {
        let changed = Err(NotUndoable::Changed);
        for standing in [
            standing(Status::Active, AT),
            standing(Status::Suspended, AT + Duration::SECOND),
            Standing {
                until: Some(AT + Duration::DAY),
                ..standing(Status::Suspended, AT)
            },
        ] {
            let there = Now {
                standing,
                ..there()
            };
            assert_eq!(checked(&suspended(), &there), changed, "{standing:?}");
        }
        let demoted = Change::Role {
            from: Role::Admin,
            to: Role::Reviewer,
        };
        let other_role = Now {
            role: Role::Member,
            ..there()
        };
        let again = Now {
            role_changed_since: true,
            ..there()
        };
        for there in [other_role, again] {
            assert_eq!(checked(&demoted, &there), changed);
        }
        let back = Now {
            unlinked_at: None,
            ..there()
        };
        let gone = Now {
            standing: standing(Status::Deleted, AT),
            ..there()
        };
        for there in [back, gone] {
            assert_eq!(checked(&Change::Unlinked(LOGIN), &there), changed);
        }
        let decided_again = Now {
            settled_at: None,
            ..there()
        };
        for there in [decided_again, gone] {
            assert_eq!(checked(&Change::Settled(Uuid::nil()), &there), changed);
        }
        let renamed_again = Now {
            names_stand: false,
            ..there()
        };
        for there in [renamed_again, gone] {
            assert_eq!(checked(&Change::Renamed, &there), changed);
        }
        let taken_back = Now {
            review_stands: false,
            ..there()
        };
        assert_eq!(checked(&Change::Reviewed(LOGIN), &taken_back), changed);
    }
}
