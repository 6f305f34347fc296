//! Review campaigns: who attests which links, until when, and who is reminded.

use std::str::FromStr;

use time::{Date, Duration, Month, OffsetDateTime};
use uuid::Uuid;

use crate::domain::{
    account::Unknown,
    name::{Name, is_unprintable},
};

/// The most links that one campaign takes.
pub const MOST_ITEMS: i32 = 200_000;

/// The most reviewers that one campaign names.
pub const MOST_REVIEWERS: usize = 50;

/// The id of a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CampaignId(pub Uuid);

/// What a reviewer says of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Decision {
    /// It is right.
    Keep,
    /// It should go.
    Revoke,
    /// Somebody else has to look.
    Unsure,
}

impl Decision {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Keep, Self::Revoke, Self::Unsure];

    /// The word in SQL and in the record.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Revoke => "revoke",
            Self::Unsure => "unsure",
        }
    }
}

impl FromStr for Decision {
    type Err = Unknown;

    fn from_str(text: &str) -> Result<Self, Unknown> {
        Self::ALL
            .into_iter()
            .find(|decision| decision.as_str() == text)
            .ok_or(Unknown("decision"))
    }
}

/// The name of a campaign: 1 to 100 characters that can be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CampaignName(String);

/// A text that can't name a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a campaign's name")]
pub struct BadName;

impl CampaignName {
    /// Takes what somebody typed.
    ///
    /// # Errors
    /// [`BadName`] when it is empty, too long, or holds what can't be seen.
    pub fn parse(text: &str) -> Result<Self, BadName> {
        match Name::parse(text) {
            Ok(name) if !name.as_str().is_empty() => Ok(Self(name.as_str().to_owned())),
            _ => Err(BadName),
        }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a reviewer remarks about one link: at most 240 characters in one line, or nothing. A form brings
/// a page full of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Note(String);

/// More text than is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too long")]
pub struct TooLong;

impl Note {
    /// The longest note, in characters.
    pub const MAX_CHARS: usize = 240;

    /// Takes what somebody typed, without what can't be seen.
    ///
    /// # Errors
    /// [`TooLong`] when it has more than [`Note::MAX_CHARS`].
    pub fn parse(text: &str) -> Result<Self, TooLong> {
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let seen: String = line.chars().filter(|c| !is_unprintable(*c)).collect();
        let seen = seen.trim();
        if seen.chars().count() > Self::MAX_CHARS {
            return Err(TooLong);
        }
        Ok(Self(seen.to_owned()))
    }

    /// The note as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A text that names no day on which a campaign can be due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a day ahead")]
pub struct BadDay;

/// How long a campaign may take at most.
pub const LONGEST: Duration = Duration::days(366);

/// The day on which a campaign is due, as date fields send it (`2026-12-24`): it is due when that day
/// is over, UTC.
///
/// # Errors
/// [`BadDay`] when it is no day, is over already, or lies more than [`LONGEST`] ahead.
pub fn due(text: &str, now: OffsetDateTime) -> Result<OffsetDateTime, BadDay> {
    let day = day(text.trim()).ok_or(BadDay)?;
    let over = day.next_day().ok_or(BadDay)?.midnight().assume_utc();
    if over <= now || over - now > LONGEST {
        return Err(BadDay);
    }
    Ok(over)
}

fn day(text: &str) -> Option<Date> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let is_number =
        |text: &str, digits| text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    if parts.next().is_some() || !(is_number(year, 4) && is_number(month, 2) && is_number(day, 2)) {
        return None;
    }
    let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
    Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok()
}

/// Where a campaign stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Its links are being gathered.
    Gathering,
    /// Its links are being decided about.
    Running,
    /// Nothing in it changes any more.
    Closed,
}

/// What is known of somebody who wants to decide about a link.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// Where the campaign stands.
    pub phase: Phase,
    /// Whether the campaign names them.
    pub is_named: bool,
    /// Whether it is their own: it opens their account, or did when the campaign began.
    pub is_own: bool,
}

/// Why somebody can't decide about a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotDecidable {
    /// The campaign doesn't name them.
    Unnamed,
    /// The campaign is closed, or not ready.
    NotRunning,
    /// Nobody attests their own link.
    Oneself,
}

