//! Places in a list of links, and the pages between them.

use std::fmt;

use time::OffsetDateTime;

use super::{Direction, Order, Sort};

/// How many links are counted exactly; beyond, it is "more than".
pub const MOST_COUNTED: u32 = 10_000;

/// What a list is sorted by, of one link.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// A folded text.
    Text(String),
    /// A time.
    Time(OffsetDateTime),
}

impl From<String> for Key {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<OffsetDateTime> for Key {
    fn from(time: OffsetDateTime) -> Self {
        Self::Time(time)
    }
}

/// A place in a sorted list: that of a link.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The rank of its profile.
    pub rank: u8,
    /// What it is sorted by.
    pub key: Key,
    /// Its number in the list, which tells apart what is sorted alike.
    pub n: i32,
}

impl Place {
    /// Reads what [`Place::to_string`] wrote, for a list sorted so; `None` for anything else.
    pub fn read(text: &str, sort: Sort) -> Option<Self> {
        let (rank, rest) = text.split_once('.')?;
        let (n, key) = rest.split_once('.')?;
        let is_text = matches!(
            sort.order(),
            Order::Person | Order::Email | Order::ClioEmail
        );
        let key = match key.strip_prefix('~') {
            Some(text) if is_text && !text.contains('\0') => Key::Text(text.to_owned()),
            None if !is_text => {
                let micros: i64 = key.parse().ok()?;
                let nanos = i128::from(micros) * 1_000;
                Key::Time(OffsetDateTime::from_unix_timestamp_nanos(nanos).ok()?)
            }
            _ => return None,
        };
        Some(Self {
            rank: rank.parse().ok()?,
            key,
            n: n.parse().ok()?,
        })
    }
}

/// For URLs.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rank, key, n } = self;
        match key {
            Key::Text(text) => write!(f, "{rank}.{n}.~{text}"),
            // The database's times are whole microseconds.
            Key::Time(time) => write!(f, "{rank}.{n}.{}", time.unix_timestamp_nanos() / 1_000),
        }
    }
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// By what.
    pub sort: Sort,
    /// In which direction the list is read.
    pub direction: Direction,
    /// The links behind this place; from the beginning on when `None`.
    pub after: Option<Place>,
    /// At most so many.
    pub most: u16,
}

/// How many links a list has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Total {
    /// Exactly so many.
    Exactly(u32),
    /// More than [`MOST_COUNTED`].
    More,
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn places_are_read_as_they_are_written() {
        let text = Place {
            rank: 0,
            key: Key::Text("o'brien ~ø.".to_owned()),
            n: 7,
        };
        let time = Place {
            rank: 3,
            key: Key::Time(datetime!(2026-11-22 15:00:00.000001 UTC)),
            n: 1,
        };
        assert_eq!(
            Place::read(&text.to_string(), Sort::Email),
            Some(text.clone())
        );
        assert_eq!(
            Place::read(&time.to_string(), Sort::Role),
            Some(time.clone())
        );
        assert_eq!(Place::read(&text.to_string(), Sort::Role), None);
        assert_eq!(Place::read(&time.to_string(), Sort::Email), None);
        for text in [
            "",
            ".",
            "..",
            "0.1",
            "0.x.5",
            "256.1.5",
            "0.1.99999999999999999999",
            "0.1.~\0",
        ] {
            assert_eq!(Place::read(text, Sort::Linked), None, "{text:?}");
            assert_eq!(Place::read(text, Sort::Person), None, "{text:?}");
        }
    }
}
