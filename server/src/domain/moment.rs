//! Times in words.

use time::{Duration, OffsetDateTime};

/// "12 November 2026, 14:05 UTC".
pub fn full(at: OffsetDateTime) -> String {
    let at = at.to_offset(time::UtcOffset::UTC);
    format!(
        "{} {} {}, {:02}:{:02} UTC",
        at.day(),
        at.month(),
        at.year(),
        at.hour(),
        at.minute()
    )
}

/// "12 November 2026".
pub fn day(at: OffsetDateTime) -> String {
    let at = at.to_offset(time::UtcOffset::UTC);
    format!("{} {} {}", at.day(), at.month(), at.year())
}

/// RFC 3339 in UTC, to the second.
pub fn iso(at: OffsetDateTime) -> String {
    let at = at.to_offset(time::UtcOffset::UTC);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
        at.year(),
        u8::from(at.month()),
        at.day(),
        at.hour(),
        at.minute(),
        at.second()
    )
}

/// "3 days ago"; moments ahead, which a skewed clock may bring, are "just now".
pub fn ago(at: OffsetDateTime, now: OffsetDateTime) -> String {
    let past = now - at;
    let (count, unit) = if past < Duration::MINUTE {
        return "just now".to_owned();
    } else if past < Duration::HOUR {
        (past.whole_minutes(), "minute")
    } else if past < Duration::DAY {
        (past.whole_hours(), "hour")
    } else if past < Duration::days(60) {
        (past.whole_days(), "day")
    } else if past < Duration::days(730) {
        (past.whole_days() / 30, "month")
    } else {
        (past.whole_days() / 365, "year")
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural} ago")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_is_told_in_the_largest_fitting_unit() {
        let now = OffsetDateTime::UNIX_EPOCH + Duration::days(20_000);
        for (past, words) in [
            (Duration::seconds(-5), "just now"),
            (Duration::seconds(59), "just now"),
            (Duration::seconds(60), "1 minute ago"),
            (Duration::minutes(59), "59 minutes ago"),
            (Duration::hours(1), "1 hour ago"),
            (Duration::days(1), "1 day ago"),
            (Duration::days(59), "59 days ago"),
            (Duration::days(61), "2 months ago"),
            (Duration::days(800), "2 years ago"),
        ] {
            assert_eq!(ago(now - past, now), words);
        }
    }

    #[test]
    fn the_full_time_says_its_zone() {
        let at = OffsetDateTime::UNIX_EPOCH;
        assert_eq!(full(at), "1 January 1970, 00:00 UTC");
        assert_eq!(iso(at), "1970-01-01T00:00:00Z");
    }
}
