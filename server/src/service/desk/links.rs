//! The list of links: a page of it, and how many there are.
//!
//! Which question is asked is decided by what a fixed sample of the links says, so that none reads much
//! more than it shows; `db/desk/PLANS.md` states what each costs at worst.

use std::collections::BTreeSet;

use sqlx::PgConnection;

use crate::{
    db::{
        DbResult,
        desk::links::{
            Asked, Conditions, Driver, LinkRow, Sample, Start, by_profile, collect, count, know,
            rows, sample, walk,
        },
    },
    domain::desk::links::{Direction, Filter, MOST_COUNTED, Order, Place, Sort, Total, Window},
    service::{ServiceError, Services},
};

/// How many links are walked past, at most, before another way is thought of.
const REACH: i64 = 20_000;

/// So many links are collected rather than walked to.
const FEW: u32 = 5_000;

/// So many are walked to ten times as far before they are collected.
const SOME: u32 = 30_000;

/// So many are walked to, however far away they are, rather than collected.
const MANY: u32 = 100_000;

/// A page of the list.
#[derive(Debug)]
pub struct Page {
    /// How many links the list has; `None` when it wasn't asked for.
    pub total: Option<Total>,
    /// The links, in the order of the window.
    pub rows: Vec<LinkRow>,
    /// Their places.
    pub places: Vec<Place>,
    /// Whether there are more behind them.
    pub more: bool,
    /// Whether the search has only words that are too short to be found: nothing is shown then.
    pub too_short: bool,
}

/// A page of the links that a filter shows, and how many it shows in all.
pub async fn page(
    services: &Services,
    filter: &Filter,
    window: &Window,
) -> Result<Page, ServiceError> {
    read(services, filter, window, true).await
}

/// A page of the links that a filter shows, for whoever has the number already.
pub async fn uncounted(
    services: &Services,
    filter: &Filter,
    window: &Window,
) -> Result<Page, ServiceError> {
    read(services, filter, window, false).await
}

async fn read(
    services: &Services,
    filter: &Filter,
    window: &Window,
    counted: bool,
) -> Result<Page, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let known = know(&mut connection, &filter.words).await?;
    let too_short = !filter.words.is_empty() && !known.is_searchable;
    let mut listing = Listing {
        connection: &mut connection,
        conditions: Conditions::new(
            known.profiles.only(|profile| filter.takes(profile)),
            known.patterns,
            filter.times(services.now()),
        ),
        counted,
        is_open: filter.is_open(),
        is_told_by_profile: filter.is_told_by_profile(),
        sort: window.sort,
        direction: window.direction,
        after: window.after.clone(),
        most: window.most.saturating_add(1),
    };
    let (total, mut places) = if too_short {
        (Total::Exactly(0), Vec::new())
    } else {
        listing.find().await?
    };
    let more = places.len() > usize::from(window.most);
    places.truncate(usize::from(window.most));
    let rows = rows(&mut connection, &places).await?;
    connection.give_back();
    Ok(Page {
        total: Some(total).filter(|_| counted),
        rows,
        places,
        more,
        too_short,
    })
}

/// A list, and the part of it that is wanted.
struct Listing<'a> {
    connection: &'a mut PgConnection,
    conditions: Conditions,
    counted: bool,
    is_open: bool,
    is_told_by_profile: bool,
    sort: Sort,
    direction: Direction,
    after: Option<Place>,
    most: u16,
}

