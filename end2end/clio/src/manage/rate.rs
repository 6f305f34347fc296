//! How often a token was used in this minute.

use std::collections::HashMap;

use time::{Duration, OffsetDateTime};

/// A window of a token.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    /// How many requests it has left after this one.
    pub(crate) left: u64,
    /// When it ends.
    pub(crate) ends: OffsetDateTime,
    /// Whether this request is one too many.
    pub(crate) is_over: bool,
}

/// The windows of all tokens: a minute each, from a token's first request on.
#[derive(Debug, Default)]
pub(crate) struct Rates(HashMap<String, (OffsetDateTime, u64)>);

impl Rates {
    /// Counts a request.
    pub(crate) fn count(&mut self, token: &str, most: u64, now: OffsetDateTime) -> Window {
        let (began, used) = self.0.entry(token.to_owned()).or_insert((now, 0));
        if now - *began >= Duration::MINUTE {
            (*began, *used) = (now, 0);
        }
        *used += 1;
        Window {
            left: most.saturating_sub(*used),
            ends: *began + Duration::MINUTE,
            is_over: *used > most,
        }
    }
}
