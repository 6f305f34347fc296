//! The pairs that were found.

use std::collections::BTreeSet;

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    db::DbResult,
    domain::{
        account::{AccountId, Role, Status},
        desk::duplicates::{Likeness, Reason},
    },
};

/// Two accounts and how alike they are; the smaller id first.
#[derive(Debug)]
pub struct Found {
    /// The one.
    pub a: Uuid,
    /// The other.
    pub b: Uuid,
    /// How alike they are.
    pub likeness: Likeness,
}

/// Stores pairs, and drops those of the same accounts that aren't alike any more. One that was put aside
/// stays aside.
pub async fn replace(
    connection: &mut PgConnection,
    accounts: &[Uuid],
    found: &[Found],
    now: OffsetDateTime,
) -> DbResult<()> {
    let a: Vec<Uuid> = found.iter().map(|pair| pair.a).collect();
    let b: Vec<Uuid> = found.iter().map(|pair| pair.b).collect();
    let scores: Vec<i16> = found.iter().map(|pair| pair.likeness.score).collect();
    let reasons: Vec<String> = found.iter().map(|pair| words(&pair.likeness)).collect();
    forget_others(connection, accounts, found).await?;
    sqlx::query!(
        "INSERT INTO duplicate_candidates (a, b, score, reasons, found_at)
         SELECT a, b, score, string_to_array(reasons, ','), $5
         FROM unnest($1::uuid[], $2::uuid[], $3::smallint[], $4::text[])
             AS found (a, b, score, reasons)
         ON CONFLICT (a, b) DO UPDATE
         SET score = excluded.score,
             reasons = excluded.reasons",
        &a,
        &b,
        &scores,
        &reasons,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Drops the pairs of accounts that weren't found again. Which these are is told here: the database would
/// compare each with each.
async fn forget_others(
    connection: &mut PgConnection,
    accounts: &[Uuid],
    found: &[Found],
) -> DbResult<()> {
    let stored = sqlx::query!(
        "SELECT a, b
         FROM duplicate_candidates
         WHERE (a = ANY($1) OR b = ANY($1))
           AND coalesce(set_aside_at, 'infinity') = 'infinity'",
        accounts,
    )
    .fetch_all(&mut *connection)
    .await?;
    let found: BTreeSet<_> = found.iter().map(|pair| (pair.a, pair.b)).collect();
    let (a, b): (Vec<Uuid>, Vec<Uuid>) = stored
        .into_iter()
        .map(|pair| (pair.a, pair.b))
        .filter(|pair| !found.contains(pair))
        .unzip();
    if a.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "DELETE FROM duplicate_candidates c
         USING unnest($1::uuid[], $2::uuid[]) AS gone (a, b)
         WHERE c.a = gone.a
           AND c.b = gone.b
           AND coalesce(c.set_aside_at, 'infinity') = 'infinity'",
        &a,
        &b,
    )
    .execute(connection)
    .await?;
    Ok(())
}

fn words(likeness: &Likeness) -> String {
    let words: Vec<&str> = likeness.reasons.iter().map(|one| one.as_str()).collect();
    words.join(",")
}

/// Drops the pairs of an account.
pub async fn forget(connection: &mut PgConnection, account: AccountId) -> DbResult<()> {
    sqlx::query!(
        "DELETE FROM duplicate_candidates
         WHERE (a = $1 OR b = $1)
           AND coalesce(set_aside_at, 'infinity') = 'infinity'",
        account.0,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Puts a pair aside at a moment, or back; `false` when it is so already, or there is no such pair.
pub async fn set_aside(
    connection: &mut PgConnection,
    (a, b): (AccountId, AccountId),
    at: Option<OffsetDateTime>,
) -> DbResult<bool> {
    let done = sqlx::query!(
        "UPDATE duplicate_candidates
         SET set_aside_at = $3
         WHERE a = $1
           AND b = $2
           AND (set_aside_at IS NULL) <> ($3::timestamptz IS NULL)",
        a.0,
        b.0,
        at,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// An account of a pair.
#[derive(Clone, Debug)]
pub struct Half {
    /// Its id.
    pub id: AccountId,
    /// Its e-mail.
    pub email: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Role.
    pub role: Role,
    /// State.
    pub status: Status,
}

/// A pair as administrators see it.
#[derive(Clone, Debug)]
pub struct Pair {
    /// The account with the smaller id.
    pub a: Half,
    /// The other one.
    pub b: Half,
    /// How alike they are, in points.
    pub score: i16,
    /// Why.
    pub reasons: Vec<Reason>,
    /// When they were found.
    pub found_at: OffsetDateTime,
}

struct Row {
    a: Uuid,
    a_email: String,
    a_first_name: String,
    a_last_name: String,
    a_role: String,
    a_status: String,
    b: Uuid,
    b_email: String,
    b_first_name: String,
    b_last_name: String,
    b_role: String,
    b_status: String,
    score: i16,
    reasons: Vec<String>,
    found_at: OffsetDateTime,
}

impl Row {
    fn pair(self) -> DbResult<Pair> {
        Ok(Pair {
            a: Half {
                id: AccountId(self.a),
                email: self.a_email,
                first_name: self.a_first_name,
                last_name: self.a_last_name,
                role: self.a_role.parse()?,
                status: self.a_status.parse()?,
            },
            b: Half {
                id: AccountId(self.b),
                email: self.b_email,
                first_name: self.b_first_name,
                last_name: self.b_last_name,
                role: self.b_role.parse()?,
                status: self.b_status.parse()?,
            },
            score: self.score,
            // What a later release found is a reason without words here.
            reasons: self
                .reasons
                .iter()
                .filter_map(|word| word.parse().ok())
                .collect(),
            found_at: self.found_at,
        })
    }
}

/// The pairs that the rest of a query, checked with it at compile time, picks.
macro_rules! select_pairs {
    ($rest:literal, $end:literal, $($argument:expr),+ $(,)?) => {
        sqlx::query_as!(
            Row,
            "SELECT
                 c.a,
                 one.email AS a_email,
                 one.first_name AS a_first_name,
                 one.last_name AS a_last_name,
                 one.role AS a_role,
                 one.status AS a_status,
                 c.b,
                 other.email AS b_email,
                 other.first_name AS b_first_name,
                 other.last_name AS b_last_name,
                 other.role AS b_role,
                 other.status AS b_status,
                 c.score,
                 c.reasons,
                 c.found_at
             FROM duplicate_candidates c
             JOIN accounts one ON one.id = c.a
             JOIN accounts other ON other.id = c.b
             " + $rest + $end,
            $($argument),+
        )
    };
}

/// Where a page begins: behind this pair, in the order of falling scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The score.
    pub score: i16,
    /// The smaller id.
    pub a: Uuid,
    /// The other id.
    pub b: Uuid,
}

impl Place {
    /// Before all pairs.
    pub const BEGINNING: Self = Self {
        score: i16::MAX,
        a: Uuid::max(),
        b: Uuid::max(),
    };
}

/// The pairs that nobody has decided about, with scores between two, the highest first.
pub async fn open(
    connection: &mut PgConnection,
    (least, most): (i16, i16),
    after: Place,
    limit: i64,
) -> DbResult<Vec<Pair>> {
    let rows = select_pairs!(
        "WHERE c.set_aside_at IS NULL
           AND one.status <> 'deleted'
           AND other.status <> 'deleted'
         ",
        "  AND c.score BETWEEN $1 AND $2
           AND (c.score, c.a, c.b) < ($3, $4, $5)
         ORDER BY c.score DESC, c.a DESC, c.b DESC
         LIMIT $6",
        least,
        most,
        after.score,
        after.a,
        after.b,
        limit,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Row::pair).collect()
}

/// The pairs that were put aside, with scores between two, the highest first.
pub async fn aside(
    connection: &mut PgConnection,
    (least, most): (i16, i16),
    after: Place,
    limit: i64,
) -> DbResult<Vec<Pair>> {
    let rows = select_pairs!(
        "WHERE c.set_aside_at IS NOT NULL
           AND one.status <> 'deleted'
           AND other.status <> 'deleted'
         ",
        "  AND c.score BETWEEN $1 AND $2
           AND (c.score, c.a, c.b) < ($3, $4, $5)
         ORDER BY c.score DESC, c.a DESC, c.b DESC
         LIMIT $6",
        least,
        most,
        after.score,
        after.a,
        after.b,
        limit,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Row::pair).collect()
}

/// What was found of two accounts.
#[derive(Clone, Debug)]
pub struct Finding {
    /// How alike they are, in points.
    pub score: i16,
    /// Why.
    pub reasons: Vec<Reason>,
    /// Whether the pair was put aside.
    pub is_aside: bool,
}

/// What was found of two accounts, the one with the smaller id first; `None` when nothing was.
pub async fn find(
    connection: &mut PgConnection,
    (a, b): (AccountId, AccountId),
) -> DbResult<Option<Finding>> {
    let row = sqlx::query!(
        r#"SELECT
             score,
             reasons,
             set_aside_at IS NOT NULL AS "is_aside!"
         FROM duplicate_candidates
         WHERE a = $1
           AND b = $2"#,
        a.0,
        b.0,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| Finding {
        score: row.score,
        reasons: row
            .reasons
            .iter()
            .filter_map(|word| word.parse().ok())
            .collect(),
        is_aside: row.is_aside,
    }))
}
