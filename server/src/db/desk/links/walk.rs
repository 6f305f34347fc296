//! Walking through an order, past what doesn't match.

use sqlx::PgConnection;

use super::{Conditions, Start};
use crate::{
    db::DbResult,
    domain::desk::links::{Direction, Key, Order, Place},
};

/// The next links that match in an order, among the next `$reach` of each side. All that is asked of a link
/// stands in the index, but for `$dormant` where the order is another table's.
macro_rules! walk {
    ($connection:expr, $table:literal, $key:literal, $type:literal, $dormant:literal,
     $beyond:literal, $way:literal, $start:expr, $n:expr, $reach:expr, $most:expr, $conditions:expr) => {
        sqlx::query!(
            "SELECT link.key AS \"key!\", link.n AS \"n!\"
             FROM unnest($1::smallint[]) AS side (gone)
             CROSS JOIN LATERAL (
                 SELECT passed.key, passed.n
                 FROM (
                     SELECT "
                + $key
                + " AS key, n, profile, linked_at, words
                     FROM "
                + $table
                + "
                     WHERE gone = side.gone
                       AND ("
                + $key
                + ", n) "
                + $beyond
                + " ($2::"
                + $type
                + ", $3)
                     ORDER BY "
                + $key
                + " "
                + $way
                + ", n "
                + $way
                + "
                     LIMIT $4
                 ) AS passed
                 WHERE get_bit($5::bytea, passed.profile) = 1
                   AND passed.linked_at >= $6
                   AND passed.linked_at < $7
                   AND passed.words LIKE ALL ($8::text[])
                   AND ($9::timestamptz IS NULL OR "
                + $dormant
                + ")
                 ORDER BY passed.key "
                + $way
                + ", passed.n "
                + $way
                + "
                 LIMIT $10
             ) AS link
             ORDER BY link.key "
                + $way
                + ", link.n "
                + $way
                + "
             LIMIT $10",
            &$conditions.sides(),
            $start,
            $n,
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
        .collect()
    };
}

/// Both directions of an order.
macro_rules! either_way {
    ($connection:expr, $table:literal, $key:literal, $type:literal, $dormant:literal, $direction:expr,
     $start:expr, $n:expr, $reach:expr, $most:expr, $conditions:expr) => {
        match $direction {
            Direction::Ascending => walk!(
                $connection,
                $table,
                $key,
                $type,
                $dormant,
                ">",
                "ASC",
                $start,
                $n,
                $reach,
                $most,
                $conditions
            ),
            Direction::Descending => walk!(
                $connection,
                $table,
                $key,
                $type,
                $dormant,
                "<",
                "DESC",
                $start,
                $n,
                $reach,
                $most,
                $conditions
            ),
        }
    };
}

/// Both directions of an order of `desk_links`, which doesn't know when a link was last used.
macro_rules! links {
    ($connection:expr, $key:literal, $type:literal, $direction:expr, $start:expr, $n:expr, $reach:expr,
     $most:expr, $conditions:expr) => {
        either_way!(
            $connection,
            "desk_links",
            $key,
            $type,
            "EXISTS (
                 SELECT
                 FROM desk_uses
                 WHERE desk_uses.n = passed.n
                   AND desk_uses.last_used_at < $9
             )",
            $direction,
            $start,
            $n,
            $reach,
            $most,
            $conditions
        )
    };
}

/// The next links in an order that meet the conditions, at most `most`, among the next `reach` links; all
/// of one rank.
pub async fn walk(
    connection: &mut PgConnection,
    conditions: &Conditions,
    (order, direction): (Order, Direction),
    start: &Start,
    (reach, most): (i64, u16),
    rank: u8,
) -> DbResult<Vec<Place>> {
    let (n, most) = (start.n, i64::from(most));
    let (text, time) = (start.text.as_str(), start.time);
    let found: Vec<(Key, i32)> = match order {
        Order::Person => links!(
            connection, "person", "text", direction, text, n, reach, most, conditions
        ),
        Order::Email => links!(
            connection, "email", "text", direction, text, n, reach, most, conditions
        ),
        Order::ClioEmail => links!(
            connection,
            "clio_email",
            "text",
            direction,
            text,
            n,
            reach,
            most,
            conditions
        ),
        Order::Linked => links!(
            connection,
            "linked_at",
            "timestamptz",
            direction,
            time,
            n,
            reach,
            most,
            conditions
        ),
        Order::Reviewed => links!(
            connection,
            "reviewed_at",
            "timestamptz",
            direction,
            time,
            n,
            reach,
            most,
            conditions
        ),
        Order::Used => either_way!(
            connection,
            "desk_uses",
            "last_used_at",
            "timestamptz",
            "passed.key < $9",
            direction,
            time,
            n,
            reach,
            most,
            conditions
        ),
    };
    Ok(found
        .into_iter()
        .map(|(key, n)| Place { rank, key, n })
        .collect())
}
