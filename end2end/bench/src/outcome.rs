//! What a run found out.

use std::time::Duration;

use crate::{
    audit::Audit, crowd::Crowd, desk::Desk, journey::Step, pressure::Pressure, roster::Roster,
    size::Sizes, statements::Counts,
};

/// A page or an answer that is asked for by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Checked {
    Session,
    Verify,
    Account,
    /// What a request costs that is answered at once, to compare with.
    Alive,
}

impl Checked {
    pub(crate) const ALL: [Self; 4] = [Self::Session, Self::Verify, Self::Account, Self::Alive];

    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::Session => "/api/v1/session",
            Self::Verify => "/auth/verify",
            Self::Account => "/account",
            Self::Alive => "/healthz",
        }
    }
}

/// CPU time of one journey or request, in milliseconds.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cpu {
    pub(crate) server: f64,
    pub(crate) postgres: f64,
    /// The share of the server's that is spent in the kernel, from 0 to 1.
    pub(crate) in_kernel: f64,
}

/// The median, what 95 and 99 of a hundred stay below, and the longest, in milliseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Latency {
    pub(crate) p50: f64,
    pub(crate) p95: f64,
    pub(crate) p99: f64,
    pub(crate) max: f64,
}

impl Latency {
    pub(crate) fn of(mut all: Vec<Duration>) -> Self {
        all.sort_unstable();
        let at = |percent: usize| {
            let place = all.len().saturating_sub(1) * percent / 100;
            all.get(place)
                .map_or(0.0, |took| took.as_secs_f64() * 1000.0)
        };
        Self {
            p50: at(50),
            p95: at(95),
            p99: at(99),
            max: at(100),
        }
    }
}

/// What something costs under load.
#[derive(Debug)]
pub(crate) struct Cost {
    pub(crate) cpu: Cpu,
    pub(crate) latency: Latency,
}

/// The server's memory, in MiB.
#[derive(Debug)]
pub(crate) struct Memory {
    pub(crate) idle: f64,
    pub(crate) half_way: f64,
    pub(crate) at_the_end: f64,
}

/// Everything.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) postgres_version: String,
    pub(crate) first: Cost,
    pub(crate) first_steps: Vec<(Step, Cpu)>,
    pub(crate) returning: Cost,
    pub(crate) returning_steps: Vec<(Step, Cpu)>,
    pub(crate) prompted: Cost,
    pub(crate) prompted_steps: Vec<(Step, Cpu)>,
    pub(crate) checked: Vec<(Checked, Cost)>,
    pub(crate) counts: Counts,
    pub(crate) memory: Memory,
    pub(crate) ready_after: Duration,
    pub(crate) crowd: Crowd,
    /// One person in many browsers.
    pub(crate) one_person: Crowd,
    pub(crate) audit: Audit,
    pub(crate) sizes: Sizes,
    /// Very many at once, Clio hanging, a flood.
    pub(crate) pressure: Pressure,
    /// The list of links in firms of different sizes.
    pub(crate) desks: Vec<Desk>,
    pub(crate) roster: Roster,
    /// The part of the machine that other programs took meanwhile, from 0 to 1.
    pub(crate) others: f64,
}
