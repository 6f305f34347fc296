//! The soak: a steady mixture for an hour, with a line each minute and a verdict at the end.

mod verdict;
mod visit;

use std::{
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use anyhow::Context as _;
use tokio::{sync::watch, task::JoinSet};

use self::{
    verdict::{Minute, Rows, Verdict},
    visit::{Shared, come_and_go},
};
use super::{Held, hang::switch};
use crate::{database::Database, fleet::Fleet, journey::Places, outcome::Latency, progress};

/// How many people are at it at a time.
const LANES: usize = 8;
/// Each so many minutes Clio hangs for a while, for the first time in the second.
const HANGS_EVERY: usize = 5;
/// For how long: longer than anybody waits for it.
const HANGS_FOR: Duration = Duration::from_secs(10);

/// Soaks a server for so many minutes, or until `stop`; gives the verdict about the time so far.
pub(crate) async fn soak(
    fleet: &Fleet,
    database_url: &str,
    minutes: usize,
    mut stop: watch::Receiver<bool>,
) -> anyhow::Result<Verdict> {
    let mut database = Database::open(database_url).await?;
    database.require_empty().await?;
    fleet.run(database_url, &["migrate"]).await?;
    let _clio = fleet.clio().await?;
    let server = fleet.server(database_url).await?;
    let pid = server.pid()?;
    let shared = Arc::new(Shared::new(fleet.places));
    let began = Instant::now();
    let mut lanes = JoinSet::new();
    for _ in 0..LANES {
        lanes.spawn(come_and_go(Arc::clone(&shared)));
    }
    let mut past = Vec::new();
    for minute in 1..=minutes.max(1) {
        let is_stopped = tokio::select! {
            passed = pass(minute, fleet.places, &shared) => {
                passed?;
                false
            }
            _ = stop.wait_for(|stop| *stop) => true,
        };
        let now = look(pid, &mut database, &shared).await?;
        progress(&format!("minute {minute}: {now}"));
        past.push(now);
        if is_stopped {
            break;
        }
    }
    shared.is_over.store(true, Ordering::Relaxed);
    switch(fleet.places, "normal").await?;
    while let Some(lane) = lanes.join_next().await {
        lane?;
    }
    let took = began.elapsed();
    database.sealed().await?;
    fleet
        .run(database_url, &["audit", "verify"])
        .await
        .context("the audit doesn't hold after the soak")?;
    server.stop().await?;
    let tally = std::mem::take(&mut *shared.tally());
    Ok(Verdict::of(&past, tally, took))
}

/// Lets a minute pass, and Clio hang in it now and then.
async fn pass(minute: usize, places: Places, shared: &Shared) -> anyhow::Result<()> {
    let ends = Instant::now() + Duration::from_mins(1);
    if minute % HANGS_EVERY == 2 {
        shared.hangs.store(true, Ordering::SeqCst);
        switch(places, "token_hangs").await?;
        tokio::time::sleep(HANGS_FOR).await;
        switch(places, "normal").await?;
        shared.hangs.store(false, Ordering::SeqCst);
    }
    tokio::time::sleep_until(ends.into()).await;
    Ok(())
}

/// Looks at the minute that is over.
async fn look(server: u32, database: &mut Database, shared: &Shared) -> anyhow::Result<Minute> {
    let held = Held::now(server, database).await?;
    let rows = Rows {
        attempts: database
            .count("SELECT count(*) FROM sign_in_attempts")
            .await?,
        guesses: database.count("SELECT count(*) FROM guesses").await?,
        accounts: database.count("SELECT count(*) FROM accounts").await?,
        sessions: database.count("SELECT count(*) FROM sessions").await?,
        mails: database.count("SELECT count(*) FROM mail_outbox").await?,
        events: database.count("SELECT count(*) FROM audit_events").await?,
    };
    let mut tally = shared.tally();
    Ok(Minute {
        requests: tally.requests,
        failures: tally.failures,
        abandoned: tally.abandoned,
        pages: Latency::of(std::mem::take(&mut tally.pages)),
        sign_ins: Latency::of(std::mem::take(&mut tally.sign_ins)),
        held,
        rows,
    })
}
