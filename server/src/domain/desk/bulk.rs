//! One decision about many: what it does, to whom, and what it leaves alone.

use std::str::FromStr;

use super::rules::{self, Act, NotAllowed, Person};
use crate::domain::account::{Status, Unknown};

/// How many links or accounts one act is about, at most. Who has more narrows the list.
pub const MOST: u32 = 50_000;

/// What is done to each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Deed {
    /// Attests that the link is right.
    Review,
    /// Lets waiting people in.
    Approve,
    /// Turns waiting people down.
    Reject,
    /// Closes accounts for now.
    Suspend,
    /// Opens closed accounts again.
    Reactivate,
    /// Disconnects logins.
    Unlink,
    /// Signs people out everywhere.
    EndSessions,
    /// Undoes what an earlier act did.
    Undo,
}

impl Deed {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Review,
        Self::Approve,
        Self::Reject,
        Self::Suspend,
        Self::Reactivate,
        Self::Unlink,
        Self::EndSessions,
        Self::Undo,
    ];

    /// The word in SQL, forms and the record.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Review => "review",
            Self::Approve => "approve",
            Self::Reject => "reject",
            Self::Suspend => "suspend",
            Self::Reactivate => "reactivate",
            Self::Unlink => "unlink",
            Self::EndSessions => "end_sessions",
            Self::Undo => "undo",
        }
    }

    /// Whether it is about links rather than accounts: a person with two links stands in it twice.
    pub const fn is_about_links(self) -> bool {
        matches!(self, Self::Review | Self::Unlink)
    }

    /// Whether it takes something away, so that the record has to say why.
    pub const fn asks_why(self) -> bool {
        matches!(self, Self::Reject | Self::Suspend | Self::Unlink)
    }

    /// The state of the accounts that it can be done to; `None` where any will do.
    const fn wants(self) -> Option<Status> {
        match self {
            Self::Approve | Self::Reject => Some(Status::Pending),
            Self::Suspend => Some(Status::Active),
            Self::Reactivate => Some(Status::Suspended),
            Self::Review | Self::Unlink | Self::EndSessions | Self::Undo => None,
        }
    }
}

impl FromStr for Deed {
    type Err = Unknown;

    fn from_str(text: &str) -> Result<Self, Unknown> {
        let mut all = Self::ALL.into_iter();
        all.find(|deed| deed.as_str() == text)
            .ok_or(Unknown("deed"))
    }
}

/// How far an act has got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// What it is about is being gathered.
    Gathering,
    /// It shows what would happen, and waits for a yes.
    Ready,
    /// It is carried out.
    Running,
    /// It is over.
    Finished,
}

/// Why one of many is left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Skip {
    /// The account isn't in a state for it.
    State,
    /// The login is disconnected already.
    Unlinked,
    /// It is done already, or there is nothing to do.
    Nothing,
    /// A rule stands against it.
    Rule(NotAllowed),
    /// It can't be undone any more: too late, undone already, or changed since.
    NotUndoable,
    /// Something changed between the preview and the deed.
    Changed,
    /// Something went wrong on our side; the log says what.
    Failed,
}

impl Skip {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::State,
        Self::Unlinked,
        Self::Nothing,
        Self::Rule(NotAllowed::Role),
        Self::Rule(NotAllowed::OwnersOnly),
        Self::Rule(NotAllowed::Oneself),
        Self::Rule(NotAllowed::LastOwner),
        Self::NotUndoable,
        Self::Changed,
        Self::Failed,
    ];

    /// The word in SQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Unlinked => "unlinked",
            Self::Nothing => "nothing",
            Self::Rule(rule) => rule.as_str(),
            Self::NotUndoable => "not_undoable",
            Self::Changed => "changed",
            Self::Failed => "failed",
        }
    }
}

impl FromStr for Skip {
    type Err = Unknown;

    fn from_str(text: &str) -> Result<Self, Unknown> {
        let mut all = Self::ALL.into_iter();
        all.find(|skip| skip.as_str() == text)
            .ok_or(Unknown("reason to skip"))
    }
}

/// What is known of one of many.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// The account.
    pub account: Person,
    /// Its state.
    pub status: Status,
    /// Whether no other owner's account is in use or will be.
    pub is_last_owner: bool,
    /// The login, where one is meant.
    pub login: Login,
    /// Whether the account has a session.
    pub has_sessions: bool,
}

/// The login that one of many is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Login {
    /// The act is about the account.
    NotMeant,
    /// It is disconnected.
    Disconnected,
    /// It is connected.
    Connected {
        /// Whether nothing else opens the account.
        is_last_way_in: bool,
    },
}

