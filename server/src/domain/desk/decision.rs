//! What administrators decide about whether an account can be used, and about its role.

use super::rules::Act;
use crate::domain::account::{Role, Status};

/// A decision about whether an account can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Decision {
    /// Lets a waiting person in.
    Approve,
    /// Turns a waiting person down.
    Reject,
    /// Closes an account for now.
    Suspend,
    /// Opens a closed account again.
    Reactivate,
}

impl Decision {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Approve, Self::Reject, Self::Suspend, Self::Reactivate];

    /// The state that it is about: an account in any other isn't decided about so.
    pub const fn from(self) -> Status {
        match self {
            Self::Approve | Self::Reject => Status::Pending,
            Self::Suspend => Status::Active,
            Self::Reactivate => Status::Suspended,
        }
    }

    /// The state that it leads to.
    pub const fn to(self) -> Status {
        match self {
            Self::Approve | Self::Reactivate => Status::Active,
            Self::Reject => Status::Deleted,
            Self::Suspend => Status::Suspended,
        }
    }

    /// The word in the record.
    pub const fn action(self) -> &'static str {
        match self {
            Self::Approve => "account.approved",
            Self::Reject => "account.rejected",
            Self::Suspend => "account.suspended",
            Self::Reactivate => "account.reactivated",
        }
    }

    /// By which rule it is judged.
    pub const fn rule(self) -> Act {
        rule_of(self.to())
    }

    /// Whether it takes something away from the person, so that the record has to say why.
    pub const fn asks_why(self) -> bool {
        matches!(self, Self::Reject | Self::Suspend)
    }
}

/// By which rule it is judged to bring an account into a state: closing takes away, and so does
/// sending somebody back to wait.
pub const fn rule_of(to: Status) -> Act {
    match to {
        Status::Active | Status::Invited => Act::Help,
        Status::Pending | Status::Suspended | Status::Deleted => Act::Close,
    }
}

/// Whether a change of role is one of who administers, so that the record has to say why.
pub fn role_asks_why(from: Role, to: Role) -> bool {
    from >= Role::Admin || to >= Role::Admin
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_opens_helps_and_what_closes_has_to_say_why() {
        for decision in Decision::ALL {
            let closes = decision.rule() == Act::Close;
            assert_eq!(closes, decision.asks_why(), "{decision:?}");
            assert_eq!(closes, decision.to() != Status::Active, "{decision:?}");
            assert_ne!(decision.from(), decision.to());
        }
    }

    #[test]
    fn pending_is_never_suspended_and_suspended_never_waits() {
        for decision in Decision::ALL {
            let states = (decision.from(), decision.to());
            assert_ne!(states, (Status::Pending, Status::Suspended));
            assert_ne!(states, (Status::Suspended, Status::Pending));
        }
    }

    #[test]
    fn who_administers_is_never_changed_without_a_reason() {
        for (from, to, asks) in [
            (Role::Member, Role::Reviewer, false),
            (Role::Reviewer, Role::Member, false),
            (Role::Member, Role::Admin, true),
            (Role::Admin, Role::Member, true),
            (Role::Owner, Role::Admin, true),
        ] {
            assert_eq!(role_asks_why(from, to), asks, "{from:?} {to:?}");
        }
    }
}
