//! Very many sign-ins and session checks, so many at once, and what they left in the database.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::Held;
use crate::{
    database::Database,
    journey::Places,
    load::Lanes,
    outcome::Latency,
    progress,
    scale::{LOAD_LANES, Scale, number},
};

/// What the names of those who sign in begin with, and nobody else's.
const PREFIX: &str = "load-";

/// Very many of something, so many at once. One that fails ends the run.
#[derive(Debug)]
pub(crate) struct Burst {
    pub(crate) what: &'static str,
    pub(crate) count: usize,
    pub(crate) latency: Latency,
    took: Duration,
}

impl Burst {
    fn of(what: &'static str, began: Instant, latencies: Vec<Duration>) -> Self {
        Self {
            what,
            count: latencies.len(),
            took: began.elapsed(),
            latency: Latency::of(latencies),
        }
    }

    /// How many in a second.
    pub(crate) fn rate(&self) -> f64 {
        number(self.count) / self.took.as_secs_f64().max(0.001)
    }
}

/// What the sign-ins left.
#[derive(Debug)]
pub(crate) struct Left {
    pub(crate) accounts: usize,
    pub(crate) identities: usize,
    /// Events that say that one of these people signed in, for the first time or again.
    pub(crate) events: usize,
    /// Attempts that nobody used up.
    pub(crate) attempts: usize,
}

/// How it went.
#[derive(Debug)]
pub(crate) struct Many {
    pub(crate) bursts: Vec<Burst>,
    pub(crate) people: usize,
    pub(crate) sign_ins: usize,
    pub(crate) left: Left,
    /// Before, between sign-ins and checks, and at the end.
    pub(crate) held: [Held; 3],
}

/// Signs very many in, then checks sessions with the cookies of others.
pub(crate) async fn many(
    places: Places,
    server: u32,
    database: &mut Database,
    cookies: &Arc<[String]>,
    scale: Scale,
) -> anyhow::Result<Many> {
    let people: Vec<String> = (0..scale.load_sign_ins / 2)
        .map(|number| format!("{PREFIX}{number}"))
        .collect();
    let attempts_before = attempts(database).await?;
    let mut bursts = Vec::new();
    let before = Held::settled(server, database).await?;
    for (what, landing) in [
        ("first sign-ins", "/welcome"),
        ("returning sign-ins", "/account"),
    ] {
        progress(what);
        let lanes = Lanes::open_some(places, LOAD_LANES).await?;
        let began = Instant::now();
        let (took, _) = lanes.sign_in(&people, landing).await?;
        bursts.push(Burst::of(what, began, took));
    }
    let sign_ins = bursts.iter().map(|burst| burst.count).sum();
    let attempts = attempts(database).await?.saturating_sub(attempts_before);
    let half_way = Held::settled(server, database).await?;
    for path in ["/api/v1/session", "/auth/verify"] {
        progress(path);
        let lanes = Lanes::open_some(places, LOAD_LANES).await?;
        let began = Instant::now();
        let took = lanes.get(path, cookies, scale.load_checks / 2).await?;
        bursts.push(Burst::of(path, began, took));
    }
    Ok(Many {
        bursts,
        people: people.len(),
        sign_ins,
        left: Left {
            accounts: database.accounts(PREFIX).await?.0,
            identities: database.identities(PREFIX).await?,
            events: database.sign_ins(PREFIX).await?,
            attempts,
        },
        held: [before, half_way, Held::settled(server, database).await?],
    })
}

async fn attempts(database: &mut Database) -> anyhow::Result<usize> {
    database
        .count("SELECT count(*) FROM sign_in_attempts")
        .await
}
