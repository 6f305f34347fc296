//! The links of a campaign, and what is said of each.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    db::DbResult,
    domain::{
        account::{AccountId, IdentityId, Role, Status},
        desk::reviews::{CampaignId, Decision},
    },
};

/// A link under review: as it was when it was gathered, and what was said of it.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its place in the campaign, from 1 on.
    pub place: i32,
    /// The link.
    pub identity: IdentityId,
    /// Whose account it opened.
    pub account: AccountId,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// The account's e-mail.
    pub email: String,
    /// The e-mail at Clio.
    pub clio_email: Option<String>,
    /// The account's role.
    pub role: Role,
    /// The account's state.
    pub status: Status,
    /// How the link was proved.
    pub method: String,
    /// Since when it was linked.
    pub linked: OffsetDateTime,
    /// When it was last used.
    pub used: OffsetDateTime,
    /// Who is meant to decide.
    pub reviewer: Option<AccountId>,
    /// What was said, if anything.
    pub decided: Option<Decided>,
    /// How often it was decided.
    pub version: i32,
    /// When the campaign disconnected the login.
    pub carried_out: Option<OffsetDateTime>,
    /// Whose account the login opens now, or opened last.
    pub owner: AccountId,
    /// Whether the login is still connected to the same account.
    pub is_connected: bool,
    /// When it was disconnected, as the campaign was closed.
    pub unlinked: Option<OffsetDateTime>,
}

/// What was said of a link.
#[derive(Clone, Debug)]
pub struct Decided {
    /// The decision.
    pub decision: Decision,
    /// The remark.
    pub note: String,
    /// Who.
    pub by: AccountId,
    /// When.
    pub at: OffsetDateTime,
}

impl Item {
    /// Whether the link is somebody's own: now, or when it was gathered. Accounts may have been merged
    /// since.
    pub fn is_of(&self, account: AccountId) -> bool {
        self.account == account || self.owner == account
    }
}

struct Row {
    place: i32,
    identity_id: Uuid,
    account_id: Uuid,
    first_name: String,
    last_name: String,
    email: String,
    clio_email: Option<String>,
    role: String,
    status: String,
    link_method: String,
    linked_at: OffsetDateTime,
    last_used_at: OffsetDateTime,
    reviewer_id: Option<Uuid>,
    decision: String,
    note: String,
    decided_by: Option<Uuid>,
    decided_at: Option<OffsetDateTime>,
    version: i32,
    carried_out_at: Option<OffsetDateTime>,
    owner_id: Uuid,
    is_connected: bool,
    unlinked_at: Option<OffsetDateTime>,
}

impl Row {
    fn item(self) -> DbResult<Item> {
        let decided = match self.decided_by.zip(self.decided_at) {
            None => None,
            Some((by, at)) => Some(Decided {
                decision: self.decision.parse()?,
                note: self.note,
                by: AccountId(by),
                at,
            }),
        };
        Ok(Item {
            place: self.place,
            identity: IdentityId(self.identity_id),
            account: AccountId(self.account_id),
            first_name: self.first_name,
            last_name: self.last_name,
            email: self.email,
            clio_email: self.clio_email,
            role: self.role.parse()?,
            status: self.status.parse()?,
            method: self.link_method,
            linked: self.linked_at,
            used: self.last_used_at,
            reviewer: self.reviewer_id.map(AccountId),
            decided,
            version: self.version,
            carried_out: self.carried_out_at,
            owner: AccountId(self.owner_id),
            is_connected: self.is_connected,
            unlinked: self.unlinked_at,
        })
    }
}

/// The items that the rest of a query, checked with it at compile time, picks.
macro_rules! select_items {
    ($rest:literal, $($argument:expr),+ $(,)?) => {
        sqlx::query_as!(
            Row,
            r#"SELECT
                 r.place,
                 r.identity_id,
                 r.account_id,
                 r.first_name,
                 r.last_name,
                 r.email,
                 r.clio_email,
                 r.role,
                 r.status,
                 r.link_method,
                 r.linked_at,
                 r.last_used_at,
                 r.reviewer_id,
                 r.decision,
                 r.note,
                 r.decided_by,
                 r.decided_at,
                 r.version,
                 r.carried_out_at,
                 coalesce(i.account_id, r.account_id) AS "owner_id!",
                 (i.account_id = r.account_id AND i.unlinked_at IS NULL) IS TRUE
                     AS "is_connected!",
                 r.unlinked_at
             FROM review_items r
             LEFT JOIN identities i ON i.id = r.identity_id
             "# + $rest,
            $($argument),+
        )
    };
}

