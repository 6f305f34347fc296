//! How often a token may still be used, as Clio's answers say: 50 times a minute at peak.
//!
//! Kept in memory, by each node for itself: a node that doesn't know learns it from a 429.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use http::{HeaderMap, StatusCode, header::RETRY_AFTER};
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc2822};

use crate::secrets::{Secret, digest};

/// How many tokens are remembered; those whose window is over are forgotten first.
const MOST: usize = 10_000;
/// How long a token rests at most, and without a word from Clio.
const LONGEST: Duration = Duration::HOUR;
const USUAL: Duration = Duration::MINUTE;

/// What is left of each token's budget.
#[derive(Debug, Default)]
pub(super) struct Budgets(Mutex<HashMap<[u8; 32], Budget>>);

#[derive(Clone, Copy, Debug)]
struct Budget {
    left: u32,
    until: OffsetDateTime,
}

impl Budgets {
    /// When the token may be used again; `None` when it may be now.
    pub(super) fn rests_until(
        &self,
        token: &Secret,
        now: OffsetDateTime,
    ) -> Option<OffsetDateTime> {
        let budgets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let budget = budgets.get(&digest(token.expose()))?;
        (budget.left == 0 && now < budget.until).then_some(budget.until)
    }

    /// Takes in what an answer says; when it says that the budget is spent, until when.
    pub(super) fn learn(
        &self,
        token: &Secret,
        status: StatusCode,
        headers: &HeaderMap,
        now: OffsetDateTime,
    ) -> Option<OffsetDateTime> {
        let refused = status == StatusCode::TOO_MANY_REQUESTS;
        let left = number(headers, "x-ratelimit-remaining");
        let reset = number(headers, "x-ratelimit-reset").map(|reset| moment(reset, now));
        let until = if refused {
            retry_after(headers, now).or(reset).unwrap_or(now + USUAL)
        } else {
            reset?
        };
        let until = until.clamp(now, now + LONGEST);
        let left = if refused { 0 } else { left? };
        let budget = Budget {
            left: u32::try_from(left).unwrap_or(u32::MAX),
            until,
        };
        let mut budgets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if budgets.len() >= MOST {
            budgets.retain(|_, budget| now < budget.until);
        }
        if budgets.len() < MOST {
            budgets.insert(digest(token.expose()), budget);
        }
        refused.then_some(until)
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

fn number(headers: &HeaderMap, name: &str) -> Option<i64> {
    text(headers, name)?.parse().ok().filter(|it| *it >= 0)
}

/// When a window ends: a time in seconds since 1970, or, where the number is too small for that, in
/// seconds from now.
fn moment(reset: i64, now: OffsetDateTime) -> OffsetDateTime {
    const FIRST_TIME: i64 = 1_000_000_000;
    if reset < FIRST_TIME {
        return now + Duration::seconds(reset);
    }
    OffsetDateTime::from_unix_timestamp(reset).unwrap_or(now + USUAL)
}

/// `Retry-After` (RFC 9110, section 10.2.3): seconds, or a date.
fn retry_after(headers: &HeaderMap, now: OffsetDateTime) -> Option<OffsetDateTime> {
    let value = text(headers, RETRY_AFTER.as_str())?;
    match value.parse::<u32>() {
        Ok(seconds) => Some(now + Duration::seconds(i64::from(seconds))),
        Err(_) => OffsetDateTime::parse(value, &Rfc2822).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: OffsetDateTime = time::macros::datetime!(2026-03-02 09:00 UTC);

    fn answer(status: StatusCode, pairs: &[(&'static str, &str)]) -> (Budgets, Option<Duration>) {
        let budgets = Budgets::default();
        let headers = pairs
            .iter()
            .map(|(name, value)| ((*name).parse().unwrap(), value.parse().unwrap()))
            .collect();
        let token = Secret::new("a token".into());
        let refused = budgets.learn(&token, status, &headers, NOW).is_some();
        let rests = budgets.rests_until(&token, NOW).map(|until| until - NOW);
        assert_eq!(refused, status == StatusCode::TOO_MANY_REQUESTS);
        let another = Secret::new("another".into());
        assert_eq!(budgets.rests_until(&another, NOW), None);
        (budgets, rests)
    }

    #[test]
    fn a_token_with_nothing_left_rests_until_the_window_is_over() {
        let in_20_s = (NOW.unix_timestamp() + 20).to_string();
        for reset in [in_20_s.as_str(), "20"] {
            let spent = [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", reset)];
            let (budgets, rests) = answer(StatusCode::OK, &spent);
            assert_eq!(rests, Some(Duration::seconds(20)), "{reset}");
            let token = Secret::new("a token".into());
            let later = NOW + Duration::seconds(20);
            assert_eq!(budgets.rests_until(&token, later), None);
        }
        let left = [("x-ratelimit-remaining", "1"), ("x-ratelimit-reset", "20")];
        assert_eq!(answer(StatusCode::OK, &left).1, None);
        assert_eq!(answer(StatusCode::OK, &[]).1, None);
    }

    #[test]
    fn a_refusal_is_believed_for_an_hour_at_most() {
        let refused =
            |pairs: &[(&'static str, &str)]| answer(StatusCode::TOO_MANY_REQUESTS, pairs).1;
        let date = "Mon, 02 Mar 2026 09:00:30 GMT";
        assert_eq!(refused(&[("retry-after", "7")]), Some(Duration::seconds(7)));
        assert_eq!(
            refused(&[("retry-after", date)]),
            Some(Duration::seconds(30))
        );
        assert_eq!(
            refused(&[("x-ratelimit-reset", "9")]),
            Some(Duration::seconds(9))
        );
        assert_eq!(refused(&[("retry-after", "99999")]), Some(LONGEST));
        assert_eq!(refused(&[("retry-after", "soon")]), Some(USUAL));
        assert_eq!(refused(&[]), Some(USUAL));
    }
}
