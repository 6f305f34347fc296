//! Walking through an order, past what doesn't match.

use sqlx::PgConnection;

use super::{Conditions, Start, in_order};
use crate::{
    db::DbResult,
    domain::desk::links::{Direction, Key, Order, Place},
};

/// The next links that match in an order, among the next `$reach`. All that is asked of a link stands in the
/// index, but for when it was last used where the order is another table's.
macro_rules! walk {
    ($table:literal, $key:literal, $type:literal, $beyond:literal, $within:literal, $way:literal,
     $start:expr, $end:expr, $range:expr, $connection:expr, $side:expr, $reach:expr, $most:expr,
     $conditions:expr) => {
        sqlx::query!(
            "SELECT passed.key AS \"key!\", passed.n AS \"n!\"
             FROM (
                 SELECT "
                + $key
                + " AS key, n, profile, linked_at, words
                 FROM "
                + $table
                + "
                 WHERE gone = $1
                   AND ("
                + $key
                + ", n) "
                + $beyond
                + " ($2::"
                + $type
                + ", $3)
                   AND ("
                + $key
                + ", n) "
                + $within
                + " ($4::"
                + $type
                + ", $5)
                 ORDER BY "
                + $key
                + " "
                + $way
                + ", n "
                + $way
                + "
                 LIMIT $6
             ) AS passed
             WHERE get_bit($7::bytea, passed.profile) = 1
               AND passed.linked_at >= $8
               AND passed.linked_at < $9
               AND passed.words LIKE ALL ($10::text[])
               AND ($11::timestamptz IS NULL OR EXISTS (
                   SELECT
                   FROM desk_uses AS used
                   WHERE used.n = passed.n
                     AND used.last_used_at < $11
               ))
             ORDER BY passed.key "
                + $way
                + ", passed.n "
                + $way
                + "
             LIMIT $12",
            $side,
            $start,
            $range.0.n,
            $end,
            $range.1.n,
            $reach,
            $conditions.bits,
            $conditions.linked_from,
            $conditions.linked_before,
            &$conditions.patterns,
            $conditions.used_before,
            $most,
        )
        .fetch_all(&mut *$connection)
        .await?
        .into_iter()
        .map(|row| (Key::from(row.key), row.n))
        .collect::<Vec<_>>()
    };
}

/// The next links of a side in an order that meet the conditions, at most `most`, among the next `reach` links
/// between a start and an end; all of one rank.
pub async fn walk(
    connection: &mut PgConnection,
    (conditions, side): (&Conditions, i16),
    (order, direction): (Order, Direction),
    range: (&Start, &Start),
    (reach, most): (i64, u16),
    rank: u8,
) -> DbResult<Vec<Place>> {
    let most = i64::from(most);
    let found = in_order!(
        walk, order, direction, range, connection, side, reach, most, conditions
    );
    let places = found.into_iter();
    Ok(places.map(|(key, n)| Place { rank, key, n }).collect())
}
