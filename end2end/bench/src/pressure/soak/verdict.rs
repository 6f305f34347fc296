//! Whether the server stayed as it was.

use std::{
    fmt::{self, Display, Formatter},
    time::Duration,
};

use super::{super::Held, LANES, visit::Tally};
use crate::{outcome::Latency, scale::number};

/// How much more memory than after the warming up counts as steady: a tenth and two MiB.
const STEADY: (f64, f64) = (1.1, 2.0);
/// How many more descriptors: connections come and go.
const MORE_DESCRIPTORS: usize = 16;
/// How many minutes an attempt may be there that nobody finishes: it lives for ten, what is over is swept
/// each minute, and the sweep and this look at it take their time.
const ATTEMPTS_STAY: usize = 12;

/// Rows of the tables that grow with what people do.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Rows {
    pub(super) attempts: usize,
    pub(super) guesses: usize,
    pub(super) accounts: usize,
    pub(super) sessions: usize,
    pub(super) mails: usize,
    pub(super) events: usize,
}

/// A minute, and what was there at its end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Minute {
    /// All so far.
    pub(super) requests: usize,
    /// All so far.
    pub(super) failures: usize,
    /// Sign-ins that were left undone so far.
    pub(super) abandoned: usize,
    pub(super) pages: Latency,
    pub(super) sign_ins: Latency,
    pub(super) held: Held,
    pub(super) rows: Rows,
}

impl Display for Minute {
    fn fmt(&self, to: &mut Formatter<'_>) -> fmt::Result {
        let Self {
            requests,
            failures,
            held,
            rows,
            ..
        } = self;
        write!(
            to,
            "{requests} requests, {failures} failures; p99 {:.0} ms pages, {:.0} ms sign-ins; \
             {:.1} MiB, {} descriptors, {} connections; {} attempts, {} guesses, {} accounts, \
             {} sessions, {} mails, {} events",
            self.pages.p99,
            self.sign_ins.p99,
            held.memory,
            held.descriptors,
            held.connections,
            rows.attempts,
            rows.guesses,
            rows.accounts,
            rows.sessions,
            rows.mails,
            rows.events,
        )
    }
}

/// The verdict.
#[derive(Debug)]
pub(crate) struct Verdict {
    head: String,
    /// What was judged, within which bound, and whether it was.
    judged: Vec<(String, String, bool)>,
}

impl Verdict {
    /// Judges the minutes that are over.
    pub(super) fn of(past: &[Minute], tally: Tally, took: Duration) -> Self {
        let worst = |latency: fn(&Minute) -> Latency| {
            past.iter()
                .map(|minute| latency(minute).p99)
                .fold(0.0, f64::max)
        };
        let head = format!(
            "{:.1} minutes, {} requests, {:.0} a second; {} told that Clio hangs; the worst minute's p99: \
             {:.0} ms pages, {:.0} ms sign-ins",
            took.as_secs_f64() / 60.0,
            tally.requests,
            number(tally.requests) / took.as_secs_f64().max(0.001),
            tally.told,
            worst(|minute| minute.pages),
            worst(|minute| minute.sign_ins),
        );
        let mut judged = vec![(
            format!("{} failures", tally.failures),
            tally.first_failure.unwrap_or_else(|| "none".to_owned()),
            tally.failures == 0,
        )];
        // The first tenth is warming up.
        if let (Some(warm), Some(last)) = (past.get(past.len() / 10), past.last()) {
            judged.extend(held(&warm.held, &last.held));
        }
        judged.push(attempts(past));
        Self { head, judged }
    }

    /// Whether everything stayed within its bound.
    pub(crate) fn is_good(&self) -> bool {
        self.judged.iter().all(|(_, _, is_good)| *is_good)
    }
}

impl Display for Verdict {
    fn fmt(&self, to: &mut Formatter<'_>) -> fmt::Result {
        writeln!(to, "{}", self.head)?;
        for (what, bound, is_good) in &self.judged {
            let word = if *is_good { "steady" } else { "NOT STEADY" };
            writeln!(to, "  {word}: {what} ({bound})")?;
        }
        Ok(())
    }
}

