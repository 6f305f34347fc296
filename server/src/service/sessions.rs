//! Ending sessions.

use super::{ServiceError, Services};
use crate::{
    db::{
        accounts,
        audit::{self, NewEvent},
        sessions,
    },
    domain::email::Email,
};

/// Ends the session with this key, if it is alive.
pub async fn sign_out(services: &Services, key_hash: &[u8]) -> Result<(), ServiceError> {
    let now = services.now();
    let mut transaction = services.pool.begin().await?;
    if let Some(account) = sessions::revoke_by_key(&mut transaction, key_hash, now).await? {
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
        ended += sessions::revoke_of_account(&mut transaction, account.id, now).await?;
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
    let ended = sessions::revoke_all(&mut transaction, now).await?;
    let event = NewEvent {
        action: "session.everybody_ended",
        ..NewEvent::default()
    };
    audit::record(&mut transaction, &event, now).await?;
    transaction.commit().await?;
    services.recorded();
    Ok(ended)
}
