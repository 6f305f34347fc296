//! Pressure: very many at once, Clio hanging, a flood; and what the server holds meanwhile.

mod flood;
mod hang;
mod report;
pub(crate) mod soak;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::ensure;

pub(crate) use self::report::rows;
use self::{flood::Flood, hang::Hang};
use crate::{
    database::Database,
    fleet::Fleet,
    journey::Places,
    load::Lanes,
    memory,
    outcome::Latency,
    progress,
    scale::{LOAD_LANES, Scale, number},
};

/// With how many people's sessions the checks are asked.
const SESSIONS: usize = 200;

/// What the server holds at one moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held {
    /// Memory, in MiB.
    pub(crate) memory: f64,
    pub(crate) descriptors: usize,
    /// Connections to the database.
    pub(crate) connections: usize,
}

impl Held {
    /// Looks at it now.
    pub(crate) async fn now(server: u32, database: &mut Database) -> anyhow::Result<Self> {
        Ok(Self {
            memory: memory::of_process(server)?,
            descriptors: memory::descriptors(server)?,
            connections: database.connections().await?,
        })
    }
}

/// Very many of something, so many at once.
#[derive(Debug)]
pub(crate) struct Burst {
    pub(crate) what: &'static str,
    pub(crate) count: usize,
    pub(crate) took: Duration,
    pub(crate) latency: Latency,
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
    fn rate(&self) -> f64 {
        number(self.count) / self.took.as_secs_f64().max(0.001)
    }
}

/// What came of it all.
#[derive(Debug)]
pub(crate) struct Pressure {
    bursts: Vec<Burst>,
    /// Before the bursts, between sign-ins and checks, and at their end.
    held: [Held; 3],
    people: usize,
    accounts: usize,
    hang: Hang,
    flood: Flood,
}

/// Puts a server over a migrated database under pressure.
pub(crate) async fn pressure(
    fleet: &Fleet,
    database_url: &str,
    database: &mut Database,
    scale: Scale,
) -> anyhow::Result<Pressure> {
    let server = fleet.server(database_url).await?;
    let pid = server.pid()?;
    let people: Vec<String> = (0..scale.load_sign_ins / 2)
        .map(|number| format!("load-{number}"))
        .collect();
    let mut bursts = Vec::new();
    // Some sign-ins first, so that connections and caches are there.
    let (_, cookies) = open(fleet.places)
        .await?
        .sign_in(&names("warm", SESSIONS), "/welcome")
        .await?;
    let before = Held::now(pid, database).await?;
    for (what, landing) in [
        ("first sign-ins", "/welcome"),
        ("returning sign-ins", "/account"),
    ] {
        progress(what);
        let lanes = open(fleet.places).await?;
        let began = Instant::now();
        let (took, _) = lanes.sign_in(&people, landing).await?;
        bursts.push(Burst::of(what, began, took));
    }
    let half_way = Held::now(pid, database).await?;
    let cookies: Arc<[String]> = cookies.into();
    for path in ["/api/v1/session", "/auth/verify"] {
        progress(path);
        let lanes = open(fleet.places).await?;
        let began = Instant::now();
        let took = lanes.get(path, &cookies, scale.load_checks / 2).await?;
        bursts.push(Burst::of(path, began, took));
    }
    let at_the_end = Held::now(pid, database).await?;
    let (accounts, distinct) = database.accounts("load-").await?;
    ensure!(
        accounts == distinct,
        "{accounts} accounts for {distinct} people"
    );
    progress("Clio hangs");
    let hang = hang::hang(fleet.places, pid, database, &cookies).await?;
    progress("a flood");
    let flood = flood::flood(fleet.places, pid, database, scale).await?;
    database.sealed().await?;
    fleet.run(database_url, &["audit", "verify"]).await?;
    server.stop().await?;
    Ok(Pressure {
        bursts,
        held: [before, half_way, at_the_end],
        people: people.len(),
        accounts,
        hang,
        flood,
    })
}

async fn open(places: Places) -> anyhow::Result<Lanes> {
    Lanes::open_some(places, LOAD_LANES).await
}

fn names(prefix: &str, count: usize) -> Vec<String> {
    (0..count)
        .map(|number| format!("{prefix}-{number}"))
        .collect()
}
