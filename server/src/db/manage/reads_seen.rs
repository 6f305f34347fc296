//! Reads as the desk lists them.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    db::DbResult,
    domain::{
        account::AccountId,
        desk::queue::Place,
        manage::roster::{Ending, Kind},
    },
};

/// Somebody who did something, as they are named.
#[derive(Clone, Debug)]
pub struct Doer {
    /// Their account.
    pub account: AccountId,
    /// Their name, or e-mail where there is none.
    pub name: String,
}

impl Doer {
    /// The one with this account and name, where there is one.
    pub(super) fn find(id: Option<Uuid>, name: Option<String>) -> Option<Self> {
        let (account, name) = (AccountId(id?), name?);
        Some(Self { account, name })
    }
}

/// A read.
#[derive(Clone, Debug)]
pub struct ReadSeen {
    /// Its id.
    pub id: Uuid,
    /// The name of its firm.
    pub firm: String,
    /// When it began.
    pub began_at: OffsetDateTime,
    /// When it ended.
    pub ended_at: Option<OffsetDateTime>,
    /// How.
    pub ending: Option<Ending>,
    /// Who asked for it.
    pub asked_by: Option<Doer>,
    /// Who stopped it.
    pub stopped_by: Option<Doer>,
    /// How many people it read.
    pub people: i32,
    /// How many differences it found, by kind, in the order of [`Kind::ALL`].
    pub counts: Vec<(Kind, i64)>,
}

/// Which reads are looked for.
#[derive(Clone, Copy, Debug)]
pub enum Which {
    /// The newest, or those before a place, at most so many.
    Latest(Option<Place>, i64),
    /// The one with this id.
    One(Uuid),
}

/// Reads, the newest first.
pub async fn list(connection: &mut PgConnection, which: Which) -> DbResult<Vec<ReadSeen>> {
    let (id, before, most) = match which {
        Which::Latest(before, most) => (None, before, most),
        Which::One(id) => (Some(id), None, 1),
    };
    let rows = sqlx::query!(
        r#"SELECT
             r.id,
             f.name,
             r.began_at,
             r.ended_at,
             r.outcome,
             r.people,
             asker.id AS "asker?",
             coalesce(nullif(btrim(asker.first_name || ' ' || asker.last_name), ''), asker.email) AS asker_name,
             stopper.id AS "stopper?",
             coalesce(nullif(btrim(stopper.first_name || ' ' || stopper.last_name), ''), stopper.email) AS stopper_name
         FROM roster_reads r
         JOIN manage_firms f ON f.id = r.firm_id
         LEFT JOIN accounts asker ON asker.id = r.asked_by
         LEFT JOIN accounts stopper ON stopper.id = r.stopped_by
         WHERE ($1::uuid IS NULL OR r.id = $1)
           AND ($2::timestamptz IS NULL OR (r.began_at, r.id) < ($2, $3))
         ORDER BY r.began_at DESC, r.id DESC
         LIMIT $4"#,
        id,
        before.map(|place| place.at),
        before.map_or(Uuid::nil(), |place| place.id),
        most,
    )
    .fetch_all(&mut *connection)
    .await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut counts = counts(connection, &ids).await?;
    let reads = rows.into_iter().map(|row| {
        let ending = row.outcome.map(|outcome| outcome.parse()).transpose()?;
        let mut own: Vec<(Kind, i64)> = counts
            .iter()
            .filter(|(read, ..)| *read == row.id)
            .map(|(_, kind, count)| (*kind, *count))
            .collect();
        own.sort_by_key(|(kind, _)| Kind::ALL.iter().position(|each| each == kind));
        counts.retain(|(read, ..)| *read != row.id);
        Ok(ReadSeen {
            id: row.id,
            firm: row.name,
            began_at: row.began_at,
            ended_at: row.ended_at,
            ending,
            asked_by: Doer::find(row.asker, row.asker_name),
            stopped_by: Doer::find(row.stopper, row.stopper_name),
            people: row.people,
            counts: own,
        })
    });
    reads.collect()
}

/// How many differences reads found, by read and kind.
async fn counts(connection: &mut PgConnection, reads: &[Uuid]) -> DbResult<Vec<(Uuid, Kind, i64)>> {
    let rows = sqlx::query!(
        r#"SELECT read_id, kind, count(*) AS "count!"
         FROM roster_differences
         WHERE read_id = ANY ($1)
         GROUP BY read_id, kind"#,
        reads,
    )
    .fetch_all(connection)
    .await?;
    let counts = rows
        .into_iter()
        .map(|row| Ok((row.read_id, row.kind.parse()?, row.count)));
    counts.collect()
}