impl Listing<'_> {
    async fn find(&mut self) -> DbResult<(Total, Vec<Place>)> {
        if self.conditions.profiles.is_empty() {
            return Ok((Total::Exactly(0), Vec::new()));
        }
        if self.is_told_by_profile {
            let most = if self.counted {
                i64::from(MOST_COUNTED)
            } else {
                0
            };
            let counted = count(self.connection, &self.conditions.profiles, most).await?;
            return Ok((total(counted), self.told_by_profile().await?));
        }
        let sample = sample(self.connection, &self.conditions).await?;
        if !sample.are_surely_many(&self.conditions.profiles) {
            let limit = i64::from(MOST_COUNTED) + 1;
            let conditions = self.conditions.clone();
            let (counted, places) = self
                .collected(&sample, &conditions, self.after.clone(), limit, self.most)
                .await?;
            if let Total::Exactly(counted) = total(counted) {
                return Ok((Total::Exactly(counted), places));
            }
        }
        Ok((Total::More, self.walked(&sample).await?))
    }

    /// What the profiles alone tell, rank by rank.
    async fn told_by_profile(&mut self) -> DbResult<Vec<Place>> {
        let mut found = Vec::new();
        for (rank, after) in self.ranks() {
            let most = self.most - u16::try_from(found.len()).unwrap_or(self.most);
            let (order, direction) = (self.order(), self.direction);
            let start = Start::behind(after.as_ref(), direction);
            let conditions = self.of_rank(rank);
            found.extend(if self.is_open && !self.has_ranks() {
                let reach = (i64::MAX, most);
                walk(
                    self.connection,
                    &conditions,
                    (order, direction),
                    &start,
                    reach,
                    rank,
                )
                .await?
            } else {
                let profiles = &conditions.profiles;
                by_profile(
                    self.connection,
                    profiles,
                    (order, direction),
                    &start,
                    most,
                    rank,
                )
                .await?
            });
            if found.len() >= usize::from(self.most) {
                break;
            }
        }
        Ok(found)
    }

    /// What is found by walking through the order, where much matches, rank by rank.
    async fn walked(&mut self, sample: &Sample) -> DbResult<Vec<Place>> {
        let mut found = Vec::new();
        for (rank, after) in self.ranks() {
            let most = self.most - u16::try_from(found.len()).unwrap_or(self.most);
            let (order, direction) = (self.order(), self.direction);
            let conditions = self.of_rank(rank);
            let start = start(&conditions, after.as_ref(), order, direction);
            let order = (order, direction);
            let (to_collect, _) = cheapest(sample, &conditions);
            let mut places = Vec::new();
            // What doesn't come soon is at the end of the list, or far away in this order. The more there
            // is to collect, the further is walked instead.
            for (worth, reach) in [(FEW, REACH), (SOME, 10 * REACH), (MANY, i64::MAX)] {
                if to_collect > worth && places.len() < usize::from(most) {
                    let reach = (reach, most);
                    places = walk(self.connection, &conditions, order, &start, reach, rank).await?;
                }
            }
            if to_collect <= MANY && places.len() < usize::from(most) {
                let after = after.or_else(|| self.after.clone());
                let collected = self.collected(sample, &conditions, after, i64::MAX, most);
                places = collected.await?.1;
            }
            found.extend(places);
            if found.len() >= usize::from(self.most) {
                break;
            }
        }
        Ok(found)
    }

    /// Collects what matches by the way that leads past the least.
    async fn collected(
        &mut self,
        sample: &Sample,
        conditions: &Conditions,
        after: Option<Place>,
        limit: i64,
        most: u16,
    ) -> DbResult<(i64, Vec<Place>)> {
        let asked = Asked {
            conditions,
            sort: self.sort,
            direction: self.direction,
            after: after.as_ref(),
            limit,
            most,
        };
        let (_, driver) = cheapest(sample, conditions);
        collect(self.connection, driver, &asked).await
    }

    const fn order(&self) -> Order {
        self.sort.order()
    }

    /// Whether links are sorted by their profiles first.
    fn has_ranks(&self) -> bool {
        matches!(
            self.sort,
            Sort::Status | Sort::Role | Sort::Method | Sort::Matched | Sort::Drift
        )
    }

    /// The ranks that are still to come, in order, each with the place that it is continued from.
    fn ranks(&self) -> Vec<(u8, Option<Place>)> {
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

    fn of_rank(&self, rank: u8) -> Conditions {
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

/// The way that leads to what matches past the least of what doesn't, and past about how many links.
fn cheapest(sample: &Sample, conditions: &Conditions) -> (u32, Driver) {
    let by_linked = (sample.by_linked(&conditions.profiles), Driver::Linked);
    let by_words = conditions
        .searches()
        .then(|| (sample.by_words(), Driver::Words));
    // Each of these is looked up in the other table besides.
    let by_used = conditions.used_before().map(|_| {
        let links = sample.by_used(&conditions.profiles);
        (links.saturating_mul(2), Driver::Used)
    });
    let others = by_words.into_iter().chain(by_used);
    others.fold(
        by_linked,
        |best, other| if other.0 <= best.0 { other } else { best },
    )
}

/// Where a walk begins: behind the place, and not before the first link that can match. A link is never
/// used before it is made, in the list.
fn start(
    conditions: &Conditions,
    after: Option<&Place>,
    order: Order,
    direction: Direction,
) -> Start {
    let start = Start::behind(after, direction);
    let from = conditions.linked_from();
    let before = conditions.linked_before();
    match (order, direction) {
        (Order::Linked | Order::Used, Direction::Ascending) => start.not_before(from, direction),
        (Order::Linked, Direction::Descending) => {
            let latest = conditions.used_before().unwrap_or(before).min(before);
            start.not_before(latest, direction)
        }
        (Order::Used, Direction::Descending) => match conditions.used_before() {
            Some(latest) => start.not_before(latest, direction),
            None => start,
        },
        _ => start,
    }
}
