//! Load: sign-ins or requests on some lanes, each with connections of its own.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::ensure;
use http::{Request, StatusCode, header};
use tokio::task::JoinSet;

use crate::{
    journey::{Browser, Lines, Places, Step},
    line::Line,
    scale::LANES,
};

/// Lanes with open connections. The server closes connections that wait for ten seconds, so each
/// round opens its own, before the clocks are read.
pub(crate) struct Lanes(Vec<Lines>);

impl Lanes {
    /// Sixteen.
    pub(crate) async fn open(places: Places) -> anyhow::Result<Self> {
        Self::open_some(places, LANES).await
    }

    /// So many.
    pub(crate) async fn open_some(places: Places, count: usize) -> anyhow::Result<Self> {
        let mut lanes = Vec::with_capacity(count);
        for _ in 0..count {
            let mut lane = Lines::open(places).await?;
            // The server's side of the connection exists once it has answered.
            lane.server.get("/healthz", Request::get("/")).await?;
            lanes.push(lane);
        }
        Ok(Self(lanes))
    }

    /// Signs people in, each in a new browser, who land on a page; tells how long each took, and
    /// gives the cookies of each browser.
    pub(crate) async fn sign_in(
        self,
        people: &[String],
        landing: &'static str,
    ) -> anyhow::Result<(Vec<Duration>, Vec<String>)> {
        let people: Arc<[String]> = people.into();
        let next = Arc::new(AtomicUsize::new(0));
        let mut lanes = JoinSet::new();
        for mut lines in self.0 {
            let (people, next) = (Arc::clone(&people), Arc::clone(&next));
            lanes.spawn(async move {
                let (mut took, mut cookies) = (Vec::new(), Vec::new());
                while let Some(person) = people.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let mut browser = Browser::new(person.clone());
                    took.push(browser.sign_in(&mut lines).await?);
                    ensure!(
                        browser.landing == landing,
                        "landed on {} instead of {landing}",
                        browser.landing
                    );
                    cookies.push(browser.cookie_header());
                }
                Ok((took, cookies))
            });
        }
        gather(lanes).await
    }

    /// Takes one step with every browser; gives lanes and browsers back.
    pub(crate) async fn take(
        self,
        step: Step,
        browsers: Vec<Browser>,
    ) -> anyhow::Result<(Self, Vec<Browser>)> {
        let count = self.0.len().max(1);
        let mut shares: Vec<Vec<Browser>> = (0..count).map(|_| Vec::new()).collect();
        for (place, browser) in browsers.into_iter().enumerate() {
            if let Some(share) = shares.get_mut(place % count) {
                share.push(browser);
            }
        }
        let mut lanes = JoinSet::new();
        for (mut lines, mut share) in self.0.into_iter().zip(shares) {
            lanes.spawn(async move {
                for browser in &mut share {
                    browser.take(step, &mut lines).await?;
                }
                Ok((vec![lines], share))
            });
        }
        let (lanes, browsers) = gather(lanes).await?;
        Ok((Self(lanes), browsers))
    }

    /// Asks for a page many times, with the cookies of different people; tells how long each took. What
    /// doesn't go into equal shares, the first lanes take.
    pub(crate) async fn get(
        self,
        path: &'static str,
        cookies: &Arc<[String]>,
        count: usize,
    ) -> anyhow::Result<Vec<Duration>> {
        let (share, rest) = (count / self.0.len().max(1), count % self.0.len().max(1));
        let mut lanes = JoinSet::new();
        for (place, mut lines) in self.0.into_iter().enumerate() {
            let cookies = Arc::clone(cookies);
            let share = share + usize::from(place < rest);
            lanes.spawn(async move {
                let mut took = Vec::with_capacity(share);
                let people = cookies.iter().cycle().skip(place * 7);
                for cookie in people.take(share) {
                    took.push(get(&mut lines.server, path, cookie).await?);
                }
                Ok((took, Vec::<()>::new()))
            });
        }
        Ok(gather(lanes).await?.0)
    }
}

/// Asks for a page once; tells how long it took.
pub(crate) async fn get(line: &mut Line, path: &str, cookie: &str) -> anyhow::Result<Duration> {
    let request = Request::get("/").header(header::COOKIE, cookie);
    let started = Instant::now();
    let answer = line.get(path, request).await?;
    ensure!(
        answer.status == StatusCode::OK,
        "{path} answers {}",
        answer.status
    );
    Ok(started.elapsed())
}

async fn gather<A: 'static, B: 'static>(
    mut lanes: JoinSet<anyhow::Result<(Vec<A>, Vec<B>)>>,
) -> anyhow::Result<(Vec<A>, Vec<B>)> {
    let (mut firsts, mut seconds) = (Vec::new(), Vec::new());
    while let Some(lane) = lanes.join_next().await {
        let (first, second) = lane??;
        firsts.extend(first);
        seconds.extend(second);
    }
    Ok((firsts, seconds))
}
