//! Which links a page shows, and how many there are.

use std::collections::BTreeSet;

use sqlx::PgConnection;

use super::{
    costs::{cheapest, expected, sorting, walking},
    finders::finders,
    sample::{KeptSample, Sample},
    walking::start,
};
use crate::{
    db::{
        DbResult,
        desk::links::{
            Asked, Conditions, Driver, Source, Start, by_profile, collect, count, count_matching,
        },
    },
    domain::desk::links::{Direction, MOST_COUNTED, Order, Place, Sort, Total},
};

/// So many profiles make it likely that their links are close together in any order: so many links of all
/// profiles are then walked past first.
const MANY_PROFILES: usize = 40;
const NEARBY: u64 = 1_000;

/// A list, and the part of it that is wanted.
pub(super) struct Listing<'a> {
    pub(super) connection: &'a mut PgConnection,
    pub(super) kept: &'a KeptSample,
    pub(super) conditions: Conditions,
    pub(super) counted: bool,
    pub(super) is_open: bool,
    pub(super) is_told_by_profile: bool,
    pub(super) sort: Sort,
    pub(super) direction: Direction,
    pub(super) after: Option<Place>,
    pub(super) most: u16,
    /// By what the index of words is asked, once somebody has thought about it.
    pub(super) finders: Option<Vec<String>>,
}

