//! Pressure: very many at once, Clio hanging, a flood; and what the server holds meanwhile.

mod flood;
mod hang;
mod many;
mod report;
pub(crate) mod soak;

use std::{sync::Arc, time::Duration};

pub(crate) use self::report::rows;
use self::{flood::Flood, hang::Hang, many::Many};
use crate::{
    database::Database,
    fleet::Fleet,
    load::Lanes,
    memory, progress,
    scale::{LOAD_LANES, Scale},
};

/// With how many people's sessions the checks are asked.
const SESSIONS: usize = 200;
/// How long the server is left alone before it is looked at: connections that were closed are gone then.
const SETTLE: Duration = Duration::from_secs(2);

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

    /// Looks at it when nobody has asked for anything for a moment.
    async fn settled(server: u32, database: &mut Database) -> anyhow::Result<Self> {
        tokio::time::sleep(SETTLE).await;
        Self::now(server, database).await
    }
}

/// What came of it all.
#[derive(Debug)]
pub(crate) struct Pressure {
    many: Many,
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
    // Some sign-ins first, so that connections and caches are there.
    let warm: Vec<_> = (0..SESSIONS)
        .map(|number| format!("warm-{number}"))
        .collect();
    let lanes = Lanes::open_some(fleet.places, LOAD_LANES).await?;
    let cookies: Arc<[String]> = lanes.sign_in(&warm, "/welcome").await?.1.into();
    let many = many::many(fleet.places, pid, database, &cookies, scale).await?;
    progress("Clio hangs");
    let hang = hang::hang(fleet.places, pid, database, &cookies).await?;
    progress("a flood");
    let flood = flood::flood(fleet.places, pid, database, scale).await?;
    database.sealed().await?;
    fleet.run(database_url, &["audit", "verify"]).await?;
    server.stop().await?;
    Ok(Pressure { many, hang, flood })
}
