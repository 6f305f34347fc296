//! About what the ways to a list's links cost, by what a sample says: in nanoseconds, in round figures that
//! need only tell the ways apart; see `db/desk/PLANS.md`.

use super::sample::Sample;
use crate::{
    db::desk::links::{Conditions, Driver, Start},
    domain::desk::links::{Direction, Order},
};

/// Walking past a link in an order, with its texts looked at.
const PASSED: u64 = 500;

/// Finding a link by its words, and reading its row.
const BY_WORDS: u64 = 800;

/// Finding a link by its profile and a time, with its texts looked at.
const BY_TIME: u64 = 450;

/// Looking up when a link was last used.
const LAST_USE: u64 = 1_500;

/// Looking up a link's row.
const ROW: u64 = 3_000;

/// Keeping what a link is sorted by, and sorting it.
const SORTED: u64 = 500;

/// A way to the links that match.
#[derive(Clone, Copy, Debug)]
pub(super) struct Way {
    pub(super) driver: Driver,
    /// About how many links it leads past.
    pub(super) links: u32,
    /// To the last of them.
    pub(super) cost: u64,
}

impl Way {
    /// What it costs to go as far as to so many of the links that match.
    pub(super) fn cost_of(&self, matching: u32, most: u32) -> u64 {
        self.cost * u64::from(most) / u64::from(matching.max(most))
    }
}

/// The way that leads cheapest to all links that match.
pub(super) fn cheapest(sample: &Sample, conditions: &Conditions) -> Way {
    let way = |driver, links: u32, each: u64| Way {
        driver,
        links,
        cost: u64::from(links) * each,
    };
    let profiles = &conditions.profiles;
    let is_dormant = conditions.used_before().is_some();
    // Who is led to by something else is looked up for the last use, once all else matches.
    let looked_up = if is_dormant {
        u64::from(sample.matching(profiles)) * LAST_USE
    } else {
        0
    };
    let by_linked = way(Driver::Linked, sample.by_linked(profiles), BY_TIME);
    let by_words = conditions
        .searches()
        .then(|| way(Driver::Words, sample.by_words(), BY_WORDS));
    let by_used = is_dormant.then(|| way(Driver::Used, sample.by_used(profiles), BY_TIME));
    let others = by_words.into_iter().chain([by_linked]).map(|way| Way {
        cost: way.cost + looked_up,
        ..way
    });
    let ways = others.chain(by_used);
    ways.min_by_key(|way| way.cost).unwrap_or(by_linked)
}

/// What it costs to sort the links that a way leads to, beside finding them.
pub(super) fn sorting(way: Way, sample: &Sample, conditions: &Conditions, order: Order) -> u64 {
    let looked_up = match (way.driver, order) {
        (Driver::Used, Order::Used) | (Driver::Linked | Driver::Used, Order::Linked) => 0,
        (_, Order::Used) => LAST_USE,
        (Driver::Words, _) => 0,
        (Driver::Linked | Driver::Used, _) => ROW,
    };
    u64::from(sample.matching(&conditions.profiles)) * (SORTED + looked_up)
}

/// What it costs to walk past so many links.
pub(super) const fn walking(links: u64) -> u64 {
    links * PASSED
}

/// How many links of all profiles a walk passes until it has met `most` that match: more than if they lay evenly
/// where the sample has the next of them far away.
pub(super) fn expected(
    sample: &Sample,
    conditions: &Conditions,
    walk: (Order, Direction),
    start: &Start,
    most: u16,
) -> u64 {
    let profiles = &conditions.profiles;
    // Where the sample has none there may still be some.
    let matching = u64::from(sample.matching(profiles).max(Sample::one_in() / 2).max(1));
    let links = u64::from(sample.links());
    let evenly = u64::from(most) * links / matching;
    match sample.ahead(profiles, walk, start) {
        Some(ahead) => {
            let far = 2 * u64::from(Sample::one_in()) * links / matching;
            evenly.max(u64::from(ahead).saturating_sub(far))
        }
        None => evenly,
    }
}
