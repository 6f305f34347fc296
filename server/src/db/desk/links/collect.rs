//! Collecting what matches, where it isn't very much: counting and sorting it at once.

use sqlx::PgConnection;
use time::OffsetDateTime;

use super::{Conditions, Start, is_text};
use crate::{
    db::DbResult,
    domain::desk::links::{Direction, Key, Order, Place, Sort},
};

/// What leads to the links that match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Driver {
    /// Their words.
    Words,
    /// Their profiles, and when they were linked.
    Linked,
    /// Their profiles, and when they were last used.
    Used,
}

/// Where what is collected comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Where a driver leads.
    By(Driver),
    /// The people of the roster.
    Roster,
    /// All, but for those whose people the roster has.
    NotInRoster,
}

/// What is collected, and which of it is given.
#[derive(Debug)]
pub struct Asked<'a> {
    /// What is asked of each link.
    pub conditions: &'a Conditions,
    /// How they are sorted.
    pub sort: Sort,
    /// In which direction.
    pub direction: Direction,
    /// The place behind which the page begins.
    pub after: Option<&'a Place>,
    /// At most so many are collected.
    pub limit: i64,
    /// At most so many are given.
    pub most: u16,
}

struct Row {
    total: i64,
    rank: Option<i32>,
    text: Option<String>,
    time: Option<OffsetDateTime>,
    n: Option<i32>,
}

/// Collects links, counts them and gives the first of them behind a place. What they are sorted by is
/// picked by number, and looked up only when it is picked.
macro_rules! collect {
    (($links:literal, $was_used:literal, $person:literal, $email:literal, $clio_email:literal, $reviewed:literal,
      $used:literal), $beyond:literal, $way:literal, $connection:expr, $asked:expr, $($driver:expr),+) => {
        sqlx::query_as!(
            Row,
            "WITH matching AS MATERIALIZED (
                 SELECT
                     get_byte($2::bytea, link.profile) AS rank,
                     CASE $1::smallint
                         WHEN 0 THEN " + $person + "
                         WHEN 1 THEN " + $email + "
                         WHEN 2 THEN " + $clio_email + "
                         ELSE ''
                     END AS text,
                     CASE $1
                         WHEN 3 THEN link.linked_at
                         WHEN 4 THEN " + $reviewed + "
                         WHEN 5 THEN " + $used + "
                         ELSE 'epoch'
                     END AS time,
                     link.n
                 FROM " + $links + "
                 WHERE get_bit($3::bytea, link.profile) = 1
                   AND link.linked_at >= $4
                   AND link.linked_at < $5
                   AND link.words LIKE ALL ($6::text[])
                   AND ($7::timestamptz IS NULL OR " + $was_used + ")
                 LIMIT $8
             ),
             page AS (
                 SELECT rank, text, time, n
                 FROM matching
                 WHERE (rank, text, time, n) " + $beyond + " ($9::integer, $10::text, $11::timestamptz, $12)
                 ORDER BY rank " + $way + ", text " + $way + ", time " + $way + ", n " + $way + "
                 LIMIT $13
             )
             SELECT
                 counted.total AS \"total!\",
                 page.rank AS \"rank?\",
                 page.text AS \"text?\",
                 page.time AS \"time?\",
                 page.n AS \"n?\"
             FROM (SELECT count(*) AS total FROM matching) AS counted
             LEFT JOIN page ON true
             ORDER BY rank " + $way + ", text " + $way + ", time " + $way + ", n " + $way,
            $asked.column,
            $asked.ranks,
            $asked.conditions.bits,
            $asked.conditions.linked_from,
            $asked.conditions.linked_before,
            $asked.patterns,
            $asked.conditions.used_before,
            $asked.limit,
            $asked.rank,
            $asked.text,
            $asked.time,
            $asked.n,
            $asked.most,
            $($driver),+
        )
        .fetch_all(&mut *$connection)
        .await?
    };
}

/// Both directions of a way to the links.
macro_rules! either_way {
    ($way_there:tt, $direction:expr, $($argument:expr),+) => {
        match $direction {
            Direction::Ascending => collect!($way_there, ">", "ASC", $($argument),+),
            Direction::Descending => collect!($way_there, "<", "DESC", $($argument),+),
        }
    };
}

/// By words: to rows of `desk_links`, which don't know when a link was last used.
macro_rules! by_words {
    ($links:literal, $($argument:expr),+) => {
        either_way!(
            (
                $links,
                "EXISTS (
                     SELECT
                     FROM desk_uses AS used
                     WHERE used.n = link.n
                       AND used.last_used_at < $7
                 )",
                "link.person",
                "link.email",
                "link.clio_email",
                "link.reviewed_at",
                "(SELECT used.last_used_at FROM desk_uses AS used WHERE used.n = link.n)"
            ),
            $($argument),+
        )
    };
}

/// By profiles: to entries of an index, which don't know what most orders sort by.
macro_rules! by_profiles {
    ($links:literal, $was_used:literal, $used:literal, $($argument:expr),+) => {
        either_way!(
            (
                $links,
                $was_used,
                "(SELECT row.person FROM desk_links AS row WHERE row.n = link.n)",
                "(SELECT row.email FROM desk_links AS row WHERE row.n = link.n)",
                "(SELECT row.clio_email FROM desk_links AS row WHERE row.n = link.n)",
                "(SELECT row.reviewed_at FROM desk_links AS row WHERE row.n = link.n)",
                $used
            ),
            $($argument),+
        )
    };
}

