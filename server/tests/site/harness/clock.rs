//! Time: a clock that tests move, and how long something may take.

use std::{
    sync::Mutex,
    time::{Duration, Instant},
};

use time::OffsetDateTime;
use vestibule::clock::{Clock, SystemClock};

use super::lock;

/// Within this time a person has an answer, whatever has failed.
pub const IN_TIME: Duration = Duration::from_secs(6);

/// A clock that goes with the machine's, ahead or behind by what a test asks for.
#[derive(Debug, Default)]
pub struct TestClock(Mutex<Hands>);

#[derive(Clone, Copy, Debug, Default)]
struct Hands {
    ahead: time::Duration,
    frozen: Option<OffsetDateTime>,
    /// How often it is still looked at before it breaks.
    breaks_after: Option<u32>,
}

impl TestClock {
    /// Moves the time, forward or back.
    pub fn advance(&self, by: time::Duration) {
        let mut hands = lock(&self.0);
        hands.ahead += by;
        hands.frozen = hands.frozen.map(|at| at + by);
    }

    /// Stops the clock at the present, on a whole second, and says when.
    pub fn freeze(&self) -> OffsetDateTime {
        self.thaw();
        let now = self.now().replace_nanosecond(0).unwrap();
        lock(&self.0).frozen = Some(now);
        now
    }

    /// Lets whoever looks at the clock panic, once, after so many others have looked at it.
    pub fn break_after(&self, looks: u32) {
        lock(&self.0).breaks_after = Some(looks);
    }

    /// Whether the clock was broken and nobody has met it yet; it is mended from now on.
    pub fn mend(&self) -> bool {
        lock(&self.0).breaks_after.take().is_some()
    }

    /// Lets the clock go on, at the machine's time and what it was moved by.
    pub fn thaw(&self) {
        lock(&self.0).frozen = None;
    }
}

impl Clock for TestClock {
    fn now(&self) -> OffsetDateTime {
        let (hands, breaks) = {
            let mut hands = lock(&self.0);
            let breaks = hands.breaks_after == Some(0);
            hands.breaks_after = hands.breaks_after.and_then(|looks| looks.checked_sub(1));
            (*hands, breaks)
        };
        assert!(!breaks, "the clock breaks, as a test wants it");
        hands
            .frozen
            .unwrap_or_else(|| SystemClock.now() + hands.ahead)
    }
}

/// Waits for an outcome, which must be there before the limit is over.
pub async fn within<T>(limit: Duration, what: &str, coming: impl Future<Output = T>) -> T {
    let began = Instant::now();
    let outcome = coming.await;
    assert!(began.elapsed() < limit, "{what}: {:?}", began.elapsed());
    outcome
}
