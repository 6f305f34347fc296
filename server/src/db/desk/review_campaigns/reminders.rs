//! Who was told what of a campaign.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    db::DbResult,
    domain::{
        account::AccountId,
        desk::reviews::{CampaignId, Stage},
    },
};

/// Notes that somebody is told of a campaign at a stage; `false` when they were already.
pub async fn put(
    connection: &mut PgConnection,
    campaign: CampaignId,
    account: AccountId,
    stage: Stage,
    now: OffsetDateTime,
) -> DbResult<bool> {
    let done = sqlx::query!(
        "INSERT INTO review_reminders (campaign_id, account_id, stage, at)
         VALUES ($1, $2, $3, $4)
         ON CONFLICT DO NOTHING",
        campaign.0,
        account.0,
        stage.as_str(),
        now,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A mail that is due.
#[derive(Clone, Debug)]
pub struct Due {
    /// The campaign.
    pub campaign: CampaignId,
    /// Its name.
    pub name: String,
    /// When it is due.
    pub due: OffsetDateTime,
    /// Who is told.
    pub account: AccountId,
    /// Their mailbox.
    pub email: String,
    /// How many links they haven't decided about.
    pub undecided: i64,
}

/// The reviewers with undecided links, of campaigns that are due before `before` and weren't before
/// `since`, who weren't told at that stage.
pub async fn due(
    connection: &mut PgConnection,
    stage: Stage,
    (since, before): (OffsetDateTime, OffsetDateTime),
    limit: i64,
) -> DbResult<Vec<Due>> {
    let rows = sqlx::query!(
        r#"SELECT
             c.id,
             c.name,
             c.due_at,
             a.id AS account_id,
             a.email,
             (
                 SELECT count(*)
                 FROM review_items i
                 WHERE i.campaign_id = c.id
                   AND i.reviewer_id = a.id
                   AND i.decision = 'none'
             ) AS "undecided!"
         FROM review_campaigns c
         JOIN review_campaign_reviewers r ON r.campaign_id = c.id
         JOIN accounts a ON a.id = r.account_id
         WHERE c.closed_at IS NULL
           AND c.gathered_at IS NOT NULL
           AND c.due_at > $2
           AND c.due_at <= $3
           AND a.status = 'active'
           AND a.role <> 'member'
           AND EXISTS (
               SELECT
               FROM review_items i
               WHERE i.campaign_id = c.id
                 AND i.reviewer_id = a.id
                 AND i.decision = 'none'
           )
           AND NOT EXISTS (
               SELECT
               FROM review_reminders told
               WHERE told.campaign_id = c.id
                 AND told.account_id = a.id
                 AND told.stage = $1
           )
         ORDER BY c.due_at, a.id
         LIMIT $4"#,
        stage.as_str(),
        since,
        before,
        limit,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Due {
            campaign: CampaignId(row.id),
            name: row.name,
            due: row.due_at,
            account: AccountId(row.account_id),
            email: row.email,
            undecided: row.undecided,
        })
        .collect())
}

/// Whether a campaign is still under way; it stays so until the transaction ends.
pub async fn is_under_way(connection: &mut PgConnection, campaign: CampaignId) -> DbResult<bool> {
    let id: Option<Uuid> = sqlx::query_scalar!(
        "SELECT id
         FROM review_campaigns
         WHERE id = $1
           AND coalesce(closed_at, 'infinity') = 'infinity'
         FOR SHARE",
        campaign.0,
    )
    .fetch_optional(connection)
    .await?;
    Ok(id.is_some())
}
