//! Which links a list shows, and in what order.

use std::fmt;

use time::{Date, Duration, OffsetDateTime};

use super::profile::{LinkMethod, Origin, Profile};
use crate::domain::account::{Role, Status};

/// The shortest word that a search can find by itself, in characters.
pub const SHORTEST_WORD: usize = 3;

/// How many links are counted exactly; beyond, it is "more than".
pub const MOST_COUNTED: u32 = 10_000;

/// Which links a list shows. An empty list of values is every value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Connected ones, disconnected ones, or both.
    pub connection: Connection,
    /// The states of the account.
    pub statuses: Vec<Status>,
    /// The roles of the account.
    pub roles: Vec<Role>,
    /// How the link was proved.
    pub methods: Vec<LinkMethod>,
    /// What made the account.
    pub origins: Vec<Origin>,
    /// Whether somebody has reviewed the link.
    pub reviewed: Option<bool>,
    /// Whether Clio last said another e-mail than the account has.
    pub drifted: Option<bool>,
    /// Not used for so many days.
    pub dormant_days: Option<u16>,
    /// Linked on this day, UTC, or later.
    pub linked_from: Option<Date>,
    /// Linked on this day, UTC, or before.
    pub linked_to: Option<Date>,
    /// What each is a part of the names or one of the e-mails, case and accents aside; as typed.
    pub words: Vec<String>,
}

/// Whether a login is connected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Connection {
    /// It is.
    #[default]
    Connected,
    /// It was.
    Disconnected,
    /// It is or was.
    Either,
}

impl Filter {
    /// Whether links of a profile are shown, as far as the profile says.
    pub fn takes(&self, profile: Profile) -> bool {
        fn has<T: PartialEq>(values: &[T], value: &T) -> bool {
            values.is_empty() || values.contains(value)
        }
        let connected = match self.connection {
            Connection::Connected => !profile.is_gone(),
            Connection::Disconnected => profile.is_gone(),
            Connection::Either => true,
        };
        connected
            && has(&self.statuses, &profile.status())
            && has(&self.roles, &profile.role())
            && has(&self.methods, &profile.method())
            && has(&self.origins, &profile.origin())
            && self.reviewed.is_none_or(|is| is == profile.is_reviewed())
            && self.drifted.is_none_or(|has| has == profile.has_drifted())
    }

    /// Whether the profile alone says what is shown.
    pub const fn is_told_by_profile(&self) -> bool {
        self.dormant_days.is_none()
            && self.linked_from.is_none()
            && self.linked_to.is_none()
            && self.words.is_empty()
    }

    /// Whether everything of the chosen connection is shown.
    pub const fn is_open(&self) -> bool {
        self.is_told_by_profile()
            && self.statuses.is_empty()
            && self.roles.is_empty()
            && self.methods.is_empty()
            && self.origins.is_empty()
            && self.reviewed.is_none()
            && self.drifted.is_none()
    }

    /// The times that it speaks of, seen from `now`.
    pub fn times(&self, now: OffsetDateTime) -> Times {
        let midnight = |day: Date| day.midnight().assume_utc();
        Times {
            linked_from: self.linked_from.map(midnight),
            linked_before: self.linked_to.and_then(Date::next_day).map(midnight),
            used_before: self
                .dormant_days
                .map(|days| now - Duration::days(i64::from(days))),
        }
    }
}

/// The times of a filter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// Linked then or later.
    pub linked_from: Option<OffsetDateTime>,
    /// Linked before.
    pub linked_before: Option<OffsetDateTime>,
    /// Last used before.
    pub used_before: Option<OffsetDateTime>,
}

/// The words of a search as typed; at most six, those cut off that are too many.
pub fn words(search: &str) -> Vec<String> {
    let words = search
        .split_whitespace()
        .filter(|word| !word.contains('\0'));
    words
        .take(6)
        .map(|word| word.chars().take(100).collect())
        .collect()
}

/// What a list is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sort {
    /// Last name, then first name.
    Person,
    /// The account's e-mail.
    Email,
    /// The e-mail at Clio.
    ClioEmail,
    /// The account's state.
    Status,
    /// The account's role.
    Role,
    /// How the link was proved.
    Method,
    /// How login and account found each other.
    Matched,
    /// Since when.
    Linked,
    /// The last sign-in with it.
    Used,
    /// Whether the e-mails differ.
    Drift,
    /// When it was last reviewed.
    Reviewed,
}