// After the statements that it uses.
mod of_roster;
use of_roster::RosterTerms;

/// What the database is asked, in its terms.
struct Terms<'a> {
    column: i16,
    ranks: Vec<u8>,
    conditions: &'a Conditions,
    patterns: &'a [String],
    limit: i64,
    rank: i32,
    text: String,
    time: OffsetDateTime,
    n: i32,
    most: i64,
    roster: RosterTerms<'a>,
}

impl<'a> Terms<'a> {
    fn of(source: Source, asked: &Asked<'a>) -> Self {
        let order = asked.sort.order();
        let start = Start::behind(asked.after, asked.direction);
        let nowhere = match asked.direction {
            Direction::Ascending => -1,
            Direction::Descending => i32::from(u8::MAX) + 1,
        };
        Self {
            column: column(order),
            ranks: asked
                .conditions
                .profiles
                .ranks(|profile| asked.sort.rank(profile)),
            conditions: asked.conditions,
            patterns: match source {
                Source::By(Driver::Words) => &asked.conditions.others,
                _ => &asked.conditions.patterns,
            },
            limit: asked.limit,
            rank: asked.after.map_or(nowhere, |place| i32::from(place.rank)),
            // What an order doesn't sort by is the same for all links.
            text: if is_text(order) {
                start.text().to_owned()
            } else {
                String::new()
            },
            time: if is_text(order) {
                OffsetDateTime::UNIX_EPOCH
            } else {
                start.time()
            },
            n: start.n,
            most: i64::from(asked.most),
            roster: asked
                .conditions
                .roster
                .as_ref()
                .map(RosterTerms::of)
                .unwrap_or_default(),
        }
    }
}

const fn column(order: Order) -> i16 {
    match order {
        Order::Person => 0,
        Order::Email => 1,
        Order::ClioEmail => 2,
        Order::Linked => 3,
        Order::Reviewed => 4,
        Order::Used => 5,
    }
}

/// How many links match, of those collected, and the first of them behind a place.
pub async fn collect(
    connection: &mut PgConnection,
    source: Source,
    asked: &Asked<'_>,
) -> DbResult<(i64, Vec<Place>)> {
    let terms = Terms::of(source, asked);
    let rows = match source {
        Source::By(driver) => led_by(connection, driver, asked, &terms).await?,
        Source::Roster => of_roster::people(connection, asked, &terms).await?,
        Source::NotInRoster => of_roster::others(connection, asked, &terms).await?,
    };
    let order = asked.sort.order();
    let total = rows.first().map_or(0, |row| row.total);
    let places = rows.into_iter().filter_map(|row| {
        Some(Place {
            rank: u8::try_from(row.rank?).unwrap_or(u8::MAX),
            key: if is_text(order) {
                Key::Text(row.text?)
            } else {
                Key::Time(row.time?)
            },
            n: row.n?,
        })
    });
    Ok((total, places.collect()))
}

/// What a driver leads to.
async fn led_by(
    connection: &mut PgConnection,
    driver: Driver,
    asked: &Asked<'_>,
    terms: &Terms<'_>,
) -> DbResult<Vec<Row>> {
    let profiles = asked.conditions.profiles.numbers();
    Ok(match driver {
        Driver::Words => {
            // OFFSET 0 keeps the planner from thinking that anything else leads there.
            match asked.conditions.finders.as_slice() {
                [first, second] => by_words!(
                    "(
                         SELECT *
                         FROM desk_links
                         WHERE words LIKE $14
                           AND words LIKE $15
                         OFFSET 0
                     ) AS link",
                    asked.direction,
                    connection,
                    terms,
                    first,
                    second
                ),
                finders => by_words!(
                    "(
                         SELECT *
                         FROM desk_links
                         WHERE words LIKE $14
                         OFFSET 0
                     ) AS link",
                    asked.direction,
                    connection,
                    terms,
                    finders.first().map_or("%", String::as_str)
                ),
            }
        }
        Driver::Linked => by_profiles!(
            "unnest($14::smallint[]) AS wanted (profile)
                 CROSS JOIN LATERAL (
                     SELECT n, profile, linked_at, words
                     FROM desk_links
                     WHERE desk_links.profile = wanted.profile
                       AND desk_links.linked_at >= $4
                       AND desk_links.linked_at < $5
                     OFFSET 0
                 ) AS link",
            "EXISTS (
                 SELECT
                 FROM desk_uses AS used
                 WHERE used.n = link.n
                   AND used.last_used_at < $7
             )",
            "(SELECT used.last_used_at FROM desk_uses AS used WHERE used.n = link.n)",
            asked.direction,
            connection,
            terms,
            &profiles
        ),
        Driver::Used => by_profiles!(
            "unnest($14::smallint[]) AS wanted (profile)
                 CROSS JOIN LATERAL (
                     SELECT n, profile, linked_at, last_used_at, words
                     FROM desk_uses
                     WHERE desk_uses.profile = wanted.profile
                       AND desk_uses.last_used_at < coalesce($7::timestamptz, 'infinity')
                     OFFSET 0
                 ) AS link",
            "true",
            "link.last_used_at",
            asked.direction,
            connection,
            terms,
            &profiles
        ),
    })
}
