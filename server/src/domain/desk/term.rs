//! Until when an account is suspended.

use time::{Date, Duration, Month, OffsetDateTime};

/// The longest term: whoever is away for longer is let in again by hand.
const LONGEST: Duration = Duration::days(5 * 366);

/// A text that names no day ahead, or one too far ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a day ahead")]
pub struct BadDay;

/// Takes the day on which an account opens again, as date fields send it (`2026-12-24`): at the beginning
/// of that day, UTC. `None` when the field was left empty.
///
/// # Errors
/// [`BadDay`] when it is no day, begins before `now`, or lies more than five years ahead.
pub fn parse(text: &str, now: OffsetDateTime) -> Result<Option<OffsetDateTime>, BadDay> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let day = day(text).ok_or(BadDay)?.midnight().assume_utc();
    if day <= now || day - now > LONGEST {
        return Err(BadDay);
    }
    Ok(Some(day))
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

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-22, 14:05 UTC.
    fn now() -> OffsetDateTime {
        let day = Date::from_calendar_date(2026, Month::November, 22).unwrap();
        day.with_hms(14, 5, 0).unwrap().assume_utc()
    }

    #[test]
    fn a_day_ahead_is_taken_from_its_beginning() {
        let term = parse(" 2026-11-23 ", now()).unwrap().unwrap();
        assert_eq!(term - now(), Duration::minutes(9 * 60 + 55));
        assert!(parse("2031-11-20", now()).is_ok());
        assert_eq!(parse("  ", now()), Ok(None));
    }

    #[test]
    fn days_that_have_begun_are_no_days_or_lie_too_far_ahead_are_refused() {
        for text in [
            "2026-11-22",
            "2026-11-21",
            "0001-01-01",
            "2031-12-31",
            "9999-12-31",
            "2027-02-29",
            "2027-13-01",
            "2027-1-1",
            "2027-01-01-01",
            "+202-01-01",
            "01.01.2027",
            "tomorrow",
            "2027-01-0\u{661}",
        ] {
            assert_eq!(parse(text, now()), Err(BadDay), "{text}");
        }
    }
}
