//! Counting what matches, where it may not be very much.

use sqlx::PgConnection;

use super::{Conditions, Driver};
use crate::db::DbResult;

/// Counts the links that a driver leads to and that meet the rest.
macro_rules! count {
    ($links:literal, $was_used:literal, $connection:expr, $conditions:expr, $patterns:expr, $limit:expr,
     $($driver:expr),+) => {
        sqlx::query_scalar!(
            "SELECT count(*) AS \"count!\"
             FROM (
                 SELECT
                 FROM "
                + $links
                + "
                 WHERE get_bit($1::bytea, link.profile) = 1
                   AND link.linked_at >= $2
                   AND link.linked_at < $3
                   AND link.words LIKE ALL ($4::text[])
                   AND ($5::timestamptz IS NULL OR "
                + $was_used
                + ")
                 LIMIT $6
             ) AS links",
            $conditions.bits,
            $conditions.linked_from,
            $conditions.linked_before,
            $patterns,
            $conditions.used_before,
            $limit,
            $($driver),+
        )
        .fetch_one($connection)
        .await?
    };
}

/// The same where the driver doesn't know when a link was last used.
macro_rules! count_looking_up {
    ($links:literal, $($argument:expr),+) => {
        count!(
            $links,
            "EXISTS (
                 SELECT
                 FROM desk_uses AS used
                 WHERE used.n = link.n
                   AND used.last_used_at < $5
             )",
            $($argument),+
        )
    };
}

/// How many links meet the conditions, counted up to a limit.
pub async fn count_matching(
    connection: &mut PgConnection,
    driver: Driver,
    conditions: &Conditions,
    limit: i64,
) -> DbResult<i64> {
    let (patterns, others) = (&conditions.patterns, &conditions.others);
    let profiles = conditions.profiles.numbers();
    Ok(match driver {
        Driver::Words => match conditions.finders.as_slice() {
            [first, second] => count_looking_up!(
                "(
                         SELECT n, profile, linked_at, words
                         FROM desk_links
                         WHERE words LIKE $7
                           AND words LIKE $8
                         OFFSET 0
                     ) AS link",
                connection,
                conditions,
                others,
                limit,
                first,
                second
            ),
            finders => count_looking_up!(
                "(
                         SELECT n, profile, linked_at, words
                         FROM desk_links
                         WHERE words LIKE $7
                         OFFSET 0
                     ) AS link",
                connection,
                conditions,
                others,
                limit,
                finders.first().map_or("%", String::as_str)
            ),
        },
        Driver::Linked => count_looking_up!(
            "unnest($7::smallint[]) AS wanted (profile)
                 CROSS JOIN LATERAL (
                     SELECT n, profile, linked_at, words
                     FROM desk_links
                     WHERE desk_links.profile = wanted.profile
                       AND desk_links.linked_at >= $2
                       AND desk_links.linked_at < $3
                     OFFSET 0
                 ) AS link",
            connection,
            conditions,
            patterns,
            limit,
            &profiles
        ),
        Driver::Used => count!(
            "unnest($7::smallint[]) AS wanted (profile)
                 CROSS JOIN LATERAL (
                     SELECT profile, linked_at, words
                     FROM desk_uses
                     WHERE desk_uses.profile = wanted.profile
                       AND desk_uses.last_used_at < coalesce($5::timestamptz, 'infinity')
                     OFFSET 0
                 ) AS link",
            "true",
            connection,
            conditions,
            patterns,
            limit,
            &profiles
        ),
    })
}
