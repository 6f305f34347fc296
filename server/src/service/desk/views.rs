//! The lists of links that people at the desk keep by name.

use uuid::Uuid;

use crate::{
    db::{
        accounts,
        audit::{self, NewEvent},
        desk::views::{self, NewView, ViewRow},
    },
    domain::account::AccountId,
    random,
    service::{ServiceError, Services},
};

/// One's own lists, then those that others share.
pub async fn all(services: &Services, account: AccountId) -> Result<Vec<ViewRow>, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let views = views::of_desk(&mut connection, account).await?;
    connection.give_back();
    Ok(views)
}

/// Keeps a list by a name; `false`, and nothing changed, when the account keeps too many.
pub async fn keep(
    services: &Services,
    account: AccountId,
    name: &str,
    query: &str,
    shared: bool,
) -> Result<bool, ServiceError> {
    let now = services.now();
    let mut transaction = services.pool.begin().await?;
    // Two browsers at once can't keep one too many.
    accounts::lock(&mut transaction, account).await?;
    let view = NewView {
        id: random::id(now)?,
        account,
        name,
        query,
        shared,
    };
    if !views::put(&mut transaction, &view, now).await? {
        transaction.roll_back().await?;
        return Ok(false);
    }
    let event = NewEvent {
        action: "desk.view_kept",
        actor: Some(account),
        ..NewEvent::default()
    };
    audit::record(&mut transaction, &event, now).await?;
    transaction.commit().await?;
    services.recorded();
    Ok(true)
}

/// Forgets a list of one's own; whether there was one.
pub async fn forget(
    services: &Services,
    account: AccountId,
    view: Uuid,
) -> Result<bool, ServiceError> {
    let mut transaction = services.pool.begin().await?;
    accounts::lock(&mut transaction, account).await?;
    if !views::remove(&mut transaction, account, view).await? {
        transaction.roll_back().await?;
        return Ok(false);
    }
    let event = NewEvent {
        action: "desk.view_forgotten",
        actor: Some(account),
        ..NewEvent::default()
    };
    audit::record(&mut transaction, &event, services.now()).await?;
    transaction.commit().await?;
    services.recorded();
    Ok(true)
}
