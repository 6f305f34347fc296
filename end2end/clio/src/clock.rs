//! The provider's clock. Tests move it forward instead of waiting.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use time::OffsetDateTime;

/// The system's time, moved forward by what a test asked for.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    seconds_ahead: AtomicI64,
}

impl Clock {
    /// What the provider takes for the present.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where the system's time comes in"
    )]
    pub(crate) fn now(&self) -> OffsetDateTime {
        let ahead = self.seconds_ahead.load(Ordering::Relaxed);
        OffsetDateTime::now_utc().saturating_add(time::Duration::seconds(ahead))
    }

    /// Moves the present forward by whole seconds.
    pub(crate) fn advance(&self, by: Duration) {
        let seconds = i64::try_from(by.as_secs()).unwrap_or(i64::MAX);
        self.seconds_ahead.fetch_add(seconds, Ordering::Relaxed);
    }
}
