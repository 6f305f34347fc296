//! A crowd: people who sign in for the first time at the same moment, each in several browsers at
//! once; or one person in very many.

use std::{sync::Arc, time::Instant};

use anyhow::ensure;
use tokio::{sync::Barrier, task::JoinSet};

use crate::{
    database::Database,
    journey::{Browser, Lines, Places, Step},
    outcome::Latency,
};

/// Who comes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    /// What their names begin with, and nobody else's.
    pub(crate) prefix: &'static str,
    /// How many people.
    pub(crate) people: usize,
    /// In how many browsers each of them.
    pub(crate) browsers_each: usize,
}

/// How it went.
#[derive(Debug)]
pub(crate) struct Crowd {
    /// Browsers that didn't get in.
    pub(crate) failures: usize,
    /// Why the first of them didn't.
    pub(crate) first_failure: Option<String>,
    pub(crate) accounts: usize,
    /// How many of the accounts are of different people.
    pub(crate) people: usize,
    /// From coming back from Clio to the landing page, everybody at once.
    pub(crate) latency: Latency,
}

/// Lets the crowd in. Everybody waits at the door of the callback until the last one is there, so
/// that all accounts are made at the same moment, each wanted by several browsers.
pub(crate) async fn crowd(
    places: Places,
    database: &mut Database,
    shape: Shape,
) -> anyhow::Result<Crowd> {
    let Shape {
        prefix,
        people,
        browsers_each,
    } = shape;
    let door = Arc::new(Barrier::new(people * browsers_each));
    let mut browsers = JoinSet::new();
    for place in 0..people * browsers_each {
        let door = Arc::clone(&door);
        browsers.spawn(async move {
            let mut browser = Browser::new(format!("{prefix}{}", place / browsers_each));
            let arrived = arrive(&mut browser, places).await;
            door.wait().await;
            let started = Instant::now();
            let mut lines = arrived?;
            browser.take(Step::Callback, &mut lines).await?;
            ensure!(
                matches!(browser.landing.as_str(), "/welcome" | "/account"),
                "landed on {}",
                browser.landing
            );
            browser.take(Step::Landing, &mut lines).await?;
            anyhow::Ok(started.elapsed())
        });
    }
    let (mut took, mut failures) = (Vec::new(), Vec::new());
    while let Some(browser) = browsers.join_next().await {
        match browser? {
            Ok(time) => took.push(time),
            Err(error) => failures.push(format!("{error:#}")),
        }
    }
    let (accounts, people) = database.accounts(prefix).await?;
    Ok(Crowd {
        failures: failures.len(),
        first_failure: failures.into_iter().next(),
        accounts,
        people,
        latency: Latency::of(took),
    })
}

async fn arrive(browser: &mut Browser, places: Places) -> anyhow::Result<Lines> {
    let mut lines = Lines::open(places).await?;
    for step in [Step::Page, Step::Start, Step::Clio] {
        browser.take(step, &mut lines).await?;
    }
    Ok(lines)
}
