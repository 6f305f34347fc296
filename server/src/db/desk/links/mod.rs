//! The list of links, from its projection: which links a page shows, how many there are, and the rows.
//!
//! `PLANS.md` beside this room says which question is asked when, and what each costs.

mod by_profile;
mod collect;
mod conditions;
mod rows;
mod sample;
mod walk;

use time::{OffsetDateTime, macros::datetime};

pub use self::{
    by_profile::{by_profile, count},
    collect::{Asked, Driver, collect},
    conditions::{Conditions, Known, know},
    rows::{LinkRow, Review, rows},
    sample::{Sample, sample},
    walk::walk,
};
use crate::domain::desk::links::{Direction, Key, Order, Place};

/// Before every time that the database holds.
const EARLIEST: OffsetDateTime = datetime!(0001-01-01 0:00 UTC);

/// After every time that the database holds.
const LATEST: OffsetDateTime = datetime!(9999-12-31 23:59:59 UTC);

/// After every text that people have in their names.
const LAST_TEXT: &str = "\u{10FFFF}\u{10FFFF}\u{10FFFF}\u{10FFFF}";

/// Where a walk through an order begins: behind this key and number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Start {
    text: String,
    time: OffsetDateTime,
    n: i32,
}

impl Start {
    /// Behind a place; before everything when there is none.
    pub fn behind(place: Option<&Place>, direction: Direction) -> Self {
        let (text, time, n) = match direction {
            Direction::Ascending => (String::new(), EARLIEST, -1),
            Direction::Descending => (LAST_TEXT.to_owned(), LATEST, i32::MAX),
        };
        match place {
            None => Self { text, time, n },
            Some(place) => match &place.key {
                Key::Text(text) => Self {
                    text: text.clone(),
                    time,
                    n: place.n,
                },
                Key::Time(time) => Self {
                    text,
                    time: *time,
                    n: place.n,
                },
            },
        }
    }

    /// Behind this time as well.
    #[must_use]
    pub fn not_before(mut self, time: OffsetDateTime, direction: Direction) -> Self {
        let is_further = match direction {
            Direction::Ascending => time > self.time,
            Direction::Descending => time < self.time,
        };
        if is_further {
            self.time = time;
            self.n = match direction {
                Direction::Ascending => -1,
                Direction::Descending => i32::MAX,
            };
        }
        self
    }
}

/// Whether an order is one of texts.
const fn is_text(order: Order) -> bool {
    matches!(order, Order::Person | Order::Email | Order::ClioEmail)
}
