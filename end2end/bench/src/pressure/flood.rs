//! A flood of starts and bad callbacks from a few addresses, and honest people at others.
//!
//! What it may leave is bounded by the limits: of each kind, so much for each address at once and so
//! much more each second. A start leaves an attempt, for ten minutes; a bad callback leaves a row in the
//! record. What is answered with 429 leaves nothing, and neither of them counts as a guess.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{bail, ensure};
use http::StatusCode;
use tokio::task::JoinSet;

use super::Held;
use crate::{
    database::Database,
    journey::{Browser, Lines, Places},
    line::Line,
    outcome::Latency,
    scale::{Scale, number},
};

/// From how many addresses it comes.
const PLACES: usize = 4;
/// How many connections each of them uses.
const LINES_EACH: usize = 4;
/// How many honest people are at the door at a time.
const HONEST: usize = 4;
/// What each place may send of each kind: so many at once, and so many more each second
/// (server/src/http/limits.rs).
const AT_ONCE: f64 = 1000.0;
const PER_SECOND: f64 = 20.0;

/// How it went.
#[derive(Debug)]
pub(crate) struct Flood {
    pub(crate) sent: usize,
    /// How many of them were told 429.
    pub(crate) refused: usize,
    /// Rows that it left: attempts, events in the audit, guesses.
    pub(crate) left: Rows,
    /// How many attempts, and how many events, it could leave by the limits.
    pub(crate) most: f64,
    /// The sign-ins of honest people meanwhile. One that fails ends the run.
    pub(crate) honest: Latency,
    pub(crate) let_in: usize,
    pub(crate) held: [Held; 2],
}

/// How many rows there are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rows {
    pub(crate) attempts: usize,
    pub(crate) events: usize,
    pub(crate) guesses: usize,
}

impl Rows {
    async fn count(database: &mut Database) -> anyhow::Result<Self> {
        Ok(Self {
            attempts: database
                .count("SELECT count(*) FROM sign_in_attempts")
                .await?,
            events: database.count("SELECT count(*) FROM audit_events").await?,
            guesses: database.count("SELECT count(*) FROM guesses").await?,
        })
    }

    /// How many more than before, without the event that each honest sign-in leaves.
    fn since(self, before: Self, honest: usize) -> Self {
        Self {
            attempts: self.attempts.saturating_sub(before.attempts),
            events: self.events.saturating_sub(before.events + honest),
            guesses: self.guesses.saturating_sub(before.guesses),
        }
    }
}

/// Floods the server.
pub(crate) async fn flood(
    places: Places,
    server: u32,
    database: &mut Database,
    scale: Scale,
) -> anyhow::Result<Flood> {
    let before = Held::settled(server, database).await?;
    let rows_before = Rows::count(database).await?;
    let began = Instant::now();
    let until = began + scale.flood;
    let refused = Arc::new(AtomicUsize::new(0));
    let sent = Arc::new(AtomicUsize::new(0));
    let mut lanes = JoinSet::new();
    for lane in 0..PLACES * LINES_EACH {
        let (refused, sent) = (Arc::clone(&refused), Arc::clone(&sent));
        let address = format!("192.0.2.{}", lane % PLACES + 1);
        lanes.spawn(async move {
            let mut line = Line::open(places.server).await?;
            let mut turn = lane;
            while Instant::now() < until {
                turn += 1;
                let (path, from) = if turn.is_multiple_of(2) {
                    ("/auth/clio/start".to_owned(), "same-origin")
                } else {
                    (
                        format!("/auth/clio/callback?code=x&state=made-up-{lane}-{turn}"),
                        "cross-site",
                    )
                };
                let request = Browser::headers(from).header("x-forwarded-for", &address);
                let answer = line.get(&path, request).await?;
                sent.fetch_add(1, Ordering::Relaxed);
                match answer.status {
                    StatusCode::SEE_OTHER => {}
                    StatusCode::TOO_MANY_REQUESTS => {
                        refused.fetch_add(1, Ordering::Relaxed);
                    }
                    status => bail!("{path} answers {status} in the flood"),
                }
            }
            Ok(Vec::new())
        });
    }
    for lane in 0..HONEST {
        lanes.spawn(async move {
            let mut took: Vec<Duration> = Vec::new();
            let mut own = Lines::open(places).await?;
            while Instant::now() < until {
                let person = format!("honest-{lane}-{}", took.len());
                let address = format!("198.51.100.{}", took.len() % 200 + 1);
                let mut browser = Browser::new(person).at(address);
                took.push(browser.sign_in(&mut own).await?);
                ensure!(
                    browser.landing == "/welcome",
                    "an honest person landed on {}",
                    browser.landing
                );
            }
            Ok(took)
        });
    }
    let mut honest = Vec::new();
    while let Some(lane) = lanes.join_next().await {
        honest.extend(lane??);
    }
    let seconds = began.elapsed().as_secs_f64();
    let rows = Rows::count(database).await?;
    Ok(Flood {
        sent: sent.load(Ordering::Relaxed),
        refused: refused.load(Ordering::Relaxed),
        left: rows.since(rows_before, honest.len()),
        most: number(PLACES) * (AT_ONCE + PER_SECOND * seconds),
        let_in: honest.len(),
        honest: Latency::of(honest),
        held: [before, Held::settled(server, database).await?],
    })
}
