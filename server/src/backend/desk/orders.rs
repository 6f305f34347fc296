//! What forms of the desk ask for, read and handed over.

use app::{backend::desk::AccountOrder, wire, wire::desk::AccountAct};
use time::OffsetDateTime;

use crate::{
    db::sessions::LiveSession,
    domain::{
        account::{AccountId, Role},
        desk::{
            decision::Decision,
            remark::{LONGEST_REASON, Remark},
            term,
        },
    },
    service::{
        Services,
        desk::{
            acts::{self, Acted, Order},
            hold::Barred,
        },
    },
};

/// What is to be done about an account.
pub(super) enum Wanted {
    Decide(Order),
    EndSessions(Option<Remark>),
    SetRole(Role, Option<Remark>),
}

impl Wanted {
    /// Reads what a form sent.
    pub(super) fn parse(order: &AccountOrder, now: OffsetDateTime) -> Result<Self, Barred> {
        let text = order.reason.as_deref().unwrap_or_default();
        let reason = Remark::parse(text, LONGEST_REASON).map_err(|_| Barred::TooLong)?;
        let decision = match order.act {
            AccountAct::EndSessions => return Ok(Self::EndSessions(reason)),
            AccountAct::Role => {
                let role = order.role.ok_or(Barred::Choice)?;
                return Ok(Self::SetRole(role_inward(role), reason));
            }
            AccountAct::Approve => Decision::Approve,
            AccountAct::Reject => Decision::Reject,
            AccountAct::Suspend => Decision::Suspend,
            AccountAct::Reactivate => Decision::Reactivate,
        };
        let until = order.until.as_deref().unwrap_or_default();
        Ok(Self::Decide(Order {
            decision,
            reason,
            until: term::parse(until, now).map_err(|_| Barred::Day)?,
        }))
    }

    /// Has it done.
    pub(super) async fn carry_out(
        self,
        services: &Services,
        live: &LiveSession,
        account: AccountId,
    ) -> Acted {
        match self {
            Self::Decide(order) => acts::decide(services, live, account, &order).await,
            Self::EndSessions(reason) => {
                acts::end_sessions(services, live, account, reason.as_ref()).await
            }
            Self::SetRole(role, reason) => {
                acts::set_role(services, live, account, role, reason.as_ref()).await
            }
        }
    }
}

/// The code of what was done.
pub(super) const fn done(act: AccountAct) -> &'static str {
    match act {
        AccountAct::Approve => "approved",
        AccountAct::Reject => "rejected",
        AccountAct::Suspend => "suspended",
        AccountAct::Reactivate => "reactivated",
        AccountAct::EndSessions => "signed_out",
        AccountAct::Role => "role_changed",
    }
}

/// The decision that an act is; `None` for what decides nothing about whether an account can be used.
pub(super) const fn decision(act: AccountAct) -> Option<Decision> {
    match act {
        AccountAct::Approve => Some(Decision::Approve),
        AccountAct::Reject => Some(Decision::Reject),
        AccountAct::Suspend => Some(Decision::Suspend),
        AccountAct::Reactivate => Some(Decision::Reactivate),
        AccountAct::EndSessions | AccountAct::Role => None,
    }
}

const fn role_inward(role: wire::Role) -> Role {
    match role {
        wire::Role::Member => Role::Member,
        wire::Role::Reviewer => Role::Reviewer,
        wire::Role::Admin => Role::Admin,
        wire::Role::Owner => Role::Owner,
    }
}
