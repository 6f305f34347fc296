//! Who may do what at the desk.

use crate::domain::account::{AccountId, Role};

/// What a page or an act of the desk asks of whoever uses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// To see it.
    Look,
    /// To attest that a link is right; changes nothing else.
    Attest,
    /// To decide about people's accounts.
    Decide,
}

impl Right {
    /// The lowest role that has it.
    pub const fn least_role(self) -> Role {
        match self {
            Self::Look | Self::Attest => Role::Reviewer,
            Self::Decide => Role::Admin,
        }
    }

    /// Whether a role has it.
    pub fn is_of(self, role: Role) -> bool {
        role >= self.least_role()
    }
}

/// What is to be done about an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Anything that takes nothing away: approve, reactivate, decide a question, send an invitation
    /// again.
    Help,
    /// To close it, for now or for good.
    Close,
    /// To end its sessions.
    EndSessions,
    /// To disconnect one of its logins.
    Unlink {
        /// Whether nothing would open the account afterwards.
        is_last_way_in: bool,
    },
    /// To give it a role.
    SetRole(Role),
}

/// One of the two accounts that an act is about: who does it, or to whom it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Person {
    /// The account.
    pub id: AccountId,
    /// Its role.
    pub role: Role,
}

/// Why somebody may not do something to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAllowed {
    /// Their role doesn't decide about accounts.
    Role,
    /// Only owners do that: act on an owner, or make one.
    OwnersOnly,
    /// Nobody does that to themselves: promote, close, disconnect at the desk.
    Oneself,
    /// The firm would have no owner left who can get in.
    LastOwner,
}

impl NotAllowed {
    /// The word in the record.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Role => "role",
            Self::OwnersOnly => "owners_only",
            Self::Oneself => "oneself",
            Self::LastOwner => "last_owner",
        }
    }
}

/// Whether `actor` may do `act` to `target`; `is_last_owner` says that no other owner's account is in
/// use or will be.
///
/// # Errors
/// The first rule that stands against it.
pub fn judge(
    actor: Person,
    target: Person,
    is_last_owner: bool,
    act: Act,
) -> Result<(), NotAllowed> {
    if !Right::Decide.is_of(actor.role) {
        return Err(NotAllowed::Role);
    }
    let makes_an_owner = act == Act::SetRole(Role::Owner);
    if (target.role == Role::Owner || makes_an_owner) && actor.role != Role::Owner {
        return Err(NotAllowed::OwnersOnly);
    }
    let takes_an_owner_away = match act {
        Act::Help | Act::EndSessions => false,
        Act::Close => true,
        Act::Unlink { is_last_way_in } => is_last_way_in,
        Act::SetRole(role) => role != Role::Owner,
    };
    if is_last_owner && takes_an_owner_away {
        return Err(NotAllowed::LastOwner);
    }
    let is_nobodys_own_deed = match act {
        Act::Help | Act::Close | Act::Unlink { .. } => true,
        Act::EndSessions => false,
        Act::SetRole(role) => role > actor.role,
    };
    if actor.id == target.id && is_nobodys_own_deed {
        return Err(NotAllowed::Oneself);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const EVERY_ROLE: [Role; 4] = [Role::Member, Role::Reviewer, Role::Admin, Role::Owner];
    const EVERY_ACT: [Act; 9] = [
        Act::Help,
        Act::Close,
        Act::EndSessions,
        Act::Unlink {
            is_last_way_in: false,
        },
        Act::Unlink {
            is_last_way_in: true,
        },
        Act::SetRole(Role::Member),
        Act::SetRole(Role::Reviewer),
        Act::SetRole(Role::Admin),
        Act::SetRole(Role::Owner),
    ];

    fn person(id: u128, role: Role) -> Person {
        Person {
            id: AccountId(Uuid::from_u128(id)),
            role,
        }
    }

    #[test]
    fn members_and_reviewers_decide_nothing() {
        for role in [Role::Member, Role::Reviewer] {
            for target in EVERY_ROLE {
                for act in EVERY_ACT {
                    let judged = judge(person(1, role), person(2, target), false, act);
                    assert_eq!(judged, Err(NotAllowed::Role), "{role:?} {target:?} {act:?}");
                }
            }
        }
    }

    #[test]
    fn reviewers_look_and_attest_and_members_do_neither() {
        for (right, roles) in [(Right::Look, 3), (Right::Attest, 3), (Right::Decide, 2)] {
            let having = EVERY_ROLE.into_iter().filter(|role| right.is_of(*role));
            assert_eq!(having.count(), roles, "{right:?}");
        }
    }

    #[test]
    fn admins_act_on_everybody_but_owners_and_make_none() {
        let admin = person(1, Role::Admin);
        for act in EVERY_ACT {
            let on_owner = judge(admin, person(2, Role::Owner), false, act);
            assert_eq!(on_owner, Err(NotAllowed::OwnersOnly), "{act:?}");
            for role in [Role::Member, Role::Reviewer, Role::Admin] {
                let expected = if act == Act::SetRole(Role::Owner) {
                    Err(NotAllowed::OwnersOnly)
                } else {
                    Ok(())
                };
                assert_eq!(
                    judge(admin, person(2, role), false, act),
                    expected,
                    "{act:?}"
                );
            }
        }
    }

    #[test]
    fn owners_act_on_everybody_else() {
        for role in EVERY_ROLE {
            for act in EVERY_ACT {
                let judged = judge(person(1, Role::Owner), person(2, role), false, act);
                assert_eq!(judged, Ok(()), "{role:?} {act:?}");
            }
        }
    }

    #[test]
    fn nobody_promotes_closes_or_disconnects_themselves() {
        for role in [Role::Admin, Role::Owner] {
            let own = person(1, role);
            for act in [
                Act::Close,
                Act::Unlink {
                    is_last_way_in: false,
                },
            ] {
                assert_eq!(judge(own, own, false, act), Err(NotAllowed::Oneself));
            }
            assert_eq!(judge(own, own, false, Act::EndSessions), Ok(()));
        }
        let admin = person(1, Role::Admin);
        let promoted = judge(admin, admin, false, Act::SetRole(Role::Owner));
        assert_eq!(promoted, Err(NotAllowed::OwnersOnly));
        let stepped_down = judge(admin, admin, false, Act::SetRole(Role::Member));
        assert_eq!(stepped_down, Ok(()));
    }

    #[test]
    fn the_last_owner_stays_an_owner_who_can_get_in() {
        let owner = person(1, Role::Owner);
        for act in EVERY_ACT {
            let expected = match act {
                Act::Close
                | Act::Unlink {
                    is_last_way_in: true,
                }
                | Act::SetRole(Role::Member | Role::Reviewer | Role::Admin) => {
                    Err(NotAllowed::LastOwner)
                }
                _ => Ok(()),
            };
            let by_another = judge(person(2, Role::Owner), owner, true, act);
            assert_eq!(by_another, expected, "{act:?}");
        }
        let stepping_down = judge(owner, owner, true, Act::SetRole(Role::Admin));
        assert_eq!(stepping_down, Err(NotAllowed::LastOwner));
        let with_another = judge(owner, owner, false, Act::SetRole(Role::Admin));
        assert_eq!(with_another, Ok(()));
    }
}