/// Whether somebody may decide about a link.
///
/// # Errors
/// The first rule that stands against it.
pub fn may_decide(facts: &Facts) -> Result<(), NotDecidable> {
    if !facts.is_named {
        return Err(NotDecidable::Unnamed);
    }
    if facts.phase != Phase::Running {
        return Err(NotDecidable::NotRunning);
    }
    if facts.is_own {
        return Err(NotDecidable::Oneself);
    }
    Ok(())
}

/// When reviewers hear of a campaign. The order is that of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// When it begins.
    Begun,
    /// Seven days before it is due.
    Week,
    /// One day before.
    Day,
    /// When it is overdue.
    Overdue,
}

impl Stage {
    /// The word in SQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Begun => "begun",
            Self::Week => "week",
            Self::Day => "day",
            Self::Overdue => "overdue",
        }
    }

    /// How far a campaign has come.
    pub fn of(due: OffsetDateTime, now: OffsetDateTime) -> Self {
        let left = due - now;
        if left <= Duration::ZERO {
            Self::Overdue
        } else if left <= Duration::DAY {
            Self::Day
        } else if left <= Duration::WEEK {
            Self::Week
        } else {
            Self::Begun
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-22, 14:05 UTC.
    fn now() -> OffsetDateTime {
        let day = Date::from_calendar_date(2026, Month::November, 22).unwrap();
        day.with_hms(14, 5, 0).unwrap().assume_utc()
    }

    #[test]
    fn a_campaign_is_due_when_its_day_is_over() {
        let due = due("2026-11-22", now()).unwrap();
        assert_eq!(due - now(), Duration::minutes(9 * 60 + 55));
    }

    #[test]
    fn days_that_are_over_are_no_days_or_lie_too_far_ahead_are_refused() {
        for text in [
            "",
            "2026-11-21",
            "2027-11-24",
            "9999-12-31",
            "2027-02-29",
            "2027-1-1",
            "2027-01-01-01",
            "tomorrow",
        ] {
            assert_eq!(due(text, now()), Err(BadDay), "{text}");
        }
        assert!(due("2027-11-22", now()).is_ok());
    }

    #[test]
    fn stages_follow_the_days_that_are_left() {
        let due = now() + Duration::days(30);
        for (left, stage) in [
            (Duration::days(8), Stage::Begun),
            (Duration::days(7), Stage::Week),
            (Duration::hours(25), Stage::Week),
            (Duration::hours(24), Stage::Day),
            (Duration::seconds(1), Stage::Day),
            (Duration::ZERO, Stage::Overdue),
            (Duration::days(-90), Stage::Overdue),
        ] {
            assert_eq!(Stage::of(due, due - left), stage, "{left}");
        }
    }

    #[test]
    fn only_the_named_decide_only_while_it_runs_and_never_about_themselves() {
        let facts = Facts {
            phase: Phase::Running,
            is_named: true,
            is_own: false,
        };
        assert_eq!(may_decide(&facts), Ok(()));
        let unnamed = Facts {
            is_named: false,
            ..facts
        };
        assert_eq!(may_decide(&unnamed), Err(NotDecidable::Unnamed));
        let own = Facts {
            is_own: true,
            ..facts
        };
        assert_eq!(may_decide(&own), Err(NotDecidable::Oneself));
        for phase in [Phase::Gathering, Phase::Closed] {
            let early_or_late = Facts { phase, ..facts };
            assert_eq!(may_decide(&early_or_late), Err(NotDecidable::NotRunning));
        }
    }

    #[test]
    fn names_and_notes_hold_what_can_be_seen() {
        assert_eq!(CampaignName::parse(" Q4 ").unwrap().as_str(), "Q4");
        for text in ["", "  ", "a\nb", "a\u{202e}b"] {
            assert_eq!(CampaignName::parse(text), Err(BadName), "{text:?}");
        }
        assert_eq!(
            Note::parse(" left\r\nin May ").unwrap().as_str(),
            "left in May"
        );
        assert!(Note::parse(&"é".repeat(240)).is_ok());
        assert_eq!(Note::parse(&"é".repeat(241)), Err(TooLong));
    }

    #[test]
    fn words_of_decisions_are_read_as_they_are_written() {
        for decision in Decision::ALL {
            assert_eq!(decision.as_str().parse(), Ok(decision));
        }
        assert!(Decision::from_str("none").is_err());
    }
}
