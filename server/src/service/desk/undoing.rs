//! Undoing what was done at the desk, from the record: exactly, once, and only while nothing else has
//! changed it since.

use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    acts::{Acted, finish, may_disconnect},
    duplicates::undo::{Stays, undo_merge},
    hold::{Barred, Held, hold, hold_to_attest, refuse},
};
use crate::{
    db::{
        accounts::{self, AccountRow},
        audit::{self, NewEvent},
        desk::{
            dormancy::unused,
            reviews,
            timeline::{self, Event},
            undone,
        },
        manage::differences,
        roles as role_rows,
        sessions::LiveSession,
    },
    domain::{
        account::{AccountId, IdentityId, Role},
        desk::{
            rules::{NotAllowed, Right},
            undo::{self, Change, NotUndoable, Reversal, reversal_of},
        },
    },
    service::{
        ServiceError, Services, in_turns, invitations, mailer,
        restoring::{self, Restoration},
        roles,
        standing::{self, By, DORMANT},
        taking_back::{self, TakingBack},
    },
};

impl From<NotUndoable> for Barred {
    fn from(why: NotUndoable) -> Self {
        match why {
            NotUndoable::TooLate => Self::TooLate,
            NotUndoable::Undone => Self::Decided,
            NotUndoable::Changed => Self::Changed,
        }
    }
}

/// Undoes what an event says.
pub async fn undo(services: &Services, session: &LiveSession, event: i64) -> Acted {
    let found = find(services, event).await?;
    match found {
        Some(found) if found.action.starts_with("account.merged") => {
            return part_again(services, session, event).await;
        }
        Some(Event {
            action,
            account: Some(account),
            ..
        }) if action == "invitation.revoked" => {
            return restore_invitation(services, session, account, event).await;
        }
        _ => {}
    }
    in_turns(|| try_undo(services, session, event)).await
}

/// The account that an event is about.
pub async fn account_of(
    services: &Services,
    event: i64,
) -> Result<Option<AccountId>, ServiceError> {
    Ok(find(services, event).await?.and_then(|event| event.account))
}

async fn find(services: &Services, event: i64) -> Result<Option<Event>, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let found = timeline::find(&mut connection, event).await?;
    connection.give_back();
    Ok(found)
}

/// Undoes a merge, whichever of the two accounts the event is about.
async fn part_again(services: &Services, session: &LiveSession, event: i64) -> Acted {
    let undone = undo_merge(services, session, event).await?;
    Ok(undone.map_err(|stays| match stays {
        Stays::Barred(barred) => barred,
        Stays::NoMerge => Barred::Decided,
        Stays::TooLate => Barred::TooLate,
        Stays::AccountChanged | Stays::FactsChanged | Stays::LoginGone | Stays::EmailTaken => {
            Barred::Changed
        }
    }))
}

/// Undoes the withdrawal of an invitation: the link that the person had is gone, so that they get a new
/// one.
async fn restore_invitation(
    services: &Services,
    session: &LiveSession,
    account: AccountId,
    event: i64,
) -> Acted {
    use invitations::Acted as Restored;
    Ok(
        match invitations::restore(services, session, account, Some(event)).await? {
            Restored::Done => Ok(()),
            Restored::Barred(barred) => Err(barred),
            _ => Err(Barred::Changed),
        },
    )
}

async fn try_undo(services: &Services, session: &LiveSession, event: i64) -> Acted {
    let found = find(services, event).await?;
    let Some((account, found)) = found.and_then(|found| Some((found.account?, found))) else {
        return Ok(Err(refuse(services, session, None, Barred::Gone).await?));
    };
    let held = if is_attested(&found) {
        hold_to_attest(services, session, account).await?
    } else {
        hold(services, session, account).await?
    };
    let mut held = match held {
        Ok(held) => held,
        Err(barred) => {
            return Ok(Err(refuse(services, session, Some(account), barred).await?));
        }
    };
    let outcome = undo_held(services, &mut held, event).await?;
    finish(services, session, held, outcome).await
}

/// The same for a held account; gives the event that it leaves. What the event says is read under the lock:
/// it says what is there now as well.
pub(super) async fn undo_held(
    services: &Services,
    held: &mut Held,
    event: i64,
) -> Result<Result<i64, Barred>, ServiceError> {
    let found = timeline::find(&mut held.transaction, event).await?;
    let Some((found, reversal, change, there)) = found.and_then(|found| {
        let reversal = reversal_of(&found.action)?;
        let (change, there) = (found.change?, found.now?);
        Some((found, reversal, change, there))
    }) else {
        return Ok(Err(Barred::Decided));
    };
    let judged = match change.rule() {
        Some(rule) => held.may(rule),
        None => may_take_back(&held.actor, found.actor),
    };
    if let Err(barred) = judged {
        return Ok(Err(barred));
    }
    let is_undone = found.undone.is_some();
    if let Err(why) = undo::check(&change, found.at, is_undone, &there, services.now()) {
        return Ok(Err(why.into()));
    }
    let undoing = Undoing {
        event: &found,
        reversal,
    };
    let undone_by = match change {
        Change::Standing { from, .. } => {
            let change = standing::Change {
                action: reversal.undone_as,
                to: from,
                undid: Some(event),
                letter: Some(&standing::letter(services, from)),
                by: By {
                    actor: Some(held.actor.id),
                    reason: None,
                },
                cause: None,
                replayed: None,
            };
            let to = &mut held.transaction;
            let done = standing::set(services, to, &held.account, &change).await?;
            if done.is_some() && found.reason.as_deref() == Some(DORMANT) {
                // As it was before, it would be closed again within the hour.
                unused::begin_anew(to, held.account.id, services.now()).await?;
            }
            if done.is_some() {
                differences::undone(to, event, held.actor.id, services.now()).await?;
            }
            done
        }
        Change::Role { from, .. } => Some(undoing.give_role_back(services, held, from).await?),
        Change::Unlinked(identity) => {
            let restoration = Restoration {
                account: &held.account,
                identity,
                unlinked_at: found.at,
                event,
                actor: held.actor.id,
                visit: None,
            };
            restoring::put_back(services, &mut held.transaction, &restoration).await?
        }
        Change::Reviewed(identity) => undoing.take_review_back(services, held, identity).await?,
        Change::Settled(case) => match undoing.take_decision_back(services, held, case).await? {
            Ok(undone_by) => undone_by,
            Err(barred) => return Ok(Err(barred)),
        },
        Change::Renamed => undoing.give_names_back(services, held).await?,
    };
    let Some(undone_by) = undone_by else {
        return Ok(Err(Barred::Changed));
    };
    let is_first = undone::put(&mut held.transaction, event, undone_by, services.now()).await?;
    Ok(if is_first {
        Ok(undone_by)
    } else {
        Err(Barred::Decided)
    })
}

