//! The administrators' list of links, in a small firm and in a very big one: pages asked for one at a
//! time by somebody who administers, each for the first time, and all of it as a file.

mod chance;
mod download;
mod families;
mod people;
mod report;

use std::time::Duration;

use anyhow::ensure;
use http::{Request, StatusCode, header};
use sqlx::{Connection as _, PgConnection};

use self::{
    chance::Chance,
    people::{Person, draw},
};
pub(crate) use self::{download::Download, families::Family, report::rows};
use crate::{
    fleet::Fleet,
    journey::{Browser, Lines},
    line::Line,
    load,
    outcome::Latency,
    progress,
    scratch::Scratch,
};

/// How many pages of a family are asked for before any is measured, so that the server's connections know
/// their statements, and how many are measured.
const WARM_UP: usize = 60;
const PAGES: usize = 120;

/// How many links are drawn to ask about.
const DRAWN: usize = 2_000;

/// What the server holds while it searches for duplicates. We hold it instead: a firm that was never searched
/// takes an hour of half a core, and one that lives next to nothing.
const SEARCH: i64 = 0x7665_7374_6475_706c;

/// Who administers, at the simulated Clio.
const ADMINISTRATOR: &str = "desk-administrator";

/// What the list takes in a firm of some size.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) accounts: usize,
    pub(crate) links: usize,
    /// How long it took to write the firm into the database.
    pub(crate) seeding: Duration,
    pub(crate) families: Vec<(Family, Latency, String)>,
    pub(crate) download: Download,
}

/// Measures the list in a database of its own, which is removed afterwards. The simulated Clio must run,
/// and no server.
pub(crate) async fn desk(
    fleet: &Fleet,
    database_url: &str,
    accounts: usize,
) -> anyhow::Result<Desk> {
    let scratch = Scratch::make(fleet, database_url, "bench_desk").await?;
    let url = scratch.url();
    let mut database = PgConnection::connect(url).await?;
    progress(&format!("writing {accounts} accounts"));
    let seeding = seed(&mut database, accounts).await?;

    sqlx::query("SELECT pg_advisory_lock($1)")
        .bind(SEARCH)
        .execute(&mut database)
        .await?;

    let server = fleet.server(url).await?;
    let mut lines = Lines::open(fleet.places).await?;
    let mut browser = Browser::new(ADMINISTRATOR.to_owned());
    browser.sign_in(&mut lines).await?;
    let promoted = sqlx::query(
        "UPDATE accounts
         SET role = 'admin'
         WHERE email LIKE $1 || '@%'",
    )
    .bind(ADMINISTRATOR)
    .execute(&mut database)
    .await?;
    ensure!(promoted.rows_affected() == 1, "nobody administers");
    let cookie = browser.cookie_header();

    let mut chance = Chance::new(1);
    let people = draw(&mut database, &mut chance, DRAWN).await?;
    let mut families = Vec::new();
    for family in Family::ALL {
        progress(&format!("{accounts} accounts: {}", family.name()));
        let mut line = Line::open(fleet.places.server).await?;
        let (took, slowest) = pages(&mut line, family, &cookie, &mut chance, &people).await?;
        families.push((family, took, slowest));
    }
    progress(&format!("{accounts} accounts: all of them as a file"));
    let download = download::download(fleet.places.server, server.pid()?, &cookie).await?;
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM desk_links")
        .fetch_one(&mut database)
        .await?;
    server.stop().await?;
    database.close().await?;
    scratch.remove().await?;
    Ok(Desk {
        accounts,
        links: usize::try_from(count)?,
        seeding,
        families,
        download,
    })
}

/// Writes a firm.
async fn seed(database: &mut PgConnection, accounts: usize) -> anyhow::Result<Duration> {
    let started = std::time::Instant::now();
    sqlx::query("SELECT set_config('bench.accounts', $1, false)")
        .bind(accounts.to_string())
        .execute(&mut *database)
        .await?;
    sqlx::raw_sql(include_str!("seed.sql"))
        .execute(&mut *database)
        .await?;
    // As in a database that lives: PostgreSQL does the first by itself after a while, and comes to hold in its
    // buffers what is used.
    for statement in [
        "RESET session_replication_role",
        "VACUUM (ANALYZE)",
        "CHECKPOINT",
        "CREATE EXTENSION IF NOT EXISTS pg_prewarm",
        "SELECT count(pg_prewarm(oid))
         FROM pg_class
         WHERE relkind IN ('r', 'i')
           AND relnamespace = 'public'::regnamespace",
    ] {
        sqlx::raw_sql(statement).execute(&mut *database).await?;
    }
    Ok(started.elapsed())
}

/// Asks for pages of a family; tells how long each took, and which was slowest.
async fn pages(
    line: &mut Line,
    family: Family,
    cookie: &str,
    chance: &mut Chance,
    people: &[Person],
) -> anyhow::Result<(Latency, String)> {
    for _ in 0..WARM_UP {
        load::get(line, &family.page(chance, people)?, cookie).await?;
    }
    let mut took = Vec::with_capacity(PAGES);
    let mut slowest = (Duration::ZERO, String::new());
    for _ in 0..PAGES {
        let path = family.page(chance, people)?;
        let this = load::get(line, &path, cookie).await?;
        took.push(this);
        slowest = slowest.max((this, path));
    }
    let (time, path) = slowest;
    let slowest = format!("{:.1} ms {path}", time.as_secs_f64() * 1000.0);
    Ok((Latency::of(took), slowest))
}

/// A request of the administrator.
fn request(cookie: &str) -> http::request::Builder {
    Request::get("/").header(header::COOKIE, cookie)
}

/// Refuses anything but a good answer.
fn good(status: StatusCode, path: &str) -> anyhow::Result<()> {
    ensure!(status == StatusCode::OK, "{path} answers {status}");
    Ok(())
}
