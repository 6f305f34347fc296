//! What the people of the soak do, one after the other on each lane.

use std::{
    sync::Arc,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use anyhow::ensure;
use http::{Request, StatusCode, header};

use crate::{
    journey::{Browser, Lines, Places},
    load::get,
};

/// How long each of them reads a page.
const READS: Duration = Duration::from_millis(20);
/// From how many addresses they come. All of them at one would meet the limits of an address with what
/// they leave undone.
const ADDRESSES: usize = 250;
/// How soon somebody must be told that Clio is unavailable.
const TOLD_WITHIN: Duration = Duration::from_secs(6);
/// The pages that each of them looks at.
const PAGES: [&str; 6] = [
    "/api/v1/session",
    "/auth/verify",
    "/account",
    "/account/connections",
    "/account/sessions",
    "/account/activity",
];

/// What happened so far.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Requests that the server answered.
    pub(super) requests: usize,
    /// How long pages and sign-ins took since somebody looked last; those that Clio hung in left out.
    pub(super) pages: Vec<Duration>,
    pub(super) sign_ins: Vec<Duration>,
    /// Sign-ins that were told that Clio is unavailable.
    pub(super) told: usize,
    /// Sign-ins that were begun and left undone.
    pub(super) abandoned: usize,
    pub(super) failures: usize,
    pub(super) first_failure: Option<String>,
}

/// What the lanes share.
pub(super) struct Shared {
    pub(super) places: Places,
    pub(super) is_over: AtomicBool,
    /// Whether Clio may hang; set before it does, taken back afterwards.
    pub(super) hangs: AtomicBool,
    people: AtomicUsize,
    tally: Mutex<Tally>,
}

impl Shared {
    pub(super) fn new(places: Places) -> Self {
        Self {
            places,
            is_over: AtomicBool::new(false),
            hangs: AtomicBool::new(false),
            people: AtomicUsize::new(0),
            tally: Mutex::default(),
        }
    }

    pub(super) fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets people come and go until it is over.
pub(super) async fn come_and_go(shared: Arc<Shared>) {
    while !shared.is_over.load(Ordering::Relaxed) {
        let number = shared.people.fetch_add(1, Ordering::Relaxed);
        if let Err(error) = visit(&shared, number).await {
            {
                let mut tally = shared.tally();
                tally.failures += 1;
                tally.first_failure.get_or_insert(format!("{error:#}"));
            }
            // A server that is gone isn't asked as fast as it fails.
            tokio::time::sleep(READS).await;
        }
    }
}

/// Somebody signs in for the first time and comes again twice, in a new browser each; looks around,
/// leaves something undone, and signs out or just goes away.
async fn visit(shared: &Shared, number: usize) -> anyhow::Result<()> {
    let address = format!("198.18.0.{}", number % ADDRESSES + 1);
    let mut lines = Lines::open(shared.places).await?;
    let mut is_known = false;
    for turn in 0..3 {
        let mut browser = Browser::new(format!("soaked-{number}")).at(address.clone());
        if !sign_in(shared, &mut browser, &mut lines, is_known).await? {
            continue;
        }
        is_known = true;
        let cookie = browser.cookie_header();
        for path in PAGES {
            let took = get(&mut lines.server, path, &cookie).await?;
            {
                let mut tally = shared.tally();
                tally.requests += 1;
                tally.pages.push(took);
            }
            tokio::time::sleep(READS).await;
        }
        leave_undone(shared, &mut lines, &address).await?;
        if turn > 0 {
            sign_out(shared, &mut browser, &mut lines, &cookie).await?;
        }
    }
    Ok(())
}

/// Signs in; `false` when Clio hung meanwhile, and the person was told so in time.
async fn sign_in(
    shared: &Shared,
    browser: &mut Browser,
    lines: &mut Lines,
    is_known: bool,
) -> anyhow::Result<bool> {
    let may_hang = shared.hangs.load(Ordering::SeqCst);
    let took = browser.sign_in(lines).await?;
    let may_hang = may_hang || shared.hangs.load(Ordering::SeqCst);
    let mut tally = shared.tally();
    // The page, the start, the callback, and where it ends.
    tally.requests += 4;
    if may_hang
        && browser
            .landing
            .starts_with("/sign-in?problem=clio_unavailable&")
    {
        tally.told += 1;
        drop(tally);
        ensure!(took < TOLD_WITHIN, "told after {took:?} that Clio hangs");
        return Ok(false);
    }
    if !may_hang {
        tally.sign_ins.push(took);
    }
    drop(tally);
    let landing = if is_known { "/account" } else { "/welcome" };
    ensure!(
        browser.landing == landing,
        "landed on {} instead of {landing}",
        browser.landing
    );
    Ok(true)
}

/// Comes back from Clio with what nobody sent there, which leaves a refusal in the record, and begins a
/// sign-in, which leaves an attempt.
async fn leave_undone(shared: &Shared, lines: &mut Lines, address: &str) -> anyhow::Result<()> {
    for (path, from, leads_to) in [
        (
            "/auth/clio/callback?code=x&state=made-up",
            "cross-site",
            "/sign-in?problem=expired&",
        ),
        ("/auth/clio/start", "same-origin", "http://"),
    ] {
        let request = Browser::headers(from).header("x-forwarded-for", address);
        let answer = lines.server.get(path, request).await?;
        shared.tally().requests += 1;
        ensure!(
            answer.status == StatusCode::SEE_OTHER
                && answer.header(&header::LOCATION).starts_with(leads_to),
            "{path} answers {}",
            answer.status
        );
    }
    shared.tally().abandoned += 1;
    Ok(())
}

/// Signs out, and is out.
async fn sign_out(
    shared: &Shared,
    browser: &mut Browser,
    lines: &mut Lines,
    cookie: &str,
) -> anyhow::Result<()> {
    browser.sign_out(lines).await?;
    let request = Request::get("/").header(header::COOKIE, cookie);
    let answer = lines.server.get("/api/v1/session", request).await?;
    shared.tally().requests += 2;
    ensure!(
        answer.status == StatusCode::UNAUTHORIZED,
        "a session that was signed out of answers {}",
        answer.status
    );
    Ok(())
}
