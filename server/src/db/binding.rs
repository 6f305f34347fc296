//! The write that links a login to an account that exists.

use sqlx::PgConnection;
use time::OffsetDateTime;

use super::DbResult;
use crate::domain::{
    account::{AccountId, IdentityId},
    email::Email,
    login::Login,
    proof::Proof,
};

/// How a login comes to be linked to an account that exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// The person proved the account.
    Proof(Proof),
    /// The person came with an administrator's one-time link.
    Claim,
    /// An administrator decided about the person's question.
    Administrator,
    /// The person was signed in to the account.
    Session,
}

impl Method {
    /// The word in SQL and in the audit.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Proof(proof) => proof.as_str(),
            Self::Claim => "claim",
            Self::Administrator => "administrator",
            Self::Session => "session",
        }
    }
}

/// A login to be linked to an account that exists.
#[derive(Debug)]
pub struct NewLink<'a> {
    /// The login.
    pub login: &'a Login,
    /// The account.
    pub account: AccountId,
    /// The identity's id.
    pub identity: IdentityId,
    /// How it was proved.
    pub method: Method,
    /// The address of the person who did it; empty when an administrator did.
    pub address: &'a str,
    /// The person's device in words; empty when an administrator did.
    pub device: &'a str,
}

/// Links a login to an existing account, and makes it active if it was invited; `false`, and nothing
/// written, when the login has become linked meanwhile.
///
/// The caller holds the account's row locked and has checked the proof.
pub async fn link(
    connection: &mut PgConnection,
    new: &NewLink<'_>,
    now: OffsetDateTime,
) -> DbResult<bool> {
    let NewLink { login, account, .. } = *new;
    let actor = (new.method != Method::Administrator).then_some(account.0);
    let linked = sqlx::query!(
        "WITH identity AS (
             INSERT INTO identities
                 (id, account_id, issuer, subject, email, first_name, last_name,
                  settled_email, settled_first_name, settled_last_name,
                  linked_at, link_method, last_used_at, linked_address, linked_device)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $5, $6, $7, $8, $9, $8, $11, $12)
             ON CONFLICT (issuer, subject) WHERE unlinked_at IS NULL DO NOTHING
             RETURNING id, account_id
         )
         INSERT INTO audit_events
             (at, action, actor_account_id, account_id, identity_id, detail)
         SELECT $8, 'identity.linked', $10, account_id, id, jsonb_build_object('method', $9::text)
         FROM identity",
        new.identity.0,
        account.0,
        login.issuer,
        login.subject,
        login.email.as_ref().map(Email::as_str),
        login.first_name.as_str(),
        login.last_name.as_str(),
        now,
        new.method.as_str(),
        actor,
        new.address,
        new.device,
    )
    .execute(&mut *connection)
    .await?
    .rows_affected()
        == 1;
    if !linked {
        return Ok(false);
    }
    sqlx::query!(
        "UPDATE accounts
         SET status = 'active',
             status_changed_at = $2,
             first_name = CASE WHEN first_name = '' THEN $3 ELSE first_name END,
             last_name = CASE WHEN last_name = '' THEN $4 ELSE last_name END
         WHERE id = $1
           AND status = 'invited'",
        account.0,
        now,
        login.first_name.as_str(),
        login.last_name.as_str(),
    )
    .execute(&mut *connection)
    .await?;
    Ok(true)
}
