//! The people of the roster as the desk lists them.

use std::{fmt, str::FromStr};

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    db::DbResult,
    domain::{
        account::{AccountId, Role, Status, Unknown},
        manage::region::Region,
    },
};

/// Whether somebody can sign in to the firm in Clio.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Login {
    /// Yes.
    Enabled,
    /// The login is switched off.
    Disabled,
    /// The last whole read didn't find them.
    Gone,
}

impl Login {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
            Self::Gone => "gone",
        }
    }
}

/// Whether people have an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Having {
    /// They have one.
    Any,
    /// They have none.
    None,
    /// They have one in this state.
    In(Status),
}

/// After whom a page begins. Its text is the firm's id and the person's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct After {
    firm: Uuid,
    number: i64,
}

impl fmt::Display for After {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.firm.simple(), self.number)
    }
}

impl FromStr for After {
    type Err = Unknown;

    fn from_str(text: &str) -> Result<Self, Unknown> {
        let unknown = Unknown("place in the roster");
        let (firm, number) = text.split_once('-').ok_or(unknown)?;
        Ok(Self {
            firm: Uuid::try_parse(firm).map_err(|_| unknown)?,
            number: number.parse().map_err(|_| unknown)?,
        })
    }
}

/// Which people are looked for.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Part of a name or an e-mail; empty for everybody.
    pub search: String,
    /// Those of a firm.
    pub firm: Option<Uuid>,
    /// Those of the firms of a region.
    pub region: Option<Region>,
    /// By whether they can sign in to the firm.
    pub login: Option<Login>,
    /// By whether they have an account.
    pub having: Option<Having>,
}

impl Filter {
    fn having(&self) -> Option<&'static str> {
        self.having.map(|having| match having {
            Having::Any => "any",
            Having::None => "none",
            Having::In(status) => status.as_str(),
        })
    }
}

/// A person of the roster.
#[derive(Clone, Debug)]
pub struct PersonSeen {
    /// Their place.
    pub place: After,
    /// The name of the firm.
    pub firm: String,
    /// Its region.
    pub region: Region,
    /// Their names in Clio.
    pub name: (String, String),
    /// Their e-mail in Clio.
    pub email: Option<String>,
    /// Their roles there.
    pub roles: Vec<String>,
    /// The type of their subscription there.
    pub subscription: String,
    /// Whether they can sign in to the firm.
    pub login: Login,
    /// When a read last found them.
    pub seen_at: OffsetDateTime,
    /// Their account.
    pub account: Option<AccountOf>,
}

/// The account of a person of the roster.
#[derive(Clone, Debug)]
pub struct AccountOf {
    /// Its id.
    pub id: AccountId,
    /// Its names.
    pub name: (String, String),
    /// Its e-mail.
    pub email: String,
    /// Whether it can be used.
    pub status: Status,
    /// What it may do.
    pub role: Role,
}