fn held(warm: &Held, last: &Held) -> [(String, String, bool); 2] {
    let most = warm.memory * STEADY.0 + STEADY.1;
    [
        (
            format!("memory {:.1} → {:.1} MiB", warm.memory, last.memory),
            format!("at most {most:.1}"),
            last.memory <= most,
        ),
        (
            format!("descriptors {} → {}", warm.descriptors, last.descriptors),
            format!("at most {MORE_DESCRIPTORS} more"),
            last.descriptors <= warm.descriptors + MORE_DESCRIPTORS,
        ),
    ]
}

/// The minute in which the most attempts were there beyond those that may be.
fn attempts(past: &[Minute]) -> (String, String, bool) {
    let each = past.iter().enumerate().map(|(place, minute)| {
        let before = place.checked_sub(ATTEMPTS_STAY);
        let gone = before
            .and_then(|before| past.get(before))
            .map_or(0, |before| before.abandoned);
        (minute.rows.attempts, minute.abandoned - gone + 2 * LANES)
    });
    let worst = each.max_by_key(|(attempts, most)| attempts.saturating_sub(*most));
    let is_good = worst.is_none_or(|(attempts, most)| attempts <= most);
    let most = past.iter().map(|minute| minute.rows.attempts).max();
    let what = if is_good {
        format!("at most {} attempts at a time", most.unwrap_or_default())
    } else {
        let (attempts, most) = worst.unwrap_or_default();
        format!("{attempts} attempts where {most} may be")
    };
    (
        what,
        format!("those begun and left undone in the last {ATTEMPTS_STAY} minutes"),
        is_good,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many minutes, in each of which 100 sign-ins are left undone.
    fn minutes(count: usize) -> Vec<Minute> {
        (1..=count)
            .map(|number| Minute {
                requests: 1000 * number,
                failures: 0,
                abandoned: 100 * number,
                pages: Latency::of(vec![Duration::from_millis(3)]),
                sign_ins: Latency::of(vec![Duration::from_millis(9)]),
                held: Held {
                    memory: 20.0,
                    descriptors: 40,
                    connections: 8,
                },
                rows: Rows {
                    attempts: 100 * number.min(ATTEMPTS_STAY),
                    ..Rows::default()
                },
            })
            .collect()
    }

    fn verdict(past: &[Minute], tally: Tally) -> Verdict {
        Verdict::of(past, tally, Duration::from_hours(1))
    }

    fn complaints(verdict: &Verdict) -> Vec<&str> {
        let bad = verdict.judged.iter().filter(|(_, _, is_good)| !is_good);
        bad.map(|(what, _, _)| what.as_str()).collect()
    }

    #[test]
    fn a_server_that_stays_as_it_is_is_steady() {
        let verdict = verdict(&minutes(60), Tally::default());
        assert!(verdict.is_good(), "{verdict}");
        assert_eq!(verdict.to_string().matches("steady: ").count(), 4);
    }

    #[test]
    fn a_run_that_is_stopped_at_once_has_a_verdict_too() {
        assert!(verdict(&minutes(1), Tally::default()).is_good());
        assert!(verdict(&[], Tally::default()).is_good());
    }

    #[test]
    fn one_failure_is_told_and_is_too_many() {
        let tally = Tally {
            failures: 1,
            first_failure: Some("landed on /elsewhere".to_owned()),
            ..Tally::default()
        };
        let verdict = verdict(&minutes(60), tally);
        assert_eq!(complaints(&verdict), ["1 failures"]);
        assert!(verdict.to_string().contains("landed on /elsewhere"));
    }

    #[test]
    fn memory_and_descriptors_that_grow_after_the_warming_up_are_too_many() {
        let mut past = minutes(60);
        // What comes with the warming up is no growth.
        for minute in past.iter_mut().take(6) {
            minute.held.memory = 5.0;
            minute.held.descriptors = 10;
        }
        assert!(verdict(&past, Tally::default()).is_good());
        if let Some(last) = past.last_mut() {
            last.held.memory = 24.1;
            last.held.descriptors = 57;
        }
        let verdict = verdict(&past, Tally::default());
        assert_eq!(
            complaints(&verdict),
            ["memory 20.0 → 24.1 MiB", "descriptors 40 → 57"]
        );
    }

    #[test]
    fn attempts_that_nobody_sweeps_are_too_many_in_whichever_minute() {
        let mut past = minutes(60);
        if let Some(minute) = past.get_mut(30) {
            minute.rows.attempts = 100 * 31;
        }
        let verdict = verdict(&past, Tally::default());
        assert_eq!(complaints(&verdict), ["3100 attempts where 1216 may be"]);
    }
}
