//! Who decides in a campaign, who could, and how far each has come.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    db::DbResult,
    domain::{
        account::{AccountId, Role, Status},
        desk::reviews::CampaignId,
    },
};

/// Somebody at the desk.
#[derive(Clone, Debug)]
pub struct Person {
    /// Their account.
    pub id: AccountId,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// E-mail.
    pub email: String,
    /// Role.
    pub role: Role,
    /// Whether the account can be used.
    pub status: Status,
}

struct Row {
    id: Uuid,
    first_name: String,
    last_name: String,
    email: String,
    role: String,
    status: String,
}

impl Row {
    fn person(self) -> DbResult<Person> {
        Ok(Person {
            id: AccountId(self.id),
            first_name: self.first_name,
            last_name: self.last_name,
            email: self.email,
            role: self.role.parse()?,
            status: self.status.parse()?,
        })
    }
}

/// Names somebody in a campaign; `false` when they are named already.
pub async fn name(
    connection: &mut PgConnection,
    campaign: CampaignId,
    account: AccountId,
    now: OffsetDateTime,
) -> DbResult<bool> {
    let done = sqlx::query!(
        "INSERT INTO review_campaign_reviewers (campaign_id, account_id, named_at)
         VALUES ($1, $2, $3)
         ON CONFLICT DO NOTHING",
        campaign.0,
        account.0,
        now,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether a campaign names somebody.
pub async fn is_named(
    connection: &mut PgConnection,
    campaign: CampaignId,
    account: AccountId,
) -> DbResult<bool> {
    let is_named = sqlx::query_scalar!(
        r#"SELECT EXISTS (
             SELECT
             FROM review_campaign_reviewers
             WHERE campaign_id = $1
               AND account_id = $2
         ) AS "is_named!""#,
        campaign.0,
        account.0,
    )
    .fetch_one(connection)
    .await?;
    Ok(is_named)
}

/// Those whom a campaign names, in the order in which they were named.
pub async fn of(connection: &mut PgConnection, campaign: CampaignId) -> DbResult<Vec<Person>> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT
             a.id,
             a.first_name,
             a.last_name,
             a.email,
             a.role,
             a.status
         FROM review_campaign_reviewers r
         JOIN accounts a ON a.id = r.account_id
         WHERE r.campaign_id = $1
         ORDER BY r.named_at, a.id",
        campaign.0,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Row::person).collect()
}

/// Those who may be named: whoever looks at the desk, up to `limit`.
pub async fn candidates(connection: &mut PgConnection, limit: i64) -> DbResult<Vec<Person>> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT
             id,
             first_name,
             last_name,
             email,
             role,
             status
         FROM accounts
         WHERE role <> 'member'
           AND status = 'active'
         ORDER BY last_name, first_name, id
         LIMIT $1",
        limit,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Row::person).collect()
}

/// The people with these accounts.
pub async fn people(
    connection: &mut PgConnection,
    accounts: &[AccountId],
) -> DbResult<Vec<Person>> {
    let accounts: Vec<Uuid> = accounts.iter().map(|account| account.0).collect();
    let rows = sqlx::query_as!(
        Row,
        "SELECT
             a.id,
             a.first_name,
             a.last_name,
             a.email,
             a.role,
             a.status
         FROM unnest($1::uuid[]) AS wanted (id)
         JOIN accounts a ON a.id = wanted.id",
        &accounts,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Row::person).collect()
}

/// How far somebody has come with what they are meant to decide.
#[derive(Clone, Copy, Debug)]
pub struct Share {
    /// Who; nobody where the only reviewer would attest their own link.
    pub reviewer: Option<AccountId>,
    /// How many links.
    pub items: i64,
    /// How many of them aren't decided.
    pub undecided: i64,
}

/// How far everybody has come in a campaign.
pub async fn shares(connection: &mut PgConnection, campaign: CampaignId) -> DbResult<Vec<Share>> {
    let rows = sqlx::query!(
        r#"SELECT
             reviewer_id,
             count(*) AS "items!",
             count(*) FILTER (WHERE decision = 'none') AS "undecided!"
         FROM review_items
         WHERE campaign_id = $1
         GROUP BY reviewer_id"#,
        campaign.0,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Share {
            reviewer: row.reviewer_id.map(AccountId),
            items: row.items,
            undecided: row.undecided,
        })
        .collect())
}

/// Gives somebody, but for their own links, what nobody is meant to decide, and what waits for those who
/// can't decide any more.
pub async fn take_over(
    connection: &mut PgConnection,
    campaign: CampaignId,
    account: AccountId,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE review_items
         SET reviewer_id = $2
         WHERE campaign_id = $1
           AND account_id <> $2
           AND (
               reviewer_id IS NULL
               OR decision = 'none'
               AND NOT EXISTS (
                   SELECT
                   FROM accounts a
                   WHERE a.id = review_items.reviewer_id
                     AND a.status = 'active'
                     AND a.role <> 'member'
               )
           )",
        campaign.0,
        account.0,
    )
    .execute(connection)
    .await?;
    Ok(())
}
