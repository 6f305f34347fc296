//! How a read ends, and when administrators are told that none gets to its end.

use std::str::FromStr;

use time::{Duration, OffsetDateTime};

use crate::domain::account::Unknown;

/// How long nothing is found out about a firm's people before administrators are told, where a later read
/// may get further: the second night in a row is longer ago than that.
const PATIENCE: Duration = Duration::hours(36);
/// How soon they are told again, while it lasts.
const NOT_AGAIN_FOR: Duration = Duration::days(7);

/// How a read ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It got to its end, and what it found was taken in.
    Whole,
    /// It didn't, and found nothing.
    Failed(Failure),
}

/// Why a read didn't get to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Failure {
    /// Clio couldn't be reached, again and again.
    Unreachable,
    /// Clio doesn't let the application read users.
    NotAllowed,
    /// Clio no longer takes the connection, or the login of whoever made it is off there.
    Reconnect,
    /// The answers made no sense, or somebody may be missing.
    Senseless,
    /// Somebody stopped it, or disconnected the firm.
    Stopped,
}

impl Ending {
    /// The word in SQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Failed(failure) => failure.as_str(),
        }
    }
}

impl FromStr for Ending {
    type Err = Unknown;

    fn from_str(text: &str) -> Result<Self, Unknown> {
        let all = [
            Self::Whole,
            Self::Failed(Failure::Unreachable),
            Self::Failed(Failure::NotAllowed),
            Self::Failed(Failure::Reconnect),
            Self::Failed(Failure::Senseless),
            Self::Failed(Failure::Stopped),
        ];
        let found = all.into_iter().find(|ending| ending.as_str() == text);
        found.ok_or(Unknown("ending of a read"))
    }
}

impl Failure {
    /// The word in SQL and in the record.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::NotAllowed => "not_allowed",
            Self::Reconnect => "reconnect",
            Self::Senseless => "senseless",
            Self::Stopped => "stopped",
        }
    }
}

/// What is known of a firm when a read of it ends without having found anything.
#[derive(Clone, Copy, Debug)]
pub struct Unread {
    /// When a read got to its end last, or else when the firm was connected.
    pub since: OffsetDateTime,
    /// When administrators were told last that none does; `None` when one did since, or the firm was
    /// connected anew.
    pub told_at: Option<OffsetDateTime>,
}

impl Unread {
    /// Whether administrators are told now. Until they know, whoever leaves the firm in Clio keeps their
    /// access here unseen. What only people can mend is told at once.
    pub fn is_to_be_told(self, failure: Failure, now: OffsetDateTime) -> bool {
        let is_time = match failure {
            Failure::NotAllowed | Failure::Reconnect => true,
            Failure::Unreachable | Failure::Senseless => now - self.since >= PATIENCE,
            // Whoever stopped it knows.
            Failure::Stopped => false,
        };
        is_time && self.told_at.is_none_or(|told| now - told >= NOT_AGAIN_FOR)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

    fn is_told(failure: Failure, unread_for: Duration, told: Option<Duration>) -> bool {
        let unread = Unread {
            since: NOW - unread_for,
            told_at: told.map(|ago| NOW - ago),
        };
        unread.is_to_be_told(failure, NOW)
    }

    #[test]
    fn what_only_people_can_mend_is_told_at_once_and_what_may_pass_after_two_nights() {
        let (day, two_days) = (Duration::DAY, Duration::days(2));
        for failure in [Failure::NotAllowed, Failure::Reconnect] {
            assert!(is_told(failure, Duration::MINUTE, None), "{failure:?}");
        }
        for failure in [Failure::Unreachable, Failure::Senseless] {
            assert!(!is_told(failure, day, None), "{failure:?}");
            assert!(
                is_told(failure, two_days - Duration::HOUR, None),
                "{failure:?}"
            );
        }
        assert!(!is_told(Failure::Stopped, Duration::WEEK, None));
    }

    #[test]
    fn it_is_told_once_a_week() {
        let long = Duration::days(30);
        for failure in [Failure::Reconnect, Failure::Unreachable] {
            assert!(!is_told(failure, long, Some(Duration::days(6))));
            assert!(is_told(failure, long, Some(Duration::days(7))));
        }
    }

    #[test]
    fn endings_are_read_as_they_are_written() {
        for word in [
            "whole",
            "unreachable",
            "not_allowed",
            "reconnect",
            "senseless",
            "stopped",
        ] {
            let ending: Ending = word.parse().unwrap();
            assert_eq!(ending.as_str(), word);
        }
        assert!("Whole".parse::<Ending>().is_err());
    }
}
