//! Walking through an order to the links of a page, where much matches.

use super::{
    costs::{cheapest, expected, sorting, walking},
    finding::Listing,
    sample::Sample,
};
use crate::{
    db::{
        DbResult,
        desk::links::{Conditions, Start, ranked, walk},
    },
    domain::desk::links::{Direction, Order, Place},
};

/// How many times farther than expected is walked before another way is thought of, and how far at least.
const FARTHER: u64 = 3;
const AT_LEAST: u64 = 2_000;

/// How many times farther still where that is no dearer than the other way.
const AS_FAR: u64 = 8;

/// So many links are walked to, however far away they are, rather than collected.
const MANY: u32 = 100_000;

impl Listing<'_> {
    /// What is found by walking, rank by rank.
    pub(super) async fn walked(&mut self, sample: &Sample) -> DbResult<Vec<Place>> {
        let mut found = Vec::new();
        for (rank, after) in self.ranks() {
            let most = self.most - u16::try_from(found.len()).unwrap_or(self.most);
            let conditions = self.of_rank(rank);
            let places = if self.has_ranks() {
                self.through_rank(sample, &conditions, after, most, rank)
                    .await?
            } else {
                self.through_order(sample, &conditions, after, most, rank)
                    .await?
            };
            found.extend(places);
            if found.len() >= usize::from(self.most) {
                break;
            }
        }
        Ok(found)
    }

    /// Of an order: walks as far as it takes where matches lie evenly. What doesn't come soon is at the end of the
    /// list, or far away in this order: it is collected, unless it is very much.
    async fn through_order(
        &mut self,
        sample: &Sample,
        conditions: &Conditions,
        after: Option<Place>,
        most: u16,
        rank: u8,
    ) -> DbResult<Vec<Place>> {
        let start = start(conditions, after.as_ref(), self.order(), self.direction);
        let way = cheapest(sample, conditions);
        let collecting = way.cost + sorting(way, sample, conditions, self.order());
        let walk = (self.order(), self.direction);
        let expected = expected(sample, conditions, walk, &start, most);
        let nearby = (FARTHER * expected).max(AT_LEAST);
        if walking(expected) < collecting {
            for reach in [nearby, AS_FAR * nearby] {
                if reach > nearby && walking(reach) > collecting {
                    break;
                }
                let found = self.within(reach, conditions, &start, most, rank).await?;
                if let Some(places) = found {
                    return Ok(places);
                }
            }
        }
        if way.links > MANY {
            return self.all_the_way(conditions, &start, most, rank).await;
        }
        let collected = self.collected(sample, way.driver, conditions, after, (i64::MAX, most));
        Ok(collected.await?.1)
    }

    /// Of a rank: of which links may all lie far away in the order of linking, so that its own are walked past and
    /// no others, unless it has most of all.
    async fn through_rank(
        &mut self,
        sample: &Sample,
        conditions: &Conditions,
        after: Option<Place>,
        most: u16,
        rank: u8,
    ) -> DbResult<Vec<Place>> {
        let order = Order::Linked;
        let start = start(conditions, after.as_ref(), order, self.direction);
        let of_rank = sample.by_linked(&conditions.profiles);
        if of_rank > sample.links() / 3 {
            let walk = (order, self.direction);
            let expected = expected(sample, conditions, walk, &start, most);
            let reach = (FARTHER * expected).max(AT_LEAST);
            let found = self.within(reach, conditions, &start, most, rank).await?;
            if let Some(places) = found {
                return Ok(places);
            }
        }
        let way = cheapest(sample, conditions);
        let matching = sample.matching(&conditions.profiles).max(Sample::one_in());
        // As many as one of the sample stands for, and the links between them.
        let passed = u64::from(of_rank) * u64::from(Sample::one_in()) / u64::from(matching);
        if way.cost + sorting(way, sample, conditions, order) < walking(passed) {
            let collected = self.collected(sample, way.driver, conditions, after, (i64::MAX, most));
            return Ok(collected.await?.1);
        }
        let mut start = start;
        let mut found = Vec::new();
        for end in self.stages(sample, conditions, &start) {
            let wanted = most - u16::try_from(found.len()).unwrap_or(most);
            let (direction, range) = (self.direction, (&start, &end));
            let places = ranked(self.connection, conditions, direction, range, wanted, rank);
            found.extend(places.await?);
            if found.len() >= usize::from(most) {
                break;
            }
            start = end;
        }
        Ok(found)
    }

    /// Where the stages of a walk through a rank end: at links of the sample that match, and at the end.
    fn stages(&self, sample: &Sample, conditions: &Conditions, start: &Start) -> Vec<Start> {
        let direction = self.direction;
        let mut times = sample.linked(&conditions.profiles);
        if direction == Direction::Descending {
            times.reverse();
        }
        let ahead = times.into_iter().filter(|time| match direction {
            Direction::Ascending => *time > start.time(),
            Direction::Descending => *time < start.time(),
        });
        let ahead: Vec<_> = ahead.collect();
        let ends = [0, 2, 8, 32, 128]
            .iter()
            .filter_map(|place| ahead.get(*place));
        ends.map(|time| Start::with_time(*time, direction))
            .chain([Start::with(None, direction)])
            .collect()
    }

    /// The next links, if there are as many as wanted among the next so many of each side.
    pub(super) async fn within(
        &mut self,
        reach: u64,
        conditions: &Conditions,
        start: &Start,
        most: u16,
        rank: u8,
    ) -> DbResult<Option<Vec<Place>>> {
        let reach = i64::try_from(reach).unwrap_or(i64::MAX);
        let found = self.sides(reach, conditions, start, most, rank).await?;
        Ok(Some(found).filter(|found| found.len() == usize::from(most)))
    }

    /// The next links, however far away they are.
    pub(super) async fn all_the_way(
        &mut self,
        conditions: &Conditions,
        start: &Start,
        most: u16,
        rank: u8,
    ) -> DbResult<Vec<Place>> {
        self.sides(i64::MAX, conditions, start, most, rank).await
    }

    /// The next links of both sides: those of the first as far as it is reached, and as many as are wanted or
    /// none; those of the second no farther than the first has led.
    async fn sides(
        &mut self,
        reach: i64,
        conditions: &Conditions,
        start: &Start,
        most: u16,
        rank: u8,
    ) -> DbResult<Vec<Place>> {
        let (order, direction) = (self.order(), self.direction);
        let mut found: Vec<Place> = Vec::new();
        for side in conditions.sides() {
            let is_full = found.len() == usize::from(most);
            let end = match found.last().filter(|_| is_full) {
                Some(last) => Start::with(Some(last), direction),
                None => end(conditions, order, direction),
            };
            let reach = if is_full { i64::MAX } else { reach };
            let places = walk(
                self.connection,
                (conditions, side),
                (order, direction),
                (start, &end),
                (reach, most),
                rank,
            );
            found.extend(places.await?);
            if found.len() < usize::from(most) && reach < i64::MAX {
                // What is behind the reach of this side may come before what the other one has.
                return Ok(Vec::new());
            }
            found.sort_unstable();
            if direction == Direction::Descending {
                found.reverse();
            }
            found.truncate(usize::from(most));
        }
        Ok(found)
    }
}

/// Where a walk begins: behind the place, and not before the first link that can match. A link is never
/// used before it is made, in the list.
pub(super) fn start(
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

/// Where a walk ends: with the last link that can match.
fn end(conditions: &Conditions, order: Order, direction: Direction) -> Start {
    let used_before = conditions.used_before();
    let linked_before = conditions.linked_before();
    let last = match (order, direction) {
        (Order::Linked, Direction::Ascending) => {
            Some(used_before.unwrap_or(linked_before).min(linked_before))
        }
        (Order::Used, Direction::Ascending) => used_before,
        (Order::Linked | Order::Used, Direction::Descending) => Some(conditions.linked_from()),
        _ => None,
    };
    match last {
        Some(time) => Start::with_time(time, direction),
        None => Start::with(None, direction),
    }
}
