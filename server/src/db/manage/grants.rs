//! What people granted us at Clio Manage.

use std::str::FromStr;

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    db::DbResult,
    domain::{
        account::{AccountId, Unknown},
        email::Email,
        manage::{
            membership::ClioUser,
            region::{FirmKey, Region},
        },
    },
};

/// Whether a grant is of use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// In use.
    Live,
    /// Its person has to renew it.
    Reconnect,
    /// Over; revoked at Clio behind the request.
    Ended,
}

impl State {
    /// The word in SQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Reconnect => "reconnect",
            Self::Ended => "ended",
        }
    }
}

impl FromStr for State {
    type Err = Unknown;

    fn from_str(text: &str) -> Result<Self, Unknown> {
        Ok(match text {
            "live" => Self::Live,
            "reconnect" => Self::Reconnect,
            "ended" => Self::Ended,
            _ => return Err(Unknown("state of a grant")),
        })
    }
}

/// Tokens as they are stored.
#[derive(Debug)]
pub struct SealedTokens<'a> {
    /// Sealed.
    pub sealed: &'a [u8],
    /// When the access token is over.
    pub expires_at: OffsetDateTime,
    /// From when on it is renewed.
    pub refresh_at: OffsetDateTime,
}

/// A grant to be stored.
#[derive(Debug)]
pub struct NewGrant<'a> {
    /// Its id.
    pub id: Uuid,
    /// Whose it is here.
    pub account: AccountId,
    /// Who granted it at Clio.
    pub user: &'a ClioUser,
    /// Whether that user has an e-mail of the person who is signed in.
    pub is_same_person: bool,
    /// The tokens; without them the grant is over already, and only says what Clio said.
    pub tokens: Option<SealedTokens<'a>>,
    /// Why it is over already.
    pub reason: Option<&'a str>,
}

/// A grant.
#[derive(Clone, Debug)]
pub struct Grant {
    /// Its id.
    pub id: Uuid,
    /// Whose it is here.
    pub account: AccountId,
    /// Who granted it at Clio, as Clio said last.
    pub user: ClioUser,
    /// Whether that user has an e-mail of the person who is signed in.
    pub is_same_person: bool,
    /// Whether it is of use.
    pub state: State,
    /// Why it isn't.
    pub reason: Option<String>,
    /// The tokens, sealed; none once it is revoked at Clio.
    pub tokens: Option<Vec<u8>>,
    /// Counts the tokens.
    pub version: i32,
    /// When the access token is over.
    pub expires_at: OffsetDateTime,
    /// From when on it is renewed.
    pub refresh_at: OffsetDateTime,
    /// Until when nothing is tried again after a failure.
    pub rests_until: Option<OffsetDateTime>,
    /// Since when.
    pub granted_at: OffsetDateTime,
    /// When Clio said that last.
    pub checked_at: OffsetDateTime,
}

#[expect(
    clippy::struct_excessive_bools,
    reason = "a row has the columns that there are"
)]
struct Row {
    id: Uuid,
    account_id: Uuid,
    region: String,
    user_number: i64,
    firm_number: i64,
    firm_name: String,
    first_name: String,
    last_name: String,
    email: Option<String>,
    is_enabled: bool,
    is_owner: bool,
    is_portal: bool,
    subscription: String,
    roles: Vec<String>,
    is_same_person: bool,
    state: String,
    state_reason: Option<String>,
    tokens: Option<Vec<u8>>,
    version: i32,
    expires_at: OffsetDateTime,
    refresh_at: OffsetDateTime,
    rests_until: Option<OffsetDateTime>,
    granted_at: OffsetDateTime,
    checked_at: OffsetDateTime,
}

impl Row {
    fn grant(self) -> DbResult<Grant> {
        let firm = FirmKey {
            region: self.region.parse()?,
            number: self.firm_number,
        };
        Ok(Grant {
            id: self.id,
            account: AccountId(self.account_id),
            user: ClioUser {
                number: self.user_number,
                firm,
                firm_name: self.firm_name,
                first_name: self.first_name,
                last_name: self.last_name,
                email: self.email.and_then(|email| Email::parse(&email).ok()),
                is_enabled: self.is_enabled,
                is_owner: self.is_owner,
                is_portal: self.is_portal,
                subscription: self.subscription,
                roles: self.roles,
            },
            is_same_person: self.is_same_person,
            state: self.state.parse()?,
            reason: self.state_reason,
            tokens: self.tokens,
            version: self.version,
            expires_at: self.expires_at,
            refresh_at: self.refresh_at,
            rests_until: self.rests_until,
            granted_at: self.granted_at,
            checked_at: self.checked_at,
        })
    }
}

/// The grants that the rest of a query, checked with it at compile time, picks.
macro_rules! select_grants {
    ($rest:literal, $($argument:expr),+ $(,)?) => {
        sqlx::query_as!(
            Row,
            r#"SELECT
                 id,
                 account_id,
                 region,
                 user_number,
                 firm_number,
                 firm_name,
                 first_name,
                 last_name,
                 email,
                 is_enabled,
                 is_owner,
                 is_portal,
                 subscription,
                 roles AS "roles: Vec<String>",
                 is_same_person,
                 state,
                 state_reason,
                 tokens,
                 version,
                 expires_at,
                 refresh_at,
                 rests_until,
                 granted_at,
                 checked_at
             FROM manage_grants
             "# + $rest,
            $($argument),+
        )
    };
}