/// Which items are wanted, after a place.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// The campaign.
    pub campaign: CampaignId,
    /// With what was said: [`Shown::All`] for whatever it is.
    pub shown: Shown,
    /// Those that somebody is meant to decide; `None` for everybody's.
    pub reviewer: Option<AccountId>,
    /// After this place; 0 for the first.
    pub after: i32,
    /// How many at most.
    pub limit: i64,
}

/// Items by what was said of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Whatever was said.
    All,
    /// Nothing.
    Undecided,
    /// This.
    Decided(Decision),
}

impl Shown {
    const fn word(self) -> Option<&'static str> {
        match self {
            Self::All => None,
            Self::Undecided => Some("none"),
            Self::Decided(decision) => Some(decision.as_str()),
        }
    }
}

/// A page of items, in their order.
pub async fn page(connection: &mut PgConnection, wanted: &Wanted) -> DbResult<Vec<Item>> {
    let campaign = wanted.campaign.0;
    let reviewer = wanted.reviewer.map(|reviewer| reviewer.0);
    let (after, limit) = (wanted.after, wanted.limit);
    // A query for each way into the table, since one plan serves all values.
    let rows = match (wanted.shown.word(), reviewer) {
        (None, None) => {
            select_items!(
                r#"WHERE r.campaign_id = $1
                   AND r.place > $2
                 ORDER BY r.place
                 LIMIT $3"#,
                campaign,
                after,
                limit,
            )
            .fetch_all(connection)
            .await?
        }
        (Some(word), None) => {
            select_items!(
                r#"WHERE r.campaign_id = $1
                   AND r.decision = $4
                   AND r.place > $2
                 ORDER BY r.place
                 LIMIT $3"#,
                campaign,
                after,
                limit,
                word,
            )
            .fetch_all(connection)
            .await?
        }
        (None, Some(reviewer)) => {
            select_items!(
                r#"WHERE r.campaign_id = $1
                   AND r.reviewer_id = $4
                   AND r.place > $2
                 ORDER BY r.place
                 LIMIT $3"#,
                campaign,
                after,
                limit,
                reviewer,
            )
            .fetch_all(connection)
            .await?
        }
        (Some(word), Some(reviewer)) => {
            select_items!(
                r#"WHERE r.campaign_id = $1
                   AND r.reviewer_id = $4
                   AND r.decision = $5
                   AND r.place > $2
                 ORDER BY r.place
                 LIMIT $3"#,
                campaign,
                after,
                limit,
                reviewer,
                word,
            )
            .fetch_all(connection)
            .await?
        }
    };
    rows.into_iter().map(Row::item).collect()
}

/// The items at these places, in their order.
pub async fn at(
    connection: &mut PgConnection,
    campaign: CampaignId,
    places: &[i32],
) -> DbResult<Vec<Item>> {
    let rows = select_items!(
        r#"WHERE r.campaign_id = $1
           AND r.place = ANY($2)
         ORDER BY r.place"#,
        campaign.0,
        places,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Row::item).collect()
}

/// The items to go whose logins are still connected and weren't disconnected by the campaign: what was
/// undone since isn't done again. Those after a place, in their order.
pub async fn to_carry_out(
    connection: &mut PgConnection,
    campaign: CampaignId,
    after: i32,
    limit: i64,
) -> DbResult<Vec<Item>> {
    let rows = select_items!(
        r#"WHERE r.campaign_id = $1
           AND r.decision = 'revoke'
           AND r.carried_out_at IS NULL
           AND i.account_id = r.account_id
           AND coalesce(i.unlinked_at, 'infinity') = 'infinity'
           AND r.place > $2
         ORDER BY r.place
         LIMIT $3"#,
        campaign.0,
        after,
        limit,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Row::item).collect()
}

/// How many there are of [`to_carry_out`], counted up to `most`.
pub async fn count_to_carry_out(
    connection: &mut PgConnection,
    campaign: CampaignId,
    most: i64,
) -> DbResult<i64> {
    let count = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!"
         FROM (
             SELECT
             FROM review_items r
             JOIN identities i ON i.id = r.identity_id
             WHERE r.campaign_id = $1
               AND r.decision = 'revoke'
               AND r.carried_out_at IS NULL
               AND i.account_id = r.account_id
               AND coalesce(i.unlinked_at, 'infinity') = 'infinity'
             LIMIT $2
         ) AS waiting"#,
        campaign.0,
        most,
    )
    .fetch_one(connection)
    .await?;
    Ok(count)
}