/// Whether `actor` would do `deed` to one of many, as it stands. What is done is judged again when it is
/// done, under the locks.
///
/// # Errors
/// Why it would be left alone.
pub fn expect(deed: Deed, actor: Person, facts: &Facts) -> Result<(), Skip> {
    if deed.wants().is_some_and(|wanted| wanted != facts.status) {
        return Err(Skip::State);
    }
    let is_linked = matches!(facts.login, Login::Connected { .. });
    let act = match deed {
        Deed::Review | Deed::Unlink if !is_linked => return Err(Skip::Unlinked),
        Deed::Review if facts.account.id == actor.id => {
            return Err(Skip::Rule(NotAllowed::Oneself));
        }
        // Attesting changes nothing about the account, so nobody's role stands against it.
        Deed::EndSessions if !facts.has_sessions => return Err(Skip::Nothing),
        Deed::Review | Deed::Undo => return Ok(()),
        Deed::Approve | Deed::Reactivate => Act::Help,
        Deed::Reject | Deed::Suspend => Act::Close,
        Deed::Unlink => Act::Unlink {
            is_last_way_in: facts.login
                == Login::Connected {
                    is_last_way_in: true,
                },
        },
        // Whoever confirms it is in one of these sessions.
        Deed::EndSessions if facts.account.id == actor.id => {
            return Err(Skip::Rule(NotAllowed::Oneself));
        }
        Deed::EndSessions => Act::EndSessions,
    };
    rules::judge(actor, facts.account, facts.is_last_owner, act).map_err(Skip::Rule)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::account::{AccountId, Role};

    fn person(id: u128, role: Role) -> Person {
        Person {
            id: AccountId(Uuid::from_u128(id)),
            role,
        }
    }

    fn facts(status: Status) -> Facts {
        Facts {
            account: person(2, Role::Member),
            status,
            is_last_owner: false,
            login: Login::Connected {
                is_last_way_in: true,
            },
            has_sessions: true,
        }
    }

    const STATES: [Status; 5] = [
        Status::Invited,
        Status::Pending,
        Status::Active,
        Status::Suspended,
        Status::Deleted,
    ];

    #[test]
    fn every_word_is_read_back() {
        for deed in Deed::ALL {
            assert_eq!(deed.as_str().parse(), Ok(deed));
        }
        for skip in Skip::ALL {
            assert_eq!(skip.as_str().parse(), Ok(skip));
        }
        assert!("Review".parse::<Deed>().is_err() && "".parse::<Skip>().is_err());
    }

    #[test]
    fn accounts_in_another_state_are_left_alone() {
        let admin = person(1, Role::Admin);
        for (deed, wanted) in [
            (Deed::Approve, Status::Pending),
            (Deed::Reject, Status::Pending),
            (Deed::Suspend, Status::Active),
            (Deed::Reactivate, Status::Suspended),
        ] {
            for status in STATES {
                let expected = if status == wanted {
                    Ok(())
                } else {
                    Err(Skip::State)
                };
                assert_eq!(
                    expect(deed, admin, &facts(status)),
                    expected,
                    "{deed:?} {status:?}"
                );
            }
        }
    }

    #[test]
    fn disconnected_logins_and_people_without_sessions_are_left_alone() {
        let admin = person(1, Role::Admin);
        let mut facts = facts(Status::Active);
        facts.login = Login::Disconnected;
        facts.has_sessions = false;
        for (deed, why) in [
            (Deed::Review, Skip::Unlinked),
            (Deed::Unlink, Skip::Unlinked),
            (Deed::EndSessions, Skip::Nothing),
        ] {
            assert_eq!(expect(deed, admin, &facts), Err(why), "{deed:?}");
        }
    }

    #[test]
    fn the_rules_of_one_decision_hold_for_each_of_many() {
        let admin = person(1, Role::Admin);
        let mut own = facts(Status::Active);
        own.account = admin;
        let mut owner = facts(Status::Active);
        owner.account.role = Role::Owner;
        let mut last = owner;
        last.is_last_owner = true;
        for deed in [Deed::Suspend, Deed::Unlink] {
            assert_eq!(
                expect(deed, admin, &own),
                Err(Skip::Rule(NotAllowed::Oneself))
            );
            assert_eq!(
                expect(deed, admin, &owner),
                Err(Skip::Rule(NotAllowed::OwnersOnly))
            );
            let by_owner = person(1, Role::Owner);
            assert_eq!(expect(deed, by_owner, &owner), Ok(()));
            assert_eq!(
                expect(deed, by_owner, &last),
                Err(Skip::Rule(NotAllowed::LastOwner))
            );
        }
        assert_eq!(
            expect(Deed::Review, person(1, Role::Reviewer), &owner),
            Ok(())
        );
    }
}
