//! Ending sessions.

use time::Duration;

use super::{
    ServiceError, Services,
    refusals::{self, Refusal},
};
use crate::{
    db::{
        accounts,
        audit::{self, NewEvent},
        own_sessions::{self, OpenSession},
        revoking,
        sessions::LiveSession,
    },
    domain::{account::SessionId, email::Email},
};

/// Ends the session with this key, if it is alive.
pub async fn sign_out(services: &Services, key_hash: &[u8]) -> Result<(), ServiceError> {
    let now = services.now();
    let mut transaction = services.pool.begin().await?;
    if let Some(account) = revoking::by_key(&mut transaction, key_hash, now).await? {
        let event = NewEvent {
            action: "session.signed_out",
            actor: Some(account),
            account: Some(account),
            ..NewEvent::default()
        };
        audit::record(&mut transaction, &event, now).await?;
    }
    transaction.commit().await?;
    services.recorded();
    Ok(())
}

/// Ends all sessions of all accounts with this e-mail; `None` when there is no such account.
pub async fn revoke_by_email(
    services: &Services,
    email: &Email,
) -> Result<Option<u64>, ServiceError> {
    let now = services.now();
    let mut transaction = services.pool.begin().await?;
    let found = accounts::lock_by_email(&mut transaction, email).await?;
    if found.is_empty() {
        return Ok(None);
    }
    let mut ended = 0;
    for account in found {
        ended += revoking::of_account(&mut transaction, account.id, now).await?;
        let event = NewEvent {
            action: "session.all_ended",
            account: Some(account.id),
            ..NewEvent::default()
        };
        audit::record(&mut transaction, &event, now).await?;
    }
    transaction.commit().await?;
    services.recorded();
    Ok(Some(ended))
}

/// Ends all sessions of everybody.
pub async fn revoke_all(services: &Services) -> Result<u64, ServiceError> {
    let now = services.now();
    let mut transaction = services.pool.begin().await?;
    let ended = revoking::all(&mut transaction, now).await?;
    let event = NewEvent {
        action: "session.everybody_ended",
        ..NewEvent::default()
    };
    audit::record(&mut transaction, &event, now).await?;
    transaction.commit().await?;
    services.recorded();
    Ok(ended)
}

/// The sessions of an account that are alive.
pub async fn open_of(
    services: &Services,
    session: &LiveSession,
) -> Result<Vec<OpenSession>, ServiceError> {
    let idle = Duration::try_from(services.config.sessions.idle).unwrap_or(Duration::MAX);
    let mut connection = services.pool.acquire().await?;
    let (account, now) = (session.account, services.now());
    let open = own_sessions::open(&mut connection, account, now, idle).await?;
    connection.give_back();
    Ok(open)
}

/// Which of one's own sessions are to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// One.
    One(SessionId),
    /// All but the one that asks.
    Others,
    /// All.
    All,
}

/// How ending ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Done.
    Yes,
    /// Done, and the session that asked is among them.
    AndSignedOut,
    /// It is not one of the person's, or had ended.
    Gone,
}

/// Ends sessions of one's own account.
pub async fn end(
    services: &Services,
    session: &LiveSession,
    which: Ending,
) -> Result<Ended, ServiceError> {
    let (account, now) = (session.account, services.now());
    let mut transaction = services.pool.begin().await?;
    accounts::lock(&mut transaction, account).await?;
    let to = &mut *transaction;
    let (action, ended) = match which {
        Ending::One(id) => {
            let ended = revoking::one(to, account, id, now).await?;
            ("session.ended", u64::from(ended))
        }
        Ending::Others => {
            let ended = revoking::others(to, account, session.id, now).await?;
            ("session.others_ended", ended)
        }
        Ending::All => {
            let ended = revoking::of_account(to, account, now).await?;
            ("session.all_ended", ended)
        }
    };
    if ended == 0 && which != Ending::Others {
        transaction.roll_back().await?;
        let refusal = Refusal {
            action: "session.refused",
            actor: Some(account),
            account: Some(account),
            reason: "not_open",
        };
        refusals::record(services, refusal).await?;
        return Ok(Ended::Gone);
    }
    let event = NewEvent {
        action,
        actor: Some(account),
        account: Some(account),
        detail: Some(serde_json::json!({ "ended": ended })),
        ..NewEvent::default()
    };
    audit::record(&mut transaction, &event, now).await?;
    transaction.commit().await?;
    services.recorded();
    Ok(match which {
        Ending::All => Ended::AndSignedOut,
        Ending::One(id) if id == session.id => Ended::AndSignedOut,
        Ending::One(_) | Ending::Others => Ended::Yes,
    })
}