/// In which direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// The least first.
    Ascending,
    /// The greatest first.
    Descending,
}

impl Direction {
    /// The other one.
    #[must_use]
    pub const fn reversed(self) -> Self {
        match self {
            Self::Ascending => Self::Descending,
            Self::Descending => Self::Ascending,
        }
    }
}

/// An order that the database keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    /// By last name, then first name.
    Person,
    /// By the account's e-mail.
    Email,
    /// By the e-mail at Clio.
    ClioEmail,
    /// By when it was linked.
    Linked,
    /// By when it was last used.
    Used,
    /// By when it was last reviewed.
    Reviewed,
}

impl Sort {
    /// The order of links that the ranks of their profiles don't tell apart.
    pub const fn order(self) -> Order {
        match self {
            Self::Person => Order::Person,
            Self::Email => Order::Email,
            Self::ClioEmail => Order::ClioEmail,
            Self::Used => Order::Used,
            Self::Reviewed => Order::Reviewed,
            Self::Status
            | Self::Role
            | Self::Method
            | Self::Matched
            | Self::Drift
            | Self::Linked => Order::Linked,
        }
    }

    /// What comes first: links of lower ranks. 0 for all where only the order counts.
    pub fn rank(self, profile: Profile) -> u8 {
        match self {
            Self::Status => profile.status() as u8,
            Self::Role => profile.role() as u8,
            Self::Method => profile.method() as u8,
            Self::Matched => profile.method().matched() as u8,
            Self::Drift => u8::from(profile.has_drifted()),
            _ => 0,
        }
    }
}

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
    use time::macros::{date, datetime};

    use super::*;

    fn profile(status: i16, method: i16, gone: bool) -> Profile {
        Profile::new(status + 32 * method + if gone { 4096 } else { 0 }).unwrap()
    }

    #[test]
    fn only_connected_links_are_shown_unless_asked_for() {
        let filter = Filter::default();
        assert!(filter.takes(profile(2, 0, false)));
        assert!(!filter.takes(profile(2, 0, true)));
        let either = Filter {
            connection: Connection::Either,
            ..Filter::default()
        };
        assert!(either.takes(profile(2, 0, true)) && either.takes(profile(2, 0, false)));
    }

    #[test]
    fn values_of_one_kind_widen_and_kinds_narrow() {
        let filter = Filter {
            statuses: vec![Status::Active, Status::Pending],
            methods: vec![LinkMethod::Code],
            ..Filter::default()
        };
        assert!(filter.takes(profile(2, 3, false)));
        assert!(filter.takes(profile(1, 3, false)));
        assert!(!filter.takes(profile(3, 3, false)));
        assert!(!filter.takes(profile(2, 0, false)));
    }

    #[test]
    fn days_are_whole_days_in_utc() {
        let filter = Filter {
            linked_from: Some(date!(2026 - 01 - 31)),
            linked_to: Some(date!(2026 - 01 - 31)),
            dormant_days: Some(90),
            ..Filter::default()
        };
        let times = filter.times(datetime!(2026-04-01 12:00 UTC));
        assert_eq!(times.linked_from, Some(datetime!(2026-01-31 0:00 UTC)));
        assert_eq!(times.linked_before, Some(datetime!(2026-02-01 0:00 UTC)));
        assert_eq!(times.used_before, Some(datetime!(2026-01-01 12:00 UTC)));
    }

    #[test]
    fn a_search_is_cut_into_words() {
        assert_eq!(words("  anna\tSmith "), ["anna", "Smith"]);
        assert_eq!(words("a b c d e f g h").len(), 6);
        assert_eq!(words("nul\0 here"), ["here"]);
    }

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

    #[test]
    fn ranks_follow_the_order_of_the_values() {
        let sort = Sort::Matched;
        assert!(sort.rank(profile(2, 0, false)) < sort.rank(profile(2, 1, false)));
        assert_eq!(
            sort.rank(profile(2, 1, false)),
            sort.rank(profile(2, 3, false))
        );
        assert_eq!(Sort::Person.rank(profile(2, 6, false)), 0);
    }
}