impl Listing<'_> {
    pub(super) async fn find(&mut self) -> DbResult<(Total, Vec<Place>)> {
        if self.conditions.profiles.is_empty() {
            return Ok((Total::Exactly(0), Vec::new()));
        }
        let texts = self.kept.links(self.connection).await?;
        let sample = Sample::about(texts, &self.conditions);
        let are_many = sample.are_surely_many(&self.conditions.profiles);
        if self.is_told_by_profile {
            let total = if are_many {
                Total::More
            } else {
                self.counted_by_profile().await?
            };
            return Ok((total, self.told_by_profile().await?));
        }
        if let Some(source) = self.conditions.of_roster() {
            // As many as the people of a firm: all of them are collected.
            let (conditions, after) = (self.conditions.clone(), self.after.clone());
            let most = (i64::MAX, self.most);
            let collected = self.collected_from(source, &conditions, after, most);
            let (counted, places) = collected.await?;
            return Ok((total(counted), places));
        }
        if are_many {
            return Ok((Total::More, self.walked(&sample).await?));
        }
        self.counted(&sample).await
    }

    /// How many links have the profiles, for whom wants to know.
    async fn counted_by_profile(&mut self) -> DbResult<Total> {
        let most = if self.counted {
            i64::from(MOST_COUNTED)
        } else {
            0
        };
        let counted = count(self.connection, &self.conditions.profiles, most).await?;
        Ok(total(counted))
    }

    /// Counts what may be few, and finds the page at once where that isn't dearer than to walk to it.
    async fn counted(&mut self, sample: &Sample) -> DbResult<(Total, Vec<Place>)> {
        let conditions = self.conditions.clone();
        let way = cheapest(sample, &conditions);
        let collecting = way.cost + sorting(way, sample, &conditions, self.order());
        let counting = if self.counted {
            way.cost_of(sample.matching(&conditions.profiles), MOST_COUNTED)
        } else {
            0
        };
        let (walk, after) = ((self.order(), self.direction), self.after.clone());
        let start = start(&conditions, after.as_ref(), walk.0, walk.1);
        let expected = expected(sample, &conditions, walk, &start, self.most);
        // A walk that is expected to be short may be long.
        if collecting <= counting + 2 * walking(expected) {
            let most = (i64::MAX, self.most);
            let collected = self.collected(sample, way.driver, &conditions, after, most);
            let (counted, places) = collected.await?;
            return Ok((total(counted), places));
        }
        let counted = if self.counted {
            let found = self.found_by(sample, way.driver, &conditions);
            let limit = i64::from(MOST_COUNTED) + 1;
            count_matching(self.connection, way.driver, &found, limit).await?
        } else {
            0
        };
        Ok((total(counted), self.walked(sample).await?))
    }

    /// The conditions, with what the index of words is to be asked where it leads to the links.
    fn found_by(&mut self, sample: &Sample, driver: Driver, conditions: &Conditions) -> Conditions {
        let conditions = conditions.clone();
        if driver != Driver::Words {
            return conditions;
        }
        let finders = self
            .finders
            .get_or_insert_with(|| finders(sample.texts(), &conditions.words()));
        conditions.found_by(finders)
    }

    /// What the profiles alone tell, rank by rank.
    async fn told_by_profile(&mut self) -> DbResult<Vec<Place>> {
        let mut found = Vec::new();
        for (rank, after) in self.ranks() {
            let most = self.most - u16::try_from(found.len()).unwrap_or(self.most);
            let (order, direction) = (self.order(), self.direction);
            let start = Start::behind(after.as_ref(), direction);
            let conditions = self.of_rank(rank);
            if self.is_open && !self.has_ranks() {
                return self.all_the_way(&conditions, &start, most, rank).await;
            }
            let profiles = &conditions.profiles;
            if profiles.iter().count() >= MANY_PROFILES {
                let nearby = self.within(NEARBY, &conditions, &start, most, rank);
                if let Some(places) = nearby.await? {
                    found.extend(places);
                    break;
                }
            }
            let order = (order, direction);
            let places = by_profile(self.connection, profiles, order, &start, most, rank);
            found.extend(places.await?);
            if found.len() >= usize::from(self.most) {
                break;
            }
        }
        Ok(found)
    }

    /// Collects what matches, up to a limit, and gives at most so many of them.
    pub(super) async fn collected(
        &mut self,
        sample: &Sample,
        driver: Driver,
        conditions: &Conditions,
        after: Option<Place>,
        (limit, most): (i64, u16),
    ) -> DbResult<(i64, Vec<Place>)> {
        let conditions = self.found_by(sample, driver, conditions);
        self.collected_from(Source::By(driver), &conditions, after, (limit, most))
            .await
    }

    async fn collected_from(
        &mut self,
        source: Source,
        conditions: &Conditions,
        after: Option<Place>,
        (limit, most): (i64, u16),
    ) -> DbResult<(i64, Vec<Place>)> {
        let asked = Asked {
            conditions,
            sort: self.sort,
            direction: self.direction,
            after: after.as_ref(),
            limit,
            most,
        };
        collect(self.connection, source, &asked).await
    }

    pub(super) const fn order(&self) -> Order {
        self.sort.order()
    }

    /// Whether links are sorted by their profiles first.
    pub(super) const fn has_ranks(&self) -> bool {
        matches!(
            self.sort,
            Sort::Status | Sort::Role | Sort::Method | Sort::Matched | Sort::Drift
        )
    }

    /// The ranks that are still to come, in order, each with the place that it is continued from.
    pub(super) fn ranks(&self) -> Vec<(u8, Option<Place>)> {
        let profiles = self.conditions.profiles.iter();
        let ranks: BTreeSet<u8> = profiles.map(|profile| self.sort.rank(profile)).collect();
        let after = self.after.as_ref();
        let to_come = ranks.into_iter().filter_map(|rank| match after {
            None => Some((rank, None)),
            Some(place) if place.rank == rank => Some((rank, Some(place.clone()))),
            Some(place) if (place.rank < rank) == (self.direction == Direction::Ascending) => {
                Some((rank, None))
            }
            Some(_) => None,
        });
        let mut to_come: Vec<_> = to_come.collect();
        if self.direction == Direction::Descending {
            to_come.reverse();
        }
        to_come
    }

    pub(super) fn of_rank(&self, rank: u8) -> Conditions {
        if self.has_ranks() {
            let sort = self.sort;
            self.conditions.only(|profile| sort.rank(profile) == rank)
        } else {
            self.conditions.clone()
        }
    }
}

fn total(counted: i64) -> Total {
    match u32::try_from(counted) {
        Ok(counted) if counted <= MOST_COUNTED => Total::Exactly(counted),
        _ => Total::More,
    }
}
