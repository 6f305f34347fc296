//! Where a walk through an order begins and ends.

use time::{OffsetDateTime, macros::datetime};

use crate::domain::desk::links::{Direction, Key, Place};

/// Before every time that the database holds.
pub(super) const EARLIEST: OffsetDateTime = datetime!(0001-01-01 0:00 UTC);

/// After every time that the database holds.
pub(super) const LATEST: OffsetDateTime = datetime!(9999-12-31 23:59:59 UTC);

/// After every text that people have in their names.
const LAST_TEXT: &str = "\u{10FFFF}\u{10FFFF}\u{10FFFF}\u{10FFFF}";

/// Where a walk through an order begins, behind this key and number; or with which it ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Start {
    text: String,
    time: OffsetDateTime,
    pub(super) n: i32,
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

    /// The end of a walk that ends with a place; behind everything when there is none.
    pub fn with(place: Option<&Place>, direction: Direction) -> Self {
        Self::behind(place, direction.reversed())
    }

    /// The end of a walk that ends with the last link of a time.
    pub fn with_time(time: OffsetDateTime, direction: Direction) -> Self {
        let end = Self::with(None, direction);
        Self { time, ..end }
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

    /// Whether what is sorted by this key, and isn't the place itself, comes behind it.
    pub fn is_before(&self, key: &Key, direction: Direction) -> bool {
        let order = match key {
            Key::Text(text) => text.cmp(&self.text),
            Key::Time(time) => time.cmp(&self.time),
        };
        match direction {
            Direction::Ascending => order.is_gt(),
            Direction::Descending => order.is_lt(),
        }
    }

    /// The text, in an order of texts.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The time, in an order of times.
    pub const fn time(&self) -> OffsetDateTime {
        self.time
    }
}
