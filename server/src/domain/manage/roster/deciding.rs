//! Whether what differs can be carried out.

use super::Kind;
use crate::domain::{
    account::Status,
    desk::rules::{Act, NotAllowed, Person, judge},
};

/// What stands against carrying a difference out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// It was decided, or is there no longer.
    Decided,
    /// The person has no account here.
    NoAccount,
    /// A new person has an account here meanwhile.
    HasAccount,
    /// A new person is invited already.
    InvitedAlready,
    /// Clio has no complete e-mail of the person.
    NoEmail,
    /// The account isn't in a state for it.
    State,
    /// The account wasn't closed because of the roster.
    ClosedOtherwise,
    /// A question about an e-mail of the account waits already.
    AskedAlready,
    /// The rules of the desk don't allow it.
    Rule(NotAllowed),
}

impl Obstacle {
    /// The word in the record of what was refused.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Decided => "decided",
            Self::NoAccount => "no_account",
            Self::HasAccount => "has_account",
            Self::InvitedAlready => "invited_already",
            Self::NoEmail => "no_email",
            Self::State => "state",
            Self::ClosedOtherwise => "closed_otherwise",
            Self::AskedAlready => "asked_already",
            Self::Rule(rule) => rule.as_str(),
        }
    }
}

/// What a decision about a difference rests on.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// Its kind.
    pub kind: Kind,
    /// Whether Clio has a complete e-mail of the person.
    pub has_email: bool,
    /// The state of an account that somebody new has by now.
    pub new_account: Option<Status>,
    /// The account that it concerns.
    pub account: Option<AccountFacts>,
}

/// Whether an account can be asked about its e-mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// Yes.
    Possible,
    /// One waits already.
    Waits,
    /// No: no Clio login opens it.
    NoLogin,
}

/// What it rests on of the account that it concerns.
#[derive(Clone, Copy, Debug)]
pub struct AccountFacts {
    /// Whose it is.
    pub person: Person,
    /// Its state.
    pub status: Status,
    /// Whether it is suspended because its person left the firm in Clio.
    pub is_leaver: bool,
    /// Whether it can be asked about its e-mail.
    pub question: Question,
    /// Whether no other owner's account is in use or will be.
    pub is_last_owner: bool,
}

