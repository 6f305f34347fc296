//! Accounts that stay open however long they lie unused.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    db::DbResult,
    domain::{account::AccountId, desk::dormancy::Exemption, email::Email},
};

/// An exemption that is in force.
#[derive(Clone, Debug)]
pub struct ExemptionRow {
    /// Its id.
    pub id: Uuid,
    /// The account.
    pub account: AccountId,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// E-mail.
    pub email: String,
    /// Why, in somebody's words.
    pub reason: String,
    /// When it was granted.
    pub granted_at: OffsetDateTime,
    /// When it ends; `None`: never.
    pub ends_at: Option<OffsetDateTime>,
    /// The last sign-in of any kind.
    pub last_sign_in: Option<OffsetDateTime>,
}

/// The exemptions that are in force, the newest first, `limit` at most.
pub async fn in_force(
    connection: &mut PgConnection,
    limit: i64,
    now: OffsetDateTime,
) -> DbResult<Vec<ExemptionRow>> {
    let rows = sqlx::query!(
        r#"SELECT
             e.id,
             e.account_id,
             a.first_name,
             a.last_name,
             a.email,
             e.reason,
             e.granted_at,
             e.ends_at,
             u.last_sign_in_at AS "last_sign_in_at?"
         FROM dormancy_exemptions e
         JOIN accounts a ON a.id = e.account_id
         LEFT JOIN account_use u ON u.account_id = e.account_id
         WHERE coalesce(e.ends_at, 'infinity') > $2
         ORDER BY e.granted_at DESC, e.id DESC
         LIMIT $1"#,
        limit,
        now,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| ExemptionRow {
            id: row.id,
            account: AccountId(row.account_id),
            first_name: row.first_name,
            last_name: row.last_name,
            email: row.email,
            reason: row.reason,
            granted_at: row.granted_at,
            ends_at: row.ends_at,
            last_sign_in: row.last_sign_in_at,
        })
        .collect())
}

/// Whether these accounts are exempt; those that never were are left out.
pub async fn of_accounts(
    connection: &mut PgConnection,
    accounts: &[AccountId],
    now: OffsetDateTime,
) -> DbResult<Vec<(AccountId, Exemption)>> {
    let ids: Vec<Uuid> = accounts.iter().map(|account| account.0).collect();
    let rows = sqlx::query!(
        r#"SELECT
             account_id,
             bool_or(coalesce(ends_at, 'infinity') > $2) AS "is_exempt!",
             max(ends_at) AS ended_at
         FROM dormancy_exemptions
         WHERE account_id = ANY($1)
         GROUP BY account_id"#,
        &ids,
        now,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let exemption = match row.ended_at {
                Some(ended) if !row.is_exempt => Exemption::Until(ended),
                _ => Exemption::Now,
            };
            (AccountId(row.account_id), exemption)
        })
        .collect())
}

/// The exemption of an account that is in force, and when it ends. The caller holds the account locked.
pub async fn of_account(
    connection: &mut PgConnection,
    account: AccountId,
    now: OffsetDateTime,
) -> DbResult<Option<(Uuid, Option<OffsetDateTime>)>> {
    let row = sqlx::query!(
        "SELECT id, ends_at
         FROM dormancy_exemptions
         WHERE account_id = $1
           AND coalesce(ends_at, 'infinity') > $2
         ORDER BY granted_at DESC
         LIMIT 1",
        account.0,
        now,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| (row.id, row.ends_at)))
}

/// The accounts with this e-mail that aren't deleted, the verified one first, ten at most.
pub async fn by_email(connection: &mut PgConnection, email: &Email) -> DbResult<Vec<AccountId>> {
    let ids = sqlx::query_scalar!(
        r#"SELECT id
         FROM accounts
         WHERE lower(email COLLATE "C") = $1
           AND status <> 'deleted'
         ORDER BY email_verified_at IS NULL, created_at, id
         LIMIT 10"#,
        email.key(),
    )
    .fetch_all(connection)
    .await?;
    Ok(ids.into_iter().map(AccountId).collect())
}

/// An exemption to be granted.
#[derive(Clone, Copy, Debug)]
pub struct NewExemption<'a> {
    /// Its id.
    pub id: Uuid,
    /// The account.
    pub account: AccountId,
    /// Why.
    pub reason: &'a str,
    /// Who grants it.
    pub by: AccountId,
    /// When it ends; `None`: never.
    pub ends_at: Option<OffsetDateTime>,
}

/// Grants an exemption. The caller holds the account locked, and has seen that none is in force.
pub async fn put(
    connection: &mut PgConnection,
    new: NewExemption<'_>,
    now: OffsetDateTime,
) -> DbResult<()> {
    sqlx::query!(
        "INSERT INTO dormancy_exemptions (id, account_id, reason, granted_by, granted_at, ends_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        new.id,
        new.account.0,
        new.reason,
        new.by.0,
        now,
        new.ends_at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Lets an exemption of an account end at another moment than before; `false` when it doesn't end then.
pub async fn set_end(
    connection: &mut PgConnection,
    (account, id): (AccountId, Uuid),
    before: Option<OffsetDateTime>,
    ends_at: Option<OffsetDateTime>,
) -> DbResult<bool> {
    let done = sqlx::query!(
        "UPDATE dormancy_exemptions
         SET ends_at = $4
         WHERE id = $1
           AND account_id = $2
           AND ends_at IS NOT DISTINCT FROM $3",
        id,
        account.0,
        before,
        ends_at,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}