/// The people of the connected firms by name, at most so many.
pub async fn list(
    connection: &mut PgConnection,
    filter: &Filter,
    after: Option<After>,
    most: i64,
) -> DbResult<Vec<PersonSeen>> {
    let rows = sqlx::query!(
        r#"SELECT
             p.firm_id,
             p.user_number,
             f.name AS firm,
             f.region,
             p.first_name,
             p.last_name,
             p.email,
             p.roles AS "roles: Vec<String>",
             p.subscription,
             p.is_there,
             p.is_enabled,
             p.seen_at,
             a.id AS "account?",
             a.first_name AS "account_first_name?",
             a.last_name AS "account_last_name?",
             a.email AS "account_email?",
             a.status AS "status?",
             a.role AS "role?"
         FROM roster_people p
         JOIN manage_firms f ON f.id = p.firm_id AND f.disconnected_at IS NULL
         LEFT JOIN accounts a ON a.id = p.account_id
         WHERE strpos(p.words, lower($1)) > 0
           AND ($2::uuid IS NULL OR p.firm_id = $2)
           AND ($3::text IS NULL OR f.region = $3)
           AND ($4::text IS NULL OR $4 = CASE
               WHEN NOT p.is_there THEN 'gone'
               WHEN p.is_enabled THEN 'enabled'
               ELSE 'disabled'
           END)
           AND CASE $5::text
               WHEN 'any' THEN a.id IS NOT NULL
               WHEN 'none' THEN a.id IS NULL
               ELSE $5 IS NULL OR a.status = $5
           END
           AND ($6::uuid IS NULL OR (p.words, p.firm_id, p.user_number) > (
               (
                   SELECT last.words
                   FROM roster_people last
                   WHERE last.firm_id = $6
                     AND last.user_number = $7
               ),
               $6,
               $7
           ))
         ORDER BY p.words, p.firm_id, p.user_number
         LIMIT $8"#,
        filter.search,
        filter.firm,
        filter.region.map(Region::as_str),
        filter.login.map(Login::as_str),
        filter.having(),
        after.map(|after| after.firm),
        after.map_or(0, |after| after.number),
        most,
    )
    .fetch_all(connection)
    .await?;
    let people = rows.into_iter().map(|row| {
        let names = row.account_first_name.zip(row.account_last_name);
        let facts = row.account_email.zip(row.status.zip(row.role));
        let account = match (row.account, names, facts) {
            (Some(id), Some(name), Some((email, (status, role)))) => Some(AccountOf {
                id: AccountId(id),
                name,
                email,
                status: status.parse()?,
                role: role.parse()?,
            }),
            _ => None,
        };
        Ok(PersonSeen {
            place: After {
                firm: row.firm_id,
                number: row.user_number,
            },
            firm: row.firm,
            region: row.region.parse()?,
            name: (row.first_name, row.last_name),
            email: row.email,
            roles: row.roles,
            subscription: row.subscription,
            login: match (row.is_there, row.is_enabled) {
                (false, _) => Login::Gone,
                (true, true) => Login::Enabled,
                (true, false) => Login::Disabled,
            },
            seen_at: row.seen_at,
            account,
        })
    });
    people.collect()
}

/// How many people a filter finds. Goes through all people of the firms, and asks for the accounts only of those
/// that are filtered by their state.
pub async fn count(connection: &mut PgConnection, filter: &Filter) -> DbResult<i64> {
    let count = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!"
         FROM roster_people p
         WHERE p.firm_id = ANY (ARRAY(
                 SELECT f.id
                 FROM manage_firms f
                 WHERE f.disconnected_at IS NULL
                   AND ($2::uuid IS NULL OR f.id = $2)
                   AND ($3::text IS NULL OR f.region = $3)
             ))
           AND ($1 = '' OR strpos(p.words, lower($1)) > 0)
           AND ($4::text IS NULL OR $4 = CASE
               WHEN NOT p.is_there THEN 'gone'
               WHEN p.is_enabled THEN 'enabled'
               ELSE 'disabled'
           END)
           AND CASE $5::text
               WHEN 'any' THEN p.account_id IS NOT NULL
               WHEN 'none' THEN p.account_id IS NULL
               ELSE $5 IS NULL OR EXISTS (
                   SELECT
                   FROM accounts a
                   WHERE a.id = p.account_id
                     AND a.status = $5
               )
           END"#,
        filter.search,
        filter.firm,
        filter.region.map(Region::as_str),
        filter.login.map(Login::as_str),
        filter.having(),
    )
    .fetch_one(connection)
    .await?;
    Ok(count)
}

/// What Clio says of one person: names and e-mail.
pub async fn says(
    connection: &mut PgConnection,
    firm: Uuid,
    number: i64,
) -> DbResult<Option<(String, String, Option<String>)>> {
    let row = sqlx::query!(
        "SELECT first_name, last_name, email
         FROM roster_people
         WHERE firm_id = $1
           AND user_number = $2",
        firm,
        number,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| (row.first_name, row.last_name, row.email)))
}

/// Whether a connected firm's roster says that an account's person has an e-mail.
pub async fn says_email(
    connection: &mut PgConnection,
    account: AccountId,
    email: &str,
) -> DbResult<bool> {
    let says = sqlx::query_scalar!(
        r#"SELECT EXISTS (
             SELECT
             FROM roster_people p
             JOIN manage_firms f ON f.id = p.firm_id AND f.disconnected_at IS NULL
             WHERE p.account_id = $1
               AND p.is_there
               AND p.email = $2
         ) AS "says!""#,
        account.0,
        email,
    )
    .fetch_one(connection)
    .await?;
    Ok(says)
}
