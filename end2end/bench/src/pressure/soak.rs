//! The soak: a steady mixture for an hour, with a line each minute and a verdict at the end.

use std::{
    fmt::Write as _,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use http::StatusCode;
use tokio::{sync::watch, task::JoinSet};

use super::{Held, hang::switch};
use crate::{
    database::Database,
    fleet::Fleet,
    journey::{Browser, Lines, Places},
    load::get,
    outcome::Latency,
    progress,
    scale::number,
};

/// How many people are at it at a time.
const LANES: usize = 8;
/// How long each of them reads before they go on.
const READS: Duration = Duration::from_millis(20);
/// Each so many minutes Clio hangs for a while.
const HANGS_EVERY: usize = 10;
/// For how long.
const HANGS_FOR: Duration = Duration::from_secs(10);
/// How much more memory than after the warming up counts as steady: a tenth and two MiB.
const STEADY: (f64, f64) = (1.1, 2.0);
/// How many more descriptors, of connections that come and go.
const MORE_DESCRIPTORS: usize = 16;

/// What the lanes share.
struct Shared {
    places: Places,
    is_over: AtomicBool,
    hangs: AtomicBool,
    done: AtomicUsize,
    people: AtomicUsize,
    took: Mutex<Vec<Duration>>,
    failures: Mutex<Vec<String>>,
}

/// Soaks a server for so many minutes, or until `stop`; gives the verdict and whether it is good.
pub(crate) async fn soak(
    fleet: &Fleet,
    database_url: &str,
    minutes: usize,
    mut stop: watch::Receiver<bool>,
) -> anyhow::Result<(String, bool)> {
    let mut database = Database::open(database_url).await?;
    database.require_empty().await?;
    fleet.run(database_url, &["migrate"]).await?;
    let _clio = fleet.clio().await?;
    let server = fleet.server(database_url).await?;
    let pid = server.pid()?;
    let shared = Arc::new(Shared {
        places: fleet.places,
        is_over: AtomicBool::new(false),
        hangs: AtomicBool::new(false),
        done: AtomicUsize::new(0),
        people: AtomicUsize::new(0),
        took: Mutex::default(),
        failures: Mutex::default(),
    });
    let mut lanes = JoinSet::new();
    for _ in 0..LANES {
        lanes.spawn(lane(Arc::clone(&shared)));
    }
    let mut minutes_held = Vec::new();
    for minute in 1..=minutes.max(1) {
        let ends = Instant::now() + Duration::from_mins(1);
        if minute.is_multiple_of(HANGS_EVERY) {
            shared.hangs.store(true, Ordering::Relaxed);
            switch(fleet.places, "token_hangs").await?;
            tokio::time::sleep(HANGS_FOR).await;
            switch(fleet.places, "normal").await?;
            // Those that met it are told within six seconds.
            tokio::time::sleep(Duration::from_secs(6)).await;
            shared.hangs.store(false, Ordering::Relaxed);
        }
        let is_stopped = tokio::select! {
            () = tokio::time::sleep_until(ends.into()) => false,
            _ = stop.wait_for(|stop| *stop) => true,
        };
        let held = Held::now(pid, &mut database).await?;
        progress(&line(minute, &shared, held, &mut database).await?);
        minutes_held.push(held);
        if is_stopped {
            break;
        }
    }
    shared.is_over.store(true, Ordering::Relaxed);
    while let Some(lane) = lanes.join_next().await {
        lane?;
    }
    database.sealed().await?;
    fleet.run(database_url, &["audit", "verify"]).await?;
    server.stop().await?;
    verdict(&shared, &minutes_held)
}

/// A line about the minute that is over.
async fn line(
    minute: usize,
    shared: &Shared,
    held: Held,
    database: &mut Database,
) -> anyhow::Result<String> {
    let took = std::mem::take(&mut *shared.took.lock().unwrap_or_else(PoisonError::into_inner));
    let failures = shared
        .failures
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .len();
    let attempts = database
        .count("SELECT count(*) FROM sign_in_attempts")
        .await?;
    let sessions = database
        .count("SELECT count(*) FROM sessions WHERE revoked_at IS NULL")
        .await?;
    let events = database.count("SELECT count(*) FROM audit_events").await?;
    Ok(format!(
        "minute {minute}: {} done, {failures} failures, p99 {:.0} ms, {:.1} MiB, {} descriptors, \
         {} connections, {attempts} attempts, {sessions} sessions, {events} events",
        shared.done.load(Ordering::Relaxed),
        Latency::of(took).p99,
        held.memory,
        held.descriptors,
        held.connections,
    ))
}

fn verdict(shared: &Shared, held: &[Held]) -> anyhow::Result<(String, bool)> {
    // The first tenth is warming up.
    let warm = held.get(held.len() / 10).context("no minute is over")?;
    let last = held.last().context("no minute is over")?;
    let failures = shared
        .failures
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    let most = warm.memory * STEADY.0 + STEADY.1;
    let mut text = String::new();
    let judged = [
        (
            format!("{} failures", failures.len()),
            failures.is_empty(),
            failures.first().cloned().unwrap_or_default(),
        ),
        (
            format!("memory {:.1} → {:.1} MiB", warm.memory, last.memory),
            last.memory <= most,
            format!("at most {most:.1}"),
        ),
        (
            format!("descriptors {} → {}", warm.descriptors, last.descriptors),
            last.descriptors <= warm.descriptors + MORE_DESCRIPTORS,
            format!("at most {MORE_DESCRIPTORS} more"),
        ),
    ];
    let is_good = judged.iter().all(|(_, is_good, _)| *is_good);
    writeln!(
        text,
        "{} minutes, {:.0} done a second",
        held.len(),
        number(shared.done.load(Ordering::Relaxed)) / number(held.len() * 60)
    )?;
    for (what, is_good, bound) in judged {
        let word = if is_good { "steady" } else { "NOT STEADY" };
        writeln!(text, "  {word}: {what} ({bound})")?;
    }
    Ok((text, is_good))
}

/// People one after the other: each signs in, looks around, comes again, and signs out or goes away.
async fn lane(shared: Arc<Shared>) {
    while !shared.is_over.load(Ordering::Relaxed) {
        let person = format!("soaked-{}", shared.people.fetch_add(1, Ordering::Relaxed));
        let began_while_hanging = shared.hangs.load(Ordering::Relaxed);
        let visited = visit(&shared, person).await;
        if let Err(error) = visited
            && !began_while_hanging
            && !shared.hangs.load(Ordering::Relaxed)
        {
            let mut failures = shared
                .failures
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            failures.push(format!("{error:#}"));
        }
    }
}

async fn visit(shared: &Shared, person: String) -> anyhow::Result<()> {
    let mut lines = Lines::open(shared.places).await?;
    for landing in ["/welcome", "/account", "/account"] {
        let mut browser = Browser::new(person.clone());
        note(shared, browser.sign_in(&mut lines).await?);
        ensure!(browser.landing == landing, "landed on {}", browser.landing);
        let cookie = browser.cookie_header();
        for path in [
            "/api/v1/session",
            "/auth/verify",
            "/account",
            "/account/connections",
            "/account/sessions",
            "/account/activity",
        ] {
            note(shared, get(&mut lines.server, path, &cookie).await?);
            tokio::time::sleep(READS).await;
        }
        // What is refused leaves its row, too.
        let made_up = Browser::headers("cross-site");
        let bad = "/auth/clio/callback?code=x&state=made-up";
        let answer = lines.server.get(bad, made_up).await?;
        ensure!(
            answer.status == StatusCode::SEE_OTHER,
            "a made-up callback answers {}",
            answer.status
        );
    }
    Ok(())
}

fn note(shared: &Shared, took: Duration) {
    shared.done.fetch_add(1, Ordering::Relaxed);
    shared
        .took
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(took);
}
