//! What the profile alone tells: the first of each profile, merged.

use sqlx::PgConnection;

use super::{Start, in_order};
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
    ($table:literal, $key:literal, $type:literal, $beyond:literal, $within:literal, $way:literal,
     $start:expr, $end:expr, $range:expr, $connection:expr, $profiles:expr, $most:expr) => {
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
            $range.0.n,
            $most,
        )
        .fetch_all(&mut *$connection)
        .await?
        .into_iter()
        .map(|row| (Key::from(row.key), row.n))
        .collect::<Vec<_>>()
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
    let (numbers, most) = (profiles.numbers(), i64::from(most));
    let range = (start, start);
    let found = in_order!(
        by_profile, order, direction, range, connection, &numbers, most
    );
    let places = found.into_iter();
    Ok(places.map(|(key, n)| Place { rank, key, n }).collect())
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
