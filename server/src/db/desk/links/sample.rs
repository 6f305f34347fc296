//! What a fixed sample says about how many links match.

use sqlx::PgConnection;

use super::Conditions;
use crate::{
    db::DbResult,
    domain::desk::profile::{Profile, Profiles},
};

/// One link in so many is in the sample, by the random end of its id.
const ONE_IN: u32 = 256;

/// So many of the sample match only when more than 10,000 links do: were there 10,000, 39 of them would be
/// expected in the sample, and 96 found less than once in 10^12 times.
const SURELY_MANY: u32 = 96;

/// How many links of the sample meet the conditions, by profile.
#[derive(Debug)]
pub struct Sample(Vec<Counts>);

#[derive(Debug)]
struct Counts {
    profile: Profile,
    by_words: u32,
    by_linked: u32,
    by_used: u32,
    all: u32,
}

impl Sample {
    fn sum(&self, profiles: &Profiles, count: impl Fn(&Counts) -> u32) -> u32 {
        let counted = self.0.iter().filter(|counts| profiles.has(counts.profile));
        counted.map(count).sum()
    }

    /// Whether so many links match, of these profiles, that it needn't be counted.
    pub fn are_surely_many(&self, profiles: &Profiles) -> bool {
        self.sum(profiles, |counts| counts.all) >= SURELY_MANY
    }

    /// About how many links of any profile have the words.
    pub fn by_words(&self) -> u32 {
        ONE_IN * self.0.iter().map(|counts| counts.by_words).sum::<u32>()
    }

    /// About how many links of these profiles were linked at the times asked for.
    pub fn by_linked(&self, profiles: &Profiles) -> u32 {
        ONE_IN * self.sum(profiles, |counts| counts.by_linked)
    }

    /// About how many links of these profiles were last used at the times asked for.
    pub fn by_used(&self, profiles: &Profiles) -> u32 {
        ONE_IN * self.sum(profiles, |counts| counts.by_used)
    }
}

/// Asks the sample.
pub async fn sample(connection: &mut PgConnection, conditions: &Conditions) -> DbResult<Sample> {
    let rows = sqlx::query!(
        r#"SELECT
             profile,
             count(*) FILTER (WHERE has_words) AS "by_words!",
             count(*) FILTER (WHERE was_linked) AS "by_linked!",
             count(*) FILTER (WHERE was_used) AS "by_used!",
             count(*) FILTER (WHERE has_words AND was_linked AND was_used) AS "all!"
         FROM (
             SELECT
                 profile,
                 words LIKE ALL ($1::text[]) AS has_words,
                 linked_at >= $2 AND linked_at < $3 AS was_linked,
                 last_used_at < coalesce($4::timestamptz, 'infinity') AS was_used
             FROM desk_uses
             WHERE sampled
             OFFSET 0
         ) AS link
         GROUP BY profile"#,
        &conditions.patterns,
        conditions.linked_from,
        conditions.linked_before,
        conditions.used_before,
    )
    .fetch_all(connection)
    .await?;
    let number = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
    let counts = rows.into_iter().filter_map(|row| {
        Some(Counts {
            profile: Profile::new(row.profile)?,
            by_words: number(row.by_words),
            by_linked: number(row.by_linked),
            by_used: number(row.by_used),
            all: number(row.all),
        })
    });
    Ok(Sample(counts.collect()))
}
