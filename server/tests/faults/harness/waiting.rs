//! Waiting for something to come true.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    time::{Duration, Instant},
};

/// How often something is looked at that may come true.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// Waits until something is true.
///
/// # Panics
/// When it isn't within the limit.
#[track_caller]
pub fn until<Asking: Future<Output = bool>>(
    what: &str,
    limit: Duration,
    ask: impl Fn() -> Asking,
) -> impl Future<Output = ()> {
    let place = std::panic::Location::caller();
    async move {
        let began = Instant::now();
        while !ask().await {
            assert!(
                began.elapsed() < limit,
                "{place}: not within {limit:?}: {what}"
            );
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
}

/// An address that nobody listens on.
pub fn free_address() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .unwrap()
        .local_addr()
        .unwrap()
}
