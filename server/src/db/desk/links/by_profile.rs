//! What the profile alone tells: the first of each profile, merged.

use sqlx::PgConnection;

use super::{Start, is_text};
use crate::{
    db::DbResult,
    domain::desk::{
        links::{Direction, Key, Order, Place},
        profile::Profiles,
    },
};

/// The next links of some profiles in an order: of each profile the first one, then all of the profiles
/// that these first ones put in front. Reads at most one link of each profile and `most` of `most`
/// profiles, wherever they are.
macro_rules! by_profile {
    ($connection:expr, $table:literal, $key:literal, $type:literal, $beyond:literal, $way:literal,
     $profiles:expr, $start:expr, $n:expr, $most:expr) => {
        sqlx::query!(
            "WITH front AS (
                 SELECT wanted.profile
                 FROM unnest($1::smallint[]) AS wanted (profile)
                 CROSS JOIN LATERAL (
                     SELECT "
                + $key
                + " AS key, n
                     FROM "
                + $table
                + "
                     WHERE profile = wanted.profile
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
                     LIMIT 1
                 ) AS head
                 ORDER BY head.key "
                + $way
                + ", head.n "
                + $way
                + "
                 LIMIT $4
             )
             SELECT link.key AS \"key!\", link.n AS \"n!\"
             FROM front
             CROSS JOIN LATERAL (
                 SELECT "
                + $key
                + " AS key, n
                 FROM "
                + $table
                + "
                 WHERE profile = front.profile
                   AND ("
                + $key
                + ", n) "
                + $beyond
                + " ($2, $3)
                 ORDER BY "
                + $key
                + " "
                + $way
                + ", n "
                + $way
                + "
                 LIMIT $4
             ) AS link
             ORDER BY link.key "
                + $way
                + ", link.n "
                + $way
                + "
             LIMIT $4",
            $profiles,
            $start,
            $n,
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
    ($connection:expr, $table:literal, $key:literal, $type:literal, $direction:expr,
     $profiles:expr, $start:expr, $n:expr, $most:expr) => {
        match $direction {
            Direction::Ascending => by_profile!(
                $connection,
                $table,
                $key,
                $type,
                ">",
                "ASC",
                $profiles,
                $start,
                $n,
                $most
            ),
            Direction::Descending => by_profile!(
                $connection,
                $table,
                $key,
                $type,
                "<",
                "DESC",
                $profiles,
                $start,
                $n,
                $most
            ),
        }
    };
}

/// The next links of some profiles in an order, at most `most`; all of one rank.
pub async fn by_profile(
    connection: &mut PgConnection,
    profiles: &Profiles,
    (order, direction): (Order, Direction),
    start: &Start,
    most: u16,
    rank: u8,
) -> DbResult<Vec<Place>> {
    let (numbers, n, most) = (profiles.numbers(), start.n, i64::from(most));
    let (text, time) = (start.text.as_str(), start.time);
    let found: Vec<(Key, i32)> = match order {
        Order::Person => either_way!(
            connection,
            "desk_links",
            "person",
            "text",
            direction,
            &numbers,
            text,
            n,
            most
        ),
        Order::Email => either_way!(
            connection,
            "desk_links",
            "email",
            "text",
            direction,
            &numbers,
            text,
            n,
            most
        ),
        Order::ClioEmail => either_way!(
            connection,
            "desk_links",
            "clio_email",
            "text",
            direction,
            &numbers,
            text,
            n,
            most
        ),
        Order::Linked => either_way!(
            connection,
            "desk_links",
            "linked_at",
            "timestamptz",
            direction,
            &numbers,
            time,
            n,
            most
        ),
        Order::Reviewed => either_way!(
            connection,
            "desk_links",
            "reviewed_at",
            "timestamptz",
            direction,
            &numbers,
            time,
            n,
            most
        ),
        Order::Used => either_way!(
            connection,
            "desk_uses",
            "last_used_at",
            "timestamptz",
            direction,
            &numbers,
            time,
            n,
            most
        ),
    };
    debug_assert!(
        found
            .iter()
            .all(|(key, _)| matches!(key, Key::Text(_)) == is_text(order)),
        "an order is of texts or of times"
    );
    Ok(found
        .into_iter()
        .map(|(key, n)| Place { rank, key, n })
        .collect())
}

/// How many links have one of these profiles, counted up to one more than `most`.
pub async fn count(connection: &mut PgConnection, profiles: &Profiles, most: i64) -> DbResult<i64> {
    let count = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!"
         FROM (
             SELECT
             FROM unnest($1::smallint[]) AS wanted (profile)
             CROSS JOIN LATERAL (
                 SELECT
                 FROM desk_links
                 WHERE profile = wanted.profile
                 LIMIT $2::bigint + 1
             ) AS link
             LIMIT $2 + 1
         ) AS links"#,
        &profiles.numbers(),
        most,
    )
    .fetch_one(connection)
    .await?;
    Ok(count)
}
