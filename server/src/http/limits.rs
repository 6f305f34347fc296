//! Limits on floods of sign-in starts and bad callbacks, per client and node.
//!
//! A start takes one from its client's store, and a sign-in that succeeds puts it back: a whole firm
//! behind one address signs in as it likes, while somebody who only starts runs dry. The same goes
//! for callbacks. Forms that anybody can send take from a store of their own, which time alone refills.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use time::OffsetDateTime;

/// What a client may have open at once.
const BURST: f64 = 1000.0;
/// How many of them come back each second by themselves.
const PER_SECOND: f64 = 20.0;
/// How many clients are remembered; beyond it those who have used nothing are forgotten.
const MAX_CLIENTS: usize = 100_000;

/// A store for each client.
#[derive(Debug, Default)]
pub struct Limit {
    stores: Mutex<HashMap<IpAddr, Store>>,
}

#[derive(Clone, Copy, Debug)]
struct Store {
    left: f64,
    at: OffsetDateTime,
}

impl Store {
    fn refilled(self, now: OffsetDateTime) -> Self {
        let seconds = (now - self.at).as_seconds_f64().max(0.0);
        Self {
            left: (self.left + seconds * PER_SECOND).min(BURST),
            at: now,
        }
    }
}

impl Limit {
    /// Takes one; gives how long to wait when there is none.
    pub fn take(&self, client: IpAddr, now: OffsetDateTime) -> Result<(), Duration> {
        let mut stores = self.stores.lock().unwrap_or_else(PoisonError::into_inner);
        if stores.len() >= MAX_CLIENTS && !stores.contains_key(&client) {
            stores.retain(|_, store| store.refilled(now).left < BURST);
            if stores.len() >= MAX_CLIENTS {
                return Err(Duration::from_mins(1));
            }
        }
        let store = stores.entry(client).or_insert(Store {
            left: BURST,
            at: now,
        });
        *store = store.refilled(now);
        if store.left < 1.0 {
            return Err(Duration::from_secs(1));
        }
        store.left -= 1.0;
        Ok(())
    }

    /// Puts one back.
    pub fn give_back(&self, client: IpAddr) {
        let mut stores = self.stores.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(store) = stores.get_mut(&client) {
            store.left = (store.left + 1.0).min(BURST);
        }
    }
}

/// The limits of what anybody may do.
#[derive(Debug, Default)]
pub struct FlowLimits {
    /// On starts.
    pub starts: Limit,
    /// On callbacks.
    pub callbacks: Limit,
    /// On forms that nobody has to be signed in for.
    pub forms: Limit,
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLIENT: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

    fn drain(limit: &Limit) -> usize {
        (0..10_000)
            .take_while(|_| limit.take(CLIENT, NOW).is_ok())
            .count()
    }

    #[test]
    fn who_only_starts_runs_dry_and_others_do_not_notice() {
        let limit = Limit::default();
        assert_eq!(drain(&limit), 1000);
        let other = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2));
        assert!(limit.take(other, NOW).is_ok());
    }

    #[test]
    fn who_finishes_may_begin_again_at_once() {
        let limit = Limit::default();
        for _ in 0..10_000 {
            limit.take(CLIENT, NOW).unwrap();
            limit.give_back(CLIENT);
        }
    }

    #[test]
    fn who_waits_may_begin_again() {
        let limit = Limit::default();
        drain(&limit);
        assert!(limit.take(CLIENT, NOW + Duration::from_secs(1)).is_ok());
    }

    #[test]
    fn a_clock_that_goes_back_gives_nothing_and_breaks_nothing() {
        let limit = Limit::default();
        drain(&limit);
        assert!(limit.take(CLIENT, NOW - Duration::from_mins(1)).is_err());
    }
}
