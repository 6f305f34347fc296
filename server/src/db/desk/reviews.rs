//! That somebody looked at a link and found it right.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    db::DbResult,
    domain::account::{AccountId, IdentityId},
};

/// The newest review of a link that stands.
#[derive(Clone, Debug)]
pub struct Review {
    /// When.
    pub at: OffsetDateTime,
    /// Whose account attested it.
    pub reviewer: Uuid,
    /// Their first name, as it is now.
    pub first_name: String,
    /// Their last name, as it is now.
    pub last_name: String,
    /// Their e-mail, as it is now.
    pub email: String,
}

/// The newest review of a link that stands; `None` when it was never reviewed.
pub async fn newest(
    connection: &mut PgConnection,
    identity: IdentityId,
) -> DbResult<Option<Review>> {
    let review = sqlx::query_as!(
        Review,
        r#"SELECT
             r.at,
             a.id AS reviewer,
             a.first_name,
             a.last_name,
             a.email
         FROM link_reviews r
         JOIN accounts a ON a.id = r.reviewer_account_id
         WHERE r.identity_id = $1
           AND r.undone_at IS NULL
         ORDER BY r.at DESC, r.id DESC
         LIMIT 1"#,
        identity.0,
    )
    .fetch_optional(connection)
    .await?;
    Ok(review)
}

/// Keeps a review.
pub async fn put(
    connection: &mut PgConnection,
    identity: IdentityId,
    reviewer: AccountId,
    note: &str,
    now: OffsetDateTime,
) -> DbResult<()> {
    sqlx::query!(
        "INSERT INTO link_reviews (identity_id, reviewer_account_id, at, note)
         VALUES ($1, $2, $3, $4)",
        identity.0,
        reviewer.0,
        now,
        note,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes a review back that was made at that very moment; `false` when it doesn't stand.
pub async fn take_back(
    connection: &mut PgConnection,
    identity: IdentityId,
    at: OffsetDateTime,
    now: OffsetDateTime,
) -> DbResult<bool> {
    let done = sqlx::query!(
        "UPDATE link_reviews
         SET undone_at = $3
         WHERE identity_id = $1
           AND at = $2
           AND undone_at IS NULL",
        identity.0,
        at,
        now,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}
