//! One account and one link, as the desk sees them.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    db::DbResult,
    domain::account::{AccountId, IdentityId},
};

/// What the desk shows of an account beside what every act needs.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// When the e-mail was proved or vouched for.
    pub email_verified_at: Option<OffsetDateTime>,
    /// Whether it has a password.
    pub has_password: bool,
    /// When one of its sessions was last used.
    pub last_used_at: Option<OffsetDateTime>,
    /// How many of its cases wait for a decision.
    pub cases: i64,
}

/// What the desk shows of an account.
pub async fn facts(connection: &mut PgConnection, account: AccountId) -> DbResult<Option<Facts>> {
    let facts = sqlx::query_as!(
        Facts,
        r#"SELECT
             a.email_verified_at,
             a.password_hash IS NOT NULL AS "has_password!",
             (
                 SELECT max(s.last_seen_at)
                 FROM sessions s
                 WHERE s.account_id = a.id
             ) AS last_used_at,
             (
                 SELECT count(*)
                 FROM cases c
                 WHERE c.account_id = a.id
                   AND coalesce(c.settled_at, 'infinity') = 'infinity'
             ) AS "cases!"
         FROM accounts a
         WHERE a.id = $1"#,
        account.0,
    )
    .fetch_optional(connection)
    .await?;
    Ok(facts)
}

/// A link, alive or ended.
#[derive(Clone, Debug)]
pub struct LinkRow {
    /// Its id.
    pub id: Uuid,
    /// The account that it opens or opened.
    pub account_id: Uuid,
    /// What Clio calls the login.
    pub subject: String,
    /// The e-mail at Clio.
    pub email: Option<String>,
    /// The first name at Clio.
    pub first_name: String,
    /// The last name at Clio.
    pub last_name: String,
    /// How it was proved.
    pub link_method: String,
    /// Since when.
    pub linked_at: OffsetDateTime,
    /// The last sign-in with it.
    pub last_used_at: OffsetDateTime,
    /// When it ended.
    pub unlinked_at: Option<OffsetDateTime>,
    /// The address that it was made from; empty where nobody knows.
    pub linked_address: String,
    /// The browser and system that it was made from, in words; empty where nobody knows.
    pub linked_device: String,
}

/// The links that the rest of a query, checked with it at compile time, picks.
macro_rules! select_links {
    ($rest:literal, $($argument:expr),+ $(,)?) => {
        sqlx::query_as!(
            LinkRow,
            r#"SELECT
                 id,
                 account_id,
                 subject,
                 email,
                 first_name,
                 last_name,
                 link_method,
                 linked_at,
                 last_used_at,
                 unlinked_at,
                 linked_address,
                 linked_device
             FROM identities
             "# + $rest,
            $($argument),+
        )
    };
}

/// A link by its id.
pub async fn link(connection: &mut PgConnection, id: IdentityId) -> DbResult<Option<LinkRow>> {
    Ok(select_links!("WHERE id = $1", id.0)
        .fetch_optional(connection)
        .await?)
}

/// The links of an account, those that are alive first, then the newest, 100 at most.
pub async fn links_of(connection: &mut PgConnection, account: AccountId) -> DbResult<Vec<LinkRow>> {
    Ok(select_links!(
        "WHERE account_id = $1
         ORDER BY coalesce(unlinked_at, 'infinity') DESC, linked_at DESC, id
         LIMIT 100",
        account.0,
    )
    .fetch_all(connection)
    .await?)
}

/// How many sessions a login opened that are neither revoked nor over.
pub async fn sessions_by(
    connection: &mut PgConnection,
    link: &LinkRow,
    now: OffsetDateTime,
    unused_since: OffsetDateTime,
) -> DbResult<i64> {
    let count = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!"
         FROM sessions
         WHERE account_id = $1
           AND identity_id = $2
           AND revoked_at IS NULL
           AND expires_at > $3
           AND last_seen_at > $4"#,
        link.account_id,
        link.id,
        now,
        unused_since,
    )
    .fetch_one(connection)
    .await?;
    Ok(count)
}
