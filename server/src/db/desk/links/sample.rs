//! What fixed samples say about how many links match.

use sqlx::PgConnection;
use time::OffsetDateTime;

use super::Conditions;
use crate::{
    db::DbResult,
    domain::desk::profile::{Profile, Profiles},
};

/// How many links of a sample meet the conditions, by profile.
#[derive(Debug)]
pub struct Sample {
    /// One link in so many is in the sample.
    one_in: u32,
    /// So many of the sample match only when more than 10,000 links do: were there 10,000, so many would be
    /// found in the sample less than once in 10^12 times.
    surely_many: u32,
    counts: Vec<Counts>,
}

#[derive(Debug)]
struct Counts {
    profile: Profile,
    links: u32,
    by_words: u32,
    by_linked: u32,
    by_used: u32,
    all: u32,
    /// When those were linked that match, if that was asked for.
    linked: Vec<OffsetDateTime>,
}

impl Sample {
    fn of<'a>(&'a self, profiles: &Profiles) -> impl Iterator<Item = &'a Counts> {
        let counts = self.counts.iter();
        counts.filter(|counts| profiles.has(counts.profile))
    }

    fn about(&self, profiles: &Profiles, count: impl Fn(&Counts) -> u32) -> u32 {
        self.one_in
            .saturating_mul(self.of(profiles).map(count).sum::<u32>())
    }

    /// Whether so many links match, of these profiles, that it needn't be counted.
    pub fn are_surely_many(&self, profiles: &Profiles) -> bool {
        self.of(profiles).map(|counts| counts.all).sum::<u32>() >= self.surely_many
    }

    /// About how many links there are, of any profile.
    pub fn links(&self) -> u32 {
        self.one_in
            .saturating_mul(self.counts.iter().map(|counts| counts.links).sum())
    }

    /// About how many links of these profiles match.
    pub fn matching(&self, profiles: &Profiles) -> u32 {
        self.about(profiles, |counts| counts.all)
    }

    /// About how many links of any profile have the words.
    pub fn by_words(&self) -> u32 {
        self.one_in
            .saturating_mul(self.counts.iter().map(|counts| counts.by_words).sum())
    }

    /// About how many links of these profiles were linked at the times asked for.
    pub fn by_linked(&self, profiles: &Profiles) -> u32 {
        self.about(profiles, |counts| counts.by_linked)
    }

    /// About how many links of these profiles were last used at the times asked for.
    pub fn by_used(&self, profiles: &Profiles) -> u32 {
        self.about(profiles, |counts| counts.by_used)
    }

    /// When the links of the sample were linked that match, of these profiles, in order; one in as many as
    /// match, if that was asked for.
    pub fn linked(&self, profiles: &Profiles) -> Vec<OffsetDateTime> {
        let times = self.of(profiles).flat_map(|counts| &counts.linked);
        let mut times: Vec<_> = times.copied().collect();
        times.sort_unstable();
        times
    }

    /// How many links the smallest number stands for that isn't nothing.
    pub const fn one_in(&self) -> u32 {
        self.one_in
    }
}

macro_rules! sample {
    ($which:literal, $connection:expr, $conditions:expr, $with_times:expr, $one_in:expr, $surely_many:expr) => {{
        let rows = sqlx::query!(
            "SELECT
                 profile,
                 count(*) AS \"links!\",
                 count(*) FILTER (WHERE has_words) AS \"by_words!\",
                 count(*) FILTER (WHERE was_linked) AS \"by_linked!\",
                 count(*) FILTER (WHERE was_used) AS \"by_used!\",
                 count(*) FILTER (WHERE has_words AND was_linked AND was_used) AS \"all!\",
                 coalesce(
                     array_agg(linked_at) FILTER (WHERE $5 AND has_words AND was_linked AND was_used),
                     '{}'
                 ) AS \"linked!\"
             FROM (
                 SELECT
                     profile,
                     linked_at,
                     words LIKE ALL ($1::text[]) AS has_words,
                     linked_at >= $2 AND linked_at < $3 AS was_linked,
                     last_used_at < coalesce($4::timestamptz, 'infinity') AS was_used
                 FROM desk_uses
                 WHERE "
                + $which
                + "
                 OFFSET 0
             ) AS link
             GROUP BY profile",
            &$conditions.patterns,
            $conditions.linked_from,
            $conditions.linked_before,
            $conditions.used_before,
            $with_times,
        )
        .fetch_all($connection)
        .await?;
        let number = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
        let counts = rows.into_iter().filter_map(|row| {
            Some(Counts {
                profile: Profile::new(row.profile)?,
                links: number(row.links),
                by_words: number(row.by_words),
                by_linked: number(row.by_linked),
                by_used: number(row.by_used),
                all: number(row.all),
                linked: row.linked,
            })
        });
        Ok(Sample {
            one_in: $one_in,
            surely_many: $surely_many,
            counts: counts.collect(),
        })
    }};
}

/// Asks one link in 256, by the random end of its id; `with_times` says when those were linked that match.
pub async fn sample(
    connection: &mut PgConnection,
    conditions: &Conditions,
    with_times: bool,
) -> DbResult<Sample> {
    // Of 10,000, 39 would be expected.
    sample!("sampled", connection, conditions, with_times, 256, 92)
}

/// Asks one in four of those, by its number.
pub async fn small_sample(
    connection: &mut PgConnection,
    conditions: &Conditions,
    with_times: bool,
) -> DbResult<Sample> {
    // Of 10,000, 10 would be expected.
    sample!(
        "sampled AND n % 4 = 0",
        connection,
        conditions,
        with_times,
        1024,
        40
    )
}
