//! Which links a list shows.

use time::{Date, Duration, OffsetDateTime};

use crate::domain::{
    account::{Role, Status},
    desk::profile::{LinkMethod, Origin, Profile},
    manage::region::{FirmKey, Region},
};

/// The shortest word that a search can find by itself, in characters.
pub const SHORTEST_WORD: usize = 3;

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
    /// What the roster says of the person.
    pub roster: Option<InRoster>,
    /// What each is a part of the names or one of the e-mails, case and accents aside; as typed.
    pub words: Vec<String>,
}

/// What is asked of the roster: the people of the connected firms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InRoster {
    /// A firm.
    pub firm: Option<FirmKey>,
    /// A region.
    pub region: Option<Region>,
    /// A role in Clio, case aside.
    pub role: Option<String>,
    /// Whether they can sign in to the firm.
    pub login: Option<RosterLogin>,
    /// Not found by a read for so many days.
    pub not_seen_days: Option<u16>,
}

/// Whether somebody can sign in to a firm in Clio.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RosterLogin {
    /// Yes.
    Enabled,
    /// The login is switched off.
    Disabled,
    /// The last whole read didn't find them.
    Gone,
    /// No read of a connected firm has ever found them.
    Absent,
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
            && self.roster.is_none()
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
}
