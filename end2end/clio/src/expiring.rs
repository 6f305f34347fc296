//! A map whose entries die: login challenges, codes and logins.

use std::collections::HashMap;

use time::{Duration, OffsetDateTime};

/// Below this many entries nothing is swept.
const SWEEP_FROM: usize = 1024;

/// Values under unguessable keys, each with an end of life. Dead entries are swept as the map grows.
#[derive(Debug)]
pub(crate) struct Expiring<T> {
    entries: HashMap<String, (OffsetDateTime, T)>,
    sweep_at: usize,
}

impl<T> Default for Expiring<T> {
    fn default() -> Self {
        Self {
            entries: HashMap::new(),
            sweep_at: SWEEP_FROM,
        }
    }
}

impl<T> Expiring<T> {
    /// Keeps `value` under `key` for `life`.
    pub(crate) fn insert(&mut self, key: String, value: T, now: OffsetDateTime, life: Duration) {
        if self.entries.len() >= self.sweep_at {
            self.entries.retain(|_, (dies_at, _)| *dies_at > now);
            self.sweep_at = SWEEP_FROM.max(self.entries.len().saturating_mul(2));
        }
        self.entries.insert(key, (now.saturating_add(life), value));
    }

    /// The living value under `key`.
    pub(crate) fn get(&self, key: &str, now: OffsetDateTime) -> Option<&T> {
        self.entries
            .get(key)
            .filter(|(dies_at, _)| *dies_at > now)
            .map(|(_, value)| value)
    }

    /// The living value under `key`, to change.
    pub(crate) fn get_mut(&mut self, key: &str, now: OffsetDateTime) -> Option<&mut T> {
        self.entries
            .get_mut(key)
            .filter(|(dies_at, _)| *dies_at > now)
            .map(|(_, value)| value)
    }

    /// Takes the living value under `key` out: it can be taken once.
    pub(crate) fn take(&mut self, key: &str, now: OffsetDateTime) -> Option<T> {
        self.entries
            .remove(key)
            .filter(|(dies_at, _)| *dies_at > now)
            .map(|(_, value)| value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

    #[test]
    fn value_is_found_until_its_end_and_taken_once() {
        let mut map = Expiring::default();
        map.insert("key".to_owned(), 7, NOW, Duration::SECOND);
        assert_eq!(map.get("key", NOW), Some(&7));
        assert_eq!(map.get("key", NOW + Duration::SECOND), None);
        assert_eq!(map.take("key", NOW), Some(7));
        assert_eq!(map.take("key", NOW), None);
    }

    #[test]
    fn dead_values_are_swept_as_the_map_grows() {
        let mut map = Expiring::default();
        for number in 0..10 * SWEEP_FROM {
            let at = NOW + Duration::seconds(i64::try_from(number).unwrap());
            map.insert(number.to_string(), number, at, Duration::SECOND);
        }
        assert!(map.entries.len() <= SWEEP_FROM);
    }
}
