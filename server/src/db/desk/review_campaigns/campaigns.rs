//! The campaigns themselves.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    db::DbResult,
    domain::{
        account::AccountId,
        desk::reviews::{CampaignId, Phase},
    },
};

/// A campaign to be begun.
#[derive(Debug)]
pub struct NewCampaign<'a> {
    /// Its id.
    pub id: CampaignId,
    /// Its name.
    pub name: &'a str,
    /// The query string of the list that it was begun from.
    pub filter: &'a str,
    /// When it is due.
    pub due: OffsetDateTime,
    /// Who begins it.
    pub by: AccountId,
}

/// A campaign.
#[derive(Clone, Debug)]
pub struct Campaign {
    /// Its id.
    pub id: CampaignId,
    /// Its name.
    pub name: String,
    /// The query string of the list that it was begun from.
    pub filter: String,
    /// When it is due.
    pub due: OffsetDateTime,
    /// When it was begun.
    pub begun: OffsetDateTime,
    /// Who began it.
    pub begun_by: AccountId,
    /// When all its links were gathered.
    pub gathered: Option<OffsetDateTime>,
    /// Whether there were more links than one campaign takes.
    pub is_cut: bool,
    /// How far it has come.
    pub tally: Tally,
    /// When it was closed, and by whom.
    pub closed: Option<(OffsetDateTime, AccountId)>,
}

impl Campaign {
    /// Where it stands.
    pub const fn phase(&self) -> Phase {
        match (&self.gathered, &self.closed) {
            (_, Some(_)) => Phase::Closed,
            (Some(_), None) => Phase::Running,
            (None, None) => Phase::Gathering,
        }
    }
}

/// How many items a campaign has, and how many of each decision.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// All of them.
    pub items: i32,
    /// Found right.
    pub kept: i32,
    /// To go.
    pub revoked: i32,
    /// Open questions.
    pub unsure: i32,
}

impl Tally {
    /// How many aren't decided.
    pub const fn undecided(self) -> i32 {
        self.items - self.kept - self.revoked - self.unsure
    }
}

struct Row {
    id: Uuid,
    name: String,
    filter: String,
    due_at: OffsetDateTime,
    created_at: OffsetDateTime,
    created_by: Uuid,
    gathered_at: Option<OffsetDateTime>,
    is_cut: bool,
    items: i32,
    kept: i32,
    revoked: i32,
    unsure: i32,
    closed_at: Option<OffsetDateTime>,
    closed_by: Option<Uuid>,
}

impl From<Row> for Campaign {
    fn from(row: Row) -> Self {
        Self {
            id: CampaignId(row.id),
            name: row.name,
            filter: row.filter,
            due: row.due_at,
            begun: row.created_at,
            begun_by: AccountId(row.created_by),
            gathered: row.gathered_at,
            is_cut: row.is_cut,
            tally: Tally {
                items: row.items,
                kept: row.kept,
                revoked: row.revoked,
                unsure: row.unsure,
            },
            closed: row.closed_at.zip(row.closed_by.map(AccountId)),
        }
    }
}

/// The campaigns that the rest of a query, checked with it at compile time, picks.
macro_rules! select_campaigns {
    ($rest:literal, $($argument:expr),+ $(,)?) => {
        sqlx::query_as!(
            Row,
            r#"SELECT
                 id,
                 name,
                 filter,
                 due_at,
                 created_at,
                 created_by,
                 gathered_at,
                 is_cut,
                 items,
                 kept,
                 revoked,
                 unsure,
                 closed_at,
                 closed_by
             FROM review_campaigns
             "# + $rest,
            $($argument),+
        )
    };
}

/// Begins a campaign.
pub async fn put(
    connection: &mut PgConnection,
    campaign: &NewCampaign<'_>,
    now: OffsetDateTime,
) -> DbResult<()> {
    sqlx::query!(
        "INSERT INTO review_campaigns (id, name, filter, due_at, created_at, created_by)
         VALUES ($1, $2, $3, $4, $5, $6)",
        campaign.id.0,
        campaign.name,
        campaign.filter,
        campaign.due,
        now,
        campaign.by.0,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The campaign with this id.
pub async fn find(connection: &mut PgConnection, id: CampaignId) -> DbResult<Option<Campaign>> {
    let row = select_campaigns!("WHERE id = $1", id.0)
        .fetch_optional(connection)
        .await?;
    Ok(row.map(Campaign::from))
}

/// The same, and no other transaction decides in it or closes it before this one ends.
pub async fn lock(connection: &mut PgConnection, id: CampaignId) -> DbResult<Option<Campaign>> {
    let row = select_campaigns!(
        r#"WHERE id = $1
         FOR NO KEY UPDATE"#,
        id.0,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(Campaign::from))
}

/// The newest campaigns: all of them, or those that name somebody.
pub async fn list(
    connection: &mut PgConnection,
    naming: Option<AccountId>,
    limit: i64,
) -> DbResult<Vec<Campaign>> {
    let rows = select_campaigns!(
        r#"WHERE $1::uuid IS NULL
            OR EXISTS (
                SELECT
                FROM review_campaign_reviewers r
                WHERE r.account_id = $1
                  AND r.campaign_id = review_campaigns.id
            )
         ORDER BY created_at DESC, id DESC
         LIMIT $2"#,
        naming.map(|account| account.0),
        limit,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(Campaign::from).collect())
}

/// Writes how many there are of each decision. The caller holds the campaign locked.
pub async fn count(connection: &mut PgConnection, id: CampaignId, tally: Tally) -> DbResult<()> {
    sqlx::query!(
        "UPDATE review_campaigns
         SET kept = $2,
             revoked = $3,
             unsure = $4
         WHERE id = $1",
        id.0,
        tally.kept,
        tally.revoked,
        tally.unsure,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Closes a campaign. The caller holds it locked.
pub async fn close(
    connection: &mut PgConnection,
    id: CampaignId,
    by: AccountId,
    now: OffsetDateTime,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE review_campaigns
         SET closed_at = $2,
             closed_by = $3
         WHERE id = $1",
        id.0,
        now,
        by.0,
    )
    .execute(connection)
    .await?;
    Ok(())
}