/// Whether somebody can carry a difference out that waits.
///
/// # Errors
/// What stands against it.
pub fn can(actor: Person, facts: &Facts) -> Result<(), Obstacle> {
    if facts.kind == Kind::New {
        return match facts.new_account {
            _ if !facts.has_email => Err(Obstacle::NoEmail),
            Some(Status::Invited) => Err(Obstacle::InvitedAlready),
            Some(_) => Err(Obstacle::HasAccount),
            None => Ok(()),
        };
    }
    let account = facts.account.ok_or(Obstacle::NoAccount)?;
    let act = match facts.kind {
        Kind::Gone | Kind::Disabled => Act::Close,
        Kind::Back | Kind::New | Kind::Email | Kind::Name => Act::Help,
    };
    judge(actor, account.person, account.is_last_owner, act).map_err(Obstacle::Rule)?;
    let is_open = matches!(
        account.status,
        Status::Active | Status::Pending | Status::Invited
    );
    match facts.kind {
        Kind::Back if account.status != Status::Suspended => Err(Obstacle::State),
        Kind::Back if !account.is_leaver => Err(Obstacle::ClosedOtherwise),
        Kind::Back => Ok(()),
        _ if !is_open => Err(Obstacle::State),
        Kind::Email if account.question == Question::NoLogin => Err(Obstacle::State),
        Kind::Email if account.question == Question::Waits => Err(Obstacle::AskedAlready),
        Kind::Gone | Kind::Disabled | Kind::New | Kind::Email | Kind::Name => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::account::{AccountId, Role};

    const fn person(id: u128, role: Role) -> Person {
        Person {
            id: AccountId(Uuid::from_u128(id)),
            role,
        }
    }

    const ADMIN: Person = person(1, Role::Admin);

    const ACCOUNT: AccountFacts = AccountFacts {
        person: person(2, Role::Member),
        status: Status::Active,
        is_leaver: false,
        question: Question::Possible,
        is_last_owner: false,
    };

    const fn about(kind: Kind, account: AccountFacts) -> Facts {
        Facts {
            kind,
            has_email: true,
            new_account: None,
            account: Some(account),
        }
    }

    #[test]
    fn somebody_new_is_invited_who_has_an_e_mail_and_nothing_here() {
        let new = |has_email, new_account| {
            let facts = Facts {
                kind: Kind::New,
                has_email,
                new_account,
                account: None,
            };
            can(ADMIN, &facts)
        };
        assert_eq!(new(true, None), Ok(()));
        assert_eq!(new(false, None), Err(Obstacle::NoEmail));
        let invited = new(true, Some(Status::Invited));
        assert_eq!(invited, Err(Obstacle::InvitedAlready));
        let suspended = new(true, Some(Status::Suspended));
        assert_eq!(suspended, Err(Obstacle::HasAccount));
    }

    #[test]
    fn only_whom_the_roster_closed_is_let_in_again() {
        let back = |status, is_leaver| {
            let account = AccountFacts {
                status,
                is_leaver,
                ..ACCOUNT
            };
            can(ADMIN, &about(Kind::Back, account))
        };
        assert_eq!(back(Status::Suspended, true), Ok(()));
        let otherwise = back(Status::Suspended, false);
        assert_eq!(otherwise, Err(Obstacle::ClosedOtherwise));
        assert_eq!(back(Status::Active, false), Err(Obstacle::State));
        assert_eq!(back(Status::Deleted, false), Err(Obstacle::State));
    }

    #[test]
    fn leavers_names_and_e_mails_are_about_accounts_that_open() {
        for kind in [Kind::Gone, Kind::Disabled, Kind::Name, Kind::Email] {
            for (status, outcome) in [
                (Status::Active, Ok(())),
                (Status::Pending, Ok(())),
                (Status::Invited, Ok(())),
                (Status::Suspended, Err(Obstacle::State)),
                (Status::Deleted, Err(Obstacle::State)),
            ] {
                let account = AccountFacts { status, ..ACCOUNT };
                assert_eq!(can(ADMIN, &about(kind, account)), outcome, "{kind:?}");
            }
        }
        let nobody = Facts {
            account: None,
            ..about(Kind::Gone, ACCOUNT)
        };
        assert_eq!(can(ADMIN, &nobody), Err(Obstacle::NoAccount));
    }

    #[test]
    fn an_e_mail_is_asked_about_once_and_only_of_a_login() {
        let asked = AccountFacts {
            question: Question::Waits,
            ..ACCOUNT
        };
        let email = |account| can(ADMIN, &about(Kind::Email, account));
        assert_eq!(email(asked), Err(Obstacle::AskedAlready));
        let without = AccountFacts {
            question: Question::NoLogin,
            ..ACCOUNT
        };
        assert_eq!(email(without), Err(Obstacle::State));
    }

    #[test]
    fn the_rules_of_the_desk_hold_here_too() {
        let owner = AccountFacts {
            person: person(2, Role::Owner),
            ..ACCOUNT
        };
        let gone = about(Kind::Gone, owner);
        assert_eq!(
            can(ADMIN, &gone),
            Err(Obstacle::Rule(NotAllowed::OwnersOnly))
        );
        let last = AccountFacts {
            is_last_owner: true,
            ..owner
        };
        assert_eq!(
            can(person(3, Role::Owner), &about(Kind::Gone, last)),
            Err(Obstacle::Rule(NotAllowed::LastOwner))
        );
        let own = AccountFacts {
            person: ADMIN,
            ..ACCOUNT
        };
        for kind in [Kind::Gone, Kind::Back, Kind::Name, Kind::Email] {
            assert_eq!(
                can(ADMIN, &about(kind, own)),
                Err(Obstacle::Rule(NotAllowed::Oneself))
            );
        }
    }
}
