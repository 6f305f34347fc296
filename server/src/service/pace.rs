//! Answers whose time tells nothing.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// How long an answer takes at least that must not tell whether an account exists or what it holds:
/// longer than the work it stands for, on whatever way it goes. Under load the work may take longer,
/// and then takes longer on every way.
const AT_LEAST: Duration = Duration::from_millis(200);

/// Does the work, and answers no sooner than any other such work would be answered.
pub async fn evenly<T>(work: impl Future<Output = T>) -> T {
    let until = Instant::now() + AT_LEAST;
    let done = work.await;
    sleep_until(until).await;
    done
}
