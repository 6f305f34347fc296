//! Gathering the links of a campaign, a batch at a time.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    db::DbResult,
    domain::{
        account::{AccountId, IdentityId},
        desk::reviews::CampaignId,
    },
};

/// A campaign whose links aren't all gathered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ungathered {
    /// The campaign.
    pub id: CampaignId,
    /// The query string of its list.
    pub filter: String,
    /// When it was begun.
    pub begun: OffsetDateTime,
    /// Where in that list to go on.
    pub to: Option<String>,
}

/// The oldest campaigns whose links aren't all gathered.
pub async fn ungathered(connection: &mut PgConnection, limit: i64) -> DbResult<Vec<Ungathered>> {
    let rows = sqlx::query!(
        "SELECT id, filter, created_at, gathered_to
         FROM review_campaigns
         WHERE gathered_at IS NULL
         ORDER BY created_at, id
         LIMIT $1",
        limit,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Ungathered {
            id: CampaignId(row.id),
            filter: row.filter,
            begun: row.created_at,
            to: row.gathered_to,
        })
        .collect())
}

/// Locks a campaign that stands where it was seen; gives how many items it has. `None` when another node
/// is at it, or has been.
pub async fn lock(connection: &mut PgConnection, seen: &Ungathered) -> DbResult<Option<i32>> {
    let items = sqlx::query_scalar!(
        "SELECT items
         FROM review_campaigns
         WHERE id = $1
           AND coalesce(gathered_at, 'infinity') = 'infinity'
           AND gathered_to IS NOT DISTINCT FROM $2
         FOR NO KEY UPDATE SKIP LOCKED",
        seen.id.0,
        seen.to,
    )
    .fetch_optional(connection)
    .await?;
    Ok(items)
}

/// Writes a batch of links as they are now, places from `first` on, and gives how many there are: those
/// that were disconnected meanwhile are left out.
///
/// Reviewers take turns; a person's own link goes to the next one, and to nobody where there is none.
pub async fn put(
    connection: &mut PgConnection,
    campaign: CampaignId,
    first: i32,
    links: &[IdentityId],
    reviewers: &[AccountId],
) -> DbResult<i32> {
    let links: Vec<Uuid> = links.iter().map(|link| link.0).collect();
    let reviewers: Vec<Uuid> = reviewers.iter().map(|reviewer| reviewer.0).collect();
    let done = sqlx::query!(
        "INSERT INTO review_items
             (campaign_id, place, identity_id, account_id, first_name, last_name, email, clio_email,
              role, status, link_method, linked_at, last_used_at, reviewer_id)
         SELECT
             $1,
             placed.place,
             placed.id,
             placed.account_id,
             placed.first_name,
             placed.last_name,
             placed.email,
             placed.clio_email,
             placed.role,
             placed.status,
             placed.link_method,
             placed.linked_at,
             placed.last_used_at,
             CASE
                 WHEN turn.first_choice <> placed.account_id THEN turn.first_choice
                 WHEN turn.second_choice <> placed.account_id THEN turn.second_choice
             END
         FROM (
             SELECT
                 $2::integer - 1 + row_number() OVER (ORDER BY listed.n) AS place,
                 i.id,
                 i.account_id,
                 a.first_name,
                 a.last_name,
                 a.email,
                 i.email AS clio_email,
                 a.role,
                 a.status,
                 i.link_method,
                 i.linked_at,
                 i.last_used_at
             FROM unnest($3::uuid[]) WITH ORDINALITY AS listed (id, n)
             JOIN identities i ON i.id = listed.id
             JOIN accounts a ON a.id = i.account_id
             WHERE coalesce(i.unlinked_at, 'infinity') = 'infinity'
               AND NOT EXISTS (
                   SELECT
                   FROM review_items there
                   WHERE there.campaign_id = $1
                     AND there.identity_id = i.id
               )
         ) AS placed
         CROSS JOIN LATERAL (
             SELECT
                 ($4::uuid[])[1 + placed.place % cardinality($4::uuid[])] AS first_choice,
                 ($4::uuid[])[1 + (placed.place + 1) % cardinality($4::uuid[])] AS second_choice
         ) AS turn",
        campaign.0,
        first,
        &links,
        &reviewers,
    )
    .execute(connection)
    .await?;
    Ok(i32::try_from(done.rows_affected()).unwrap_or(i32::MAX))
}

/// Where gathering stands after a batch.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    /// Where in the list to go on.
    pub to: Option<&'a str>,
    /// How many items there are now.
    pub items: i32,
    /// When all of them were gathered, if they are.
    pub done: Option<OffsetDateTime>,
    /// Whether there are more links than one campaign takes.
    pub is_cut: bool,
}

/// Writes where gathering stands. The caller holds the campaign locked.
pub async fn moved(
    connection: &mut PgConnection,
    campaign: CampaignId,
    progress: Progress<'_>,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE review_campaigns
         SET gathered_to = $2,
             items = $3,
             gathered_at = $4,
             is_cut = $5
         WHERE id = $1",
        campaign.0,
        progress.to,
        progress.items,
        progress.done,
        progress.is_cut,
    )
    .execute(connection)
    .await?;
    Ok(())
}