/// Whether what an event says can be undone, as it stands; [`undo_held`] judges again under the locks.
pub(super) async fn can_be_undone(
    services: &Services,
    connection: &mut PgConnection,
    event: i64,
) -> Result<bool, ServiceError> {
    let found = timeline::find(connection, event).await?;
    Ok(found.is_some_and(|found| {
        let (Some(change), Some(there)) = (&found.change, &found.now) else {
            return false;
        };
        let is_undone = found.undone.is_some();
        reversal_of(&found.action).is_some()
            && undo::check(change, found.at, is_undone, there, services.now()).is_ok()
    }))
}

/// Whether an event says something that is attested, and changes nobody's access.
fn is_attested(event: &Event) -> bool {
    matches!(event.change, Some(Change::Reviewed(_)))
}

/// Whether somebody may take back what was attested: whoever did, and those who decide.
fn may_take_back(actor: &AccountRow, attested_by: Option<AccountId>) -> Result<(), Barred> {
    if attested_by == Some(actor.id) || Right::Decide.is_of(actor.role) {
        Ok(())
    } else {
        Err(NotAllowed::Role.into())
    }
}

/// What is being undone.
struct Undoing<'a> {
    event: &'a Event,
    reversal: Reversal,
}

impl Undoing<'_> {
    async fn give_role_back(
        &self,
        services: &Services,
        held: &mut Held,
        role: Role,
    ) -> Result<i64, ServiceError> {
        let now = services.now();
        let account = &held.account;
        if role == Role::Owner {
            role_rows::lock(&mut held.transaction).await?;
        }
        roles::set(services, &mut held.transaction, account, role).await?;
        let mut detail = roles::detail(account.role, role);
        if let Some(detail) = detail.as_object_mut() {
            detail.insert("undid".to_owned(), self.event.id.into());
        }
        let letter = roles::letter(services, role);
        mailer::put(
            &mut held.transaction,
            account.id,
            &account.email,
            &letter,
            now,
        )
        .await?;
        let event = NewEvent {
            action: self.reversal.undone_as,
            actor: Some(held.actor.id),
            account: Some(account.id),
            reason: Some(role.as_str()),
            detail: Some(detail),
            ..NewEvent::default()
        };
        Ok(audit::put(&mut held.transaction, &event, now).await?)
    }

    async fn take_decision_back(
        &self,
        services: &Services,
        held: &mut Held,
        case: Uuid,
    ) -> Result<Result<Option<i64>, Barred>, ServiceError> {
        let to = &mut held.transaction;
        let settled_at = self.event.at;
        let Some(disconnected) = taking_back::disconnects(to, case, settled_at).await? else {
            return Ok(Ok(None));
        };
        if !disconnected.is_empty()
            && let Err(barred) = may_disconnect(held, &disconnected).await?
        {
            return Ok(Err(barred));
        }
        let decision = TakingBack {
            case,
            account: &held.account,
            settled_at,
            event: self.event.id,
            action: self.reversal.undone_as,
            actor: held.actor.id,
        };
        let to = &mut held.transaction;
        Ok(Ok(taking_back::take_back(services, to, &decision).await?))
    }

    async fn give_names_back(
        &self,
        services: &Services,
        held: &mut Held,
    ) -> Result<Option<i64>, ServiceError> {
        let now = services.now();
        let to = &mut held.transaction;
        let Some((first_name, last_name)) = differences::names_before(to, self.event.id).await?
        else {
            return Ok(None);
        };
        accounts::set_names(to, held.account.id, &first_name, &last_name).await?;
        differences::undone(to, self.event.id, held.actor.id, now).await?;
        let event = NewEvent {
            action: self.reversal.undone_as,
            actor: Some(held.actor.id),
            account: Some(held.account.id),
            detail: Some(serde_json::json!({ "undid": self.event.id })),
            ..NewEvent::default()
        };
        Ok(Some(audit::put(to, &event, now).await?))
    }

    async fn take_review_back(
        &self,
        services: &Services,
        held: &mut Held,
        identity: IdentityId,
    ) -> Result<Option<i64>, ServiceError> {
        let now = services.now();
        let to = &mut held.transaction;
        if !reviews::take_back(to, identity, self.event.at, now).await? {
            return Ok(None);
        }
        let event = NewEvent {
            action: self.reversal.undone_as,
            actor: Some(held.actor.id),
            account: Some(held.account.id),
            identity: Some(identity),
            detail: Some(serde_json::json!({ "undid": self.event.id })),
            ..NewEvent::default()
        };
        Ok(Some(audit::put(to, &event, now).await?))
    }
}
