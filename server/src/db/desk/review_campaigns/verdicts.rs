//! Writing what is said of the links of a campaign, and what came of it.

use sqlx::PgConnection;
use time::OffsetDateTime;

use super::items::Decided;
use crate::{db::DbResult, domain::desk::reviews::CampaignId};

/// Writes what somebody says of an item. The caller holds the campaign locked.
pub async fn decide(
    connection: &mut PgConnection,
    campaign: CampaignId,
    place: i32,
    decided: &Decided,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE review_items
         SET decision = $3,
             note = $4,
             decided_by = $5,
             decided_at = $6,
             version = version + 1
         WHERE campaign_id = $1
           AND place = $2",
        campaign.0,
        place,
        decided.decision.as_str(),
        decided.note,
        decided.by.0,
        decided.at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Notes that the campaign disconnected the login of an item.
pub async fn carried_out(
    connection: &mut PgConnection,
    campaign: CampaignId,
    place: i32,
    now: OffsetDateTime,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE review_items
         SET carried_out_at = $3
         WHERE campaign_id = $1
           AND place = $2",
        campaign.0,
        place,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Notes which logins are disconnected, and since when, as the campaign is closed.
pub async fn freeze(connection: &mut PgConnection, campaign: CampaignId) -> DbResult<()> {
    // Of very many items, it takes some seconds.
    sqlx::query("SET LOCAL statement_timeout = '60s'")
        .execute(&mut *connection)
        .await?;
    sqlx::query!(
        "UPDATE review_items r
         SET unlinked_at = i.unlinked_at
         FROM identities i
         WHERE r.campaign_id = $1
           AND i.id = r.identity_id
           AND i.unlinked_at IS NOT NULL",
        campaign.0,
    )
    .execute(connection)
    .await?;
    Ok(())
}
