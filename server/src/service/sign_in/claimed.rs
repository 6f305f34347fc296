//! A login that comes with an administrator's one-time link.

use sqlx::{Connection, PgConnection};

use super::{Landing, Outcome, settle::Arrival};
use crate::{
    db::{
        accounts, claims, links,
        sign_in::{self, Method, NewLink},
    },
    domain::{
        account::{AccountId, IdentityId, Status},
        linking::is_open,
    },
    random,
    service::{ServiceError, mailer},
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
    let Some(claimed) = claimed.filter(|claimed| is_open(claimed.status)) else {
        return Ok(None);
    };
    if !claims::consume(&mut transaction, claim_hash, account, now).await? {
        return Ok(None);
    }
    let new = NewLink {
        login: arrival.login,
        account,
        identity: IdentityId(random::id(now)?),
        method: Method::Claim,
    };
    if !sign_in::link(&mut transaction, &new, &opening.row(), now).await? {
        return Ok(None);
    }
    links::close_related(&mut transaction, account, arrival.login, now).await?;
    if let Some(return_to) = &attempt.return_to {
        accounts::set_return_to(&mut transaction, account, return_to).await?;
    }
    mailer::put_linked(services, &mut transaction, &claimed, now).await?;
    transaction.commit().await?;
    services.mail_wake.notify_one();
    let to = match claimed.status {
        Status::Invited => Landing::Welcome,
        Status::Pending => Landing::Pending,
        _ => arrival.landing(),
    };
    Ok(Some(Outcome::signed_in(opening, to)))
}
