//! What a sample of the links says: how many a list has, about, and by what they are found.
//!
//! The sample is kept in memory for some seconds. It decides which question the database is asked, never what the
//! answer is, with one exception: where it has very many that match, "more than 10,000" is said without counting
//! them, and that may then be as old as the sample.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use sqlx::PgConnection;
use time::OffsetDateTime;
use tokio::sync::Mutex;

use super::texts::Texts;
use crate::{
    db::{
        DbResult,
        desk::links::{Conditions, Start, sample},
    },
    domain::desk::{
        links::{Direction, Order},
        profile::Profiles,
    },
};

/// How long it is kept.
const KEPT_FOR: Duration = Duration::from_secs(15);

/// One link in so many is in the sample.
const ONE_IN: u32 = 256;

/// So many of the sample match only when more than 10,000 links do: were there 10,000, 39 would be expected in the
/// sample, and so many would be found less than once in 10^12 times.
const SURELY_MANY: usize = 92;

/// The sample that the requests of a server share.
#[derive(Debug, Default)]
pub struct KeptSample(Mutex<Option<(Instant, Arc<Texts>)>>);

impl KeptSample {
    /// The links of the sample, as they are or were some seconds ago.
    pub(super) async fn links(&self, connection: &mut PgConnection) -> DbResult<Arc<Texts>> {
        let mut kept = self.0.lock().await;
        if let Some((at, links)) = kept.as_ref()
            && at.elapsed() < KEPT_FOR
        {
            return Ok(Arc::clone(links));
        }
        let links = Arc::new(Texts::of(sample(connection).await?));
        *kept = Some((Instant::now(), Arc::clone(&links)));
        Ok(links)
    }
}

/// What the sample says about a list.
#[derive(Debug)]
pub(super) struct Sample {
    texts: Arc<Texts>,
    /// Of each link of the sample, whether it meets the conditions, those of its profile aside.
    matching: Vec<bool>,
    /// Of each profile that links of the sample have.
    counts: Vec<Counts>,
    /// How many links of any profile have the words.
    by_words: usize,
}

/// Of the links of a profile, how many meet which conditions.
#[derive(Clone, Debug, Default)]
struct Counts {
    was_linked: usize,
    was_used: usize,
    matching: usize,
}

impl Sample {
    /// Judges the links of the sample by conditions.
    pub(super) fn about(texts: Arc<Texts>, conditions: &Conditions) -> Self {
        let words = conditions.words();
        let words: Vec<_> = words.into_iter().map(|word| texts.having(word)).collect();
        let (from, before) = (conditions.linked_from(), conditions.linked_before());
        let used_before = conditions.used_before();
        let mut matching = Vec::with_capacity(texts.links.len());
        let mut counts = vec![Counts::default(); texts.profiles.len()];
        let mut by_words = 0;
        for ((place, link), profile) in texts.links.iter().enumerate().zip(&texts.profile_of) {
            let has_words = words.iter().all(|having| having.get(place) == Some(&true));
            let was_linked = from <= link.linked_at && link.linked_at < before;
            let was_used = used_before.is_none_or(|before| link.last_used_at < before);
            let matches = has_words && was_linked && was_used;
            if let Some(counts) = counts.get_mut(*profile) {
                counts.was_linked += usize::from(was_linked);
                counts.was_used += usize::from(was_used);
                counts.matching += usize::from(matches);
            }
            by_words += usize::from(has_words);
            matching.push(matches);
        }
        Self {
            texts,
            matching,
            counts,
            by_words,
        }
    }

    fn sum(&self, profiles: &Profiles, count: impl Fn(&Counts) -> usize) -> usize {
        let counts = self.texts.profiles.iter().zip(&self.counts);
        let counts = counts.filter(|(profile, _)| profiles.has(**profile));
        counts.map(|(_, counts)| count(counts)).sum()
    }

    /// The links of the sample, with their texts.
    pub(super) const fn texts(&self) -> &Arc<Texts> {
        &self.texts
    }

    /// Whether so many links match, of these profiles, that it needn't be counted.
    pub(super) fn are_surely_many(&self, profiles: &Profiles) -> bool {
        self.sum(profiles, |counts| counts.matching) >= SURELY_MANY
    }

    /// About how many links there are, of any profile.
    pub(super) fn links(&self) -> u32 {
        stands_for(self.matching.len())
    }

    /// About how many links of these profiles match.
    pub(super) fn matching(&self, profiles: &Profiles) -> u32 {
        stands_for(self.sum(profiles, |counts| counts.matching))
    }

    /// About how many links of any profile have the words.
    pub(super) fn by_words(&self) -> u32 {
        stands_for(self.by_words)
    }

    /// About how many links of these profiles were linked at the times asked for.
    pub(super) fn by_linked(&self, profiles: &Profiles) -> u32 {
        stands_for(self.sum(profiles, |counts| counts.was_linked))
    }

    /// About how many links of these profiles were last used at the times asked for.
    pub(super) fn by_used(&self, profiles: &Profiles) -> u32 {
        stands_for(self.sum(profiles, |counts| counts.was_used))
    }

    /// When the links of the sample were linked that match, of these profiles, in order.
    pub(super) fn linked(&self, profiles: &Profiles) -> Vec<OffsetDateTime> {
        let links = self.texts.links.iter().zip(&self.matching);
        let links = links.filter(|(link, matches)| **matches && profiles.has(link.profile));
        let mut times: Vec<_> = links.map(|(link, _)| link.linked_at).collect();
        times.sort_unstable();
        times
    }

    /// How many links the smallest number stands for that isn't nothing.
    pub(super) const fn one_in() -> u32 {
        ONE_IN
    }

    /// About how many links lie ahead of the next that matches, of these profiles, on a walk through an order; all that
    /// lie ahead where no link of the sample does. `None` for an order that the sample doesn't know.
    pub(super) fn ahead(
        &self,
        profiles: &Profiles,
        (order, direction): (Order, Direction),
        start: &Start,
    ) -> Option<u32> {
        let places = self.texts.in_order(order)?;
        let is_ahead = |place: &usize| {
            let key = self.texts.key(order, *place);
            key.is_some_and(|key| start.is_before(&key, direction))
        };
        let matches = |place: &usize| {
            let profile = self.texts.links.get(*place).map(|link| link.profile);
            self.matching.get(*place) == Some(&true) && profile.is_some_and(|it| profiles.has(it))
        };
        let passed = match direction {
            Direction::Ascending => {
                let from = places.partition_point(|place| !is_ahead(place));
                let ahead = places.get(from..)?;
                ahead.iter().position(matches).unwrap_or(ahead.len())
            }
            Direction::Descending => {
                let ahead = places.get(..places.partition_point(is_ahead))?;
                let passed = ahead.iter().rev().position(matches);
                passed.unwrap_or(ahead.len())
            }
        };
        Some(stands_for(passed))
    }
}

/// How many links so many of the sample stand for.
fn stands_for(links: usize) -> u32 {
    u32::try_from(links)
        .unwrap_or(u32::MAX)
        .saturating_mul(ONE_IN)
}