/// Stores a grant; `false`, and nothing stored, when the user's grant is another account's. The
/// account's own grant in the region has to be [ended](end_of_region) before.
pub async fn insert(
    connection: &mut PgConnection,
    new: &NewGrant<'_>,
    now: OffsetDateTime,
) -> DbResult<bool> {
    let user = new.user;
    let state = if new.tokens.is_some() {
        State::Live
    } else {
        State::Ended
    };
    let done = sqlx::query!(
        "INSERT INTO manage_grants
             (id, account_id, region, user_number, firm_number, firm_name, first_name, last_name, email,
              is_enabled, is_owner, is_portal, subscription, roles, is_same_person, state, state_reason,
              tokens, expires_at, refresh_at, granted_at, checked_at, ended_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
                 $21::timestamptz, $21, CASE $16 WHEN 'ended' THEN $21 END)
         ON CONFLICT (region, user_number) WHERE state IN ('live', 'reconnect') DO NOTHING",
        new.id,
        new.account.0,
        user.firm.region.as_str(),
        user.number,
        user.firm.number,
        user.firm_name,
        user.first_name,
        user.last_name,
        user.email.as_ref().map(Email::as_str),
        user.is_enabled,
        user.is_owner,
        user.is_portal,
        user.subscription,
        &user.roles,
        new.is_same_person,
        state.as_str(),
        new.reason,
        new.tokens.as_ref().map(|tokens| tokens.sealed),
        new.tokens.as_ref().map_or(now, |tokens| tokens.expires_at),
        new.tokens.as_ref().map_or(now, |tokens| tokens.refresh_at),
        now,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Stores what Clio said of somebody who isn't taken for a member, in place of what it said before, with no
/// tokens.
pub async fn note(
    connection: &mut PgConnection,
    new: &NewGrant<'_>,
    now: OffsetDateTime,
) -> DbResult<()> {
    sqlx::query!(
        "DELETE FROM manage_grants
         WHERE account_id = $1
           AND state = 'ended'
           AND tokens IS NULL",
        new.account.0,
    )
    .execute(&mut *connection)
    .await?;
    insert(connection, new, now).await?;
    Ok(())
}

/// The grants of an account that aren't over, and the last one that is, the newest first.
pub async fn of_account(connection: &mut PgConnection, account: AccountId) -> DbResult<Vec<Grant>> {
    let rows = select_grants!(
        "WHERE account_id = $1
         ORDER BY granted_at DESC, id DESC
         LIMIT 20",
        account.0,
    )
    .fetch_all(connection)
    .await?;
    let mut grants: Vec<Grant> = rows.into_iter().map(Row::grant).collect::<DbResult<_>>()?;
    let last = grants.first().map(|grant| grant.id);
    grants.retain(|grant| {
        matches!(grant.state, State::Live | State::Reconnect) || Some(grant.id) == last
    });
    Ok(grants)
}

/// The grant with this id.
pub async fn find(connection: &mut PgConnection, id: Uuid) -> DbResult<Option<Grant>> {
    let row = select_grants!("WHERE id = $1", id)
        .fetch_optional(connection)
        .await?;
    row.map(Row::grant).transpose()
}

/// Which grant of an account is ended.
#[derive(Clone, Copy, Debug)]
pub enum Ends {
    /// The one with this id.
    This(Uuid),
    /// The one in a region, if there is one.
    OfRegion(Region),
}

/// Ends a grant of an account: it is revoked at Clio behind the request. `false` when it was over, or there
/// is none.
pub async fn end(
    connection: &mut PgConnection,
    account: AccountId,
    ends: Ends,
    reason: &str,
    now: OffsetDateTime,
) -> DbResult<bool> {
    let (id, region) = match ends {
        Ends::This(id) => (Some(id), None),
        Ends::OfRegion(region) => (None, Some(region.as_str())),
    };
    let done = sqlx::query!(
        "UPDATE manage_grants
         SET state = 'ended',
             state_reason = $4,
             ended_at = $5,
             check_at = NULL
         WHERE account_id = $1
           AND (id = $2 OR region = $3)
           AND state IN ('live', 'reconnect')",
        account.0,
        id,
        region,
        reason,
        now,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The firm whose member the first owner showed to be, the first time that one did.
pub async fn first_owners_firm(connection: &mut PgConnection) -> DbResult<Option<FirmKey>> {
    let row = sqlx::query!(
        "SELECT g.region, g.firm_number
         FROM accounts a
         JOIN manage_grants g ON g.account_id = a.id
         WHERE a.role = 'owner'
           AND a.status = 'active'
           AND g.is_same_person
           AND NOT g.is_portal
         ORDER BY a.created_at, a.id, g.granted_at, g.id
         LIMIT 1",
    )
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    Ok(Some(FirmKey {
        region: row.region.parse()?,
        number: row.firm_number,
    }))
}
