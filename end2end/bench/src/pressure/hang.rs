//! People who come back while Clio's token endpoint hangs, and everybody else meanwhile.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::ensure;
use http::Request;
use tokio::{sync::Barrier, task::JoinSet};

use super::Held;
use crate::{
    database::Database,
    journey::{Browser, Lines, Places, Step},
    line::Line,
    load::get,
    outcome::Latency,
    scale::HANGING,
};

/// The pages that others ask for meanwhile, one after the other.
const PAGES: [&str; 5] = [
    "/sign-in",
    "/account",
    "/api/v1/session",
    "/healthz",
    "/readyz",
];
/// How many others there are at a time.
const OTHERS: usize = 4;
/// How long each of them reads a page.
const READS: Duration = Duration::from_millis(10);

/// How it went.
#[derive(Debug)]
pub(crate) struct Hang {
    /// From coming back until they are told that Clio is unavailable.
    pub(crate) told: Latency,
    /// The pages of the others.
    pub(crate) pages: Latency,
    pub(crate) asked: usize,
    /// How many of the same people signed in when Clio was well again.
    pub(crate) let_in: usize,
    /// Before, in the middle, and when everybody was told.
    pub(crate) held: [Held; 3],
}

/// Lets Clio's token endpoint hang while people come back, then lets them all in.
pub(crate) async fn hang(
    places: Places,
    server: u32,
    database: &mut Database,
    cookies: &Arc<[String]>,
) -> anyhow::Result<Hang> {
    let before = Held::settled(server, database).await?;
    // What becomes of a code is settled when Clio gives it out.
    switch(places, "token_hangs").await?;
    let door = Arc::new(Barrier::new(HANGING + 1));
    let mut people = JoinSet::new();
    for number in 0..HANGING {
        let door = Arc::clone(&door);
        people.spawn(async move {
            let mut browser = Browser::new(format!("hanging-{number}"));
            let arrived = arrive(&mut browser, places).await;
            door.wait().await;
            let mut lines = arrived?;
            let began = Instant::now();
            browser.take(Step::Callback, &mut lines).await?;
            ensure!(
                browser
                    .landing
                    .starts_with("/sign-in?problem=clio_unavailable"),
                "landed on {} while Clio hangs",
                browser.landing
            );
            Ok(began.elapsed())
        });
    }
    let is_over = Arc::new(AtomicBool::new(false));
    let mut others = JoinSet::new();
    for place in 0..OTHERS {
        let (is_over, cookies) = (Arc::clone(&is_over), Arc::clone(cookies));
        others.spawn(async move {
            let mut line = Line::open(places.server).await?;
            let mut took = Vec::new();
            let mut turn = place;
            while !is_over.load(Ordering::Relaxed) {
                let page = PAGES.get(turn % PAGES.len()).copied().unwrap_or("/healthz");
                let cookie = cookies.get(turn % cookies.len()).map_or("", String::as_str);
                took.push(get(&mut line, page, cookie).await?);
                turn += 1;
                tokio::time::sleep(READS).await;
            }
            anyhow::Ok(took)
        });
    }
    door.wait().await;
    // All of them wait for Clio by now.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let meanwhile = Held::now(server, database).await?;
    let mut told = Vec::new();
    while let Some(person) = people.join_next().await {
        told.push(person??);
    }
    is_over.store(true, Ordering::Relaxed);
    let mut pages = Vec::new();
    while let Some(other) = others.join_next().await {
        pages.extend(other??);
    }
    let afterwards = Held::settled(server, database).await?;
    switch(places, "normal").await?;
    let mut lines = Lines::open(places).await?;
    let mut let_in = 0;
    for number in 0..HANGING {
        let mut browser = Browser::new(format!("hanging-{number}"));
        browser.sign_in(&mut lines).await?;
        ensure!(
            browser.landing == "/welcome",
            "landed on {}",
            browser.landing
        );
        let_in += 1;
    }
    Ok(Hang {
        told: Latency::of(told),
        asked: pages.len(),
        pages: Latency::of(pages),
        let_in,
        held: [before, meanwhile, afterwards],
    })
}

async fn arrive(browser: &mut Browser, places: Places) -> anyhow::Result<Lines> {
    let mut lines = Lines::open(places).await?;
    for step in [Step::Page, Step::Start, Step::Clio] {
        browser.take(step, &mut lines).await?;
    }
    Ok(lines)
}

/// Switches how sign-ins at the simulated Clio end, from now on.
pub(super) async fn switch(places: Places, outcome: &str) -> anyhow::Result<()> {
    let mut line = Line::open(places.clio).await?;
    let form = format!("outcome={outcome}&span=standing");
    let answer = line
        .post("/simulation/outcome", Request::builder(), &form)
        .await?;
    ensure!(
        answer.status.is_redirection(),
        "the simulated Clio answers {}",
        answer.status
    );
    Ok(())
}
