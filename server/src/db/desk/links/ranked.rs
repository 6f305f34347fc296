//! Links of some profiles in the order of linking, past what doesn't match: what a sort by a fact of the
//! profile shows of a rank.

use sqlx::PgConnection;
use time::OffsetDateTime;

use super::{Conditions, Start};
use crate::{
    db::DbResult,
    domain::desk::links::{Direction, Place},
};

/// The next links of each profile that match, between a start and an end, merged.
macro_rules! ranked {
    ($beyond:literal, $within:literal, $way:literal, $connection:expr, $start:expr, $end:expr, $most:expr,
     $conditions:expr) => {
        sqlx::query!(
            "SELECT link.linked_at AS \"key!\", link.n AS \"n!\"
             FROM unnest($1::smallint[]) AS wanted (profile)
             CROSS JOIN LATERAL (
                 SELECT linked_at, n
                 FROM desk_links
                 WHERE profile = wanted.profile
                   AND (linked_at, n) "
                + $beyond
                + " ($2::timestamptz, $3)
                   AND (linked_at, n) "
                + $within
                + " ($4::timestamptz, $5)
                   AND linked_at >= $6
                   AND linked_at < $7
                   AND words LIKE ALL ($8::text[])
                   AND ($9::timestamptz IS NULL OR EXISTS (
                       SELECT
                       FROM desk_uses AS used
                       WHERE used.n = desk_links.n
                         AND used.last_used_at < $9
                   ))
                 ORDER BY linked_at "
                + $way
                + ", n "
                + $way
                + "
                 LIMIT $10
             ) AS link
             ORDER BY link.linked_at "
                + $way
                + ", link.n "
                + $way
                + "
             LIMIT $10",
            &$conditions.profiles.numbers(),
            $start.time(),
            $start.n,
            $end.time(),
            $end.n,
            $conditions.linked_from,
            $conditions.linked_before,
            &$conditions.patterns,
            $conditions.used_before,
            $most,
        )
        .fetch_all(&mut *$connection)
        .await?
        .into_iter()
        .map(|row| (row.key, row.n))
        .collect::<Vec<(OffsetDateTime, i32)>>()
    };
}

/// The next links in the order of linking that meet the conditions, at most `most`, between a start and an end;
/// all of one rank. Passes all links of the rank's profiles that lie between.
pub async fn ranked(
    connection: &mut PgConnection,
    conditions: &Conditions,
    direction: Direction,
    (start, end): (&Start, &Start),
    most: u16,
    rank: u8,
) -> DbResult<Vec<Place>> {
    let most = i64::from(most);
    let found = match direction {
        Direction::Ascending => {
            ranked!(">", "<=", "ASC", connection, start, end, most, conditions)
        }
        Direction::Descending => {
            ranked!("<", ">=", "DESC", connection, start, end, most, conditions)
        }
    };
    let places = found.into_iter();
    Ok(places
        .map(|(time, n)| Place {
            rank,
            key: time.into(),
            n,
        })
        .collect())
}
