//! A login that comes with an administrator's one-time link.

use sqlx::{Connection, PgConnection};

use super::{Landing, Outcome, settle::Arrival};
use crate::{
    db::{accounts, binding::Method, claims},
    domain::account::{AccountId, Status},
    service::{
        ServiceError,
        binding::{self, Binding},
    },
};

/// Uses the one-time link up and binds the login to the account that it was made for.
pub(super) async fn bind(
    arrival: &Arrival<'_>,
    connection: &mut PgConnection,
    account: AccountId,
) -> Result<Option<Outcome>, ServiceError> {
    let (services, attempt) = (arrival.services, arrival.attempt);
    let Some(claim_hash) = &attempt.claim_hash else {
        return Ok(None);
    };
    let now = services.now();
    let opening = arrival.opening()?;
    let mut transaction = connection.begin().await?;
    let claimed = accounts::lock(&mut transaction, account).await?;
    let Some(claimed) = claimed.filter(|claimed| claimed.status == Status::Invited) else {
        return Ok(None);
    };
    if !claims::consume(&mut transaction, claim_hash, account, now).await? {
        return Ok(None);
    }
    let binding = Binding {
        login: arrival.login,
        account: &claimed,
        method: Method::Claim,
        visit: Some(arrival.visit),
    };
    if !binding::bind_and_enter(services, &mut transaction, &binding, &opening).await? {
        return Ok(None);
    }
    if let Some(return_to) = &attempt.return_to {
        accounts::set_return_to(&mut transaction, account, return_to).await?;
    }
    transaction.commit().await?;
    services.mail_wake.notify_one();
    Ok(Some(Outcome::signed_in(opening, Landing::Welcome)))
}
