//! The roster of a big firm: read at the simulated Clio Manage, taken in, and shown.

use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use http::{Request, StatusCode, header};
use sqlx::{Connection as _, PgConnection};

use crate::{
    cpu,
    fleet::{Fleet, Program},
    journey::{Browser, Lines},
    line::{Line, path_of},
    load, memory,
    outcome::Latency,
    postgres::Cluster,
    progress,
    scratch::Scratch,
    statements::{self, Taken},
    table::{Figure, Goal, Table},
};

/// Whose user the simulated Clio Manage knows, and who connects the firm.
const OWNER: (&str, u64) = ("d.whitlock", 710_271);

/// The firm there.
const FIRM: &str = "20001";

/// Of how many people one has no account here.
const ONE_IN: usize = 10;

/// How often each page is asked for before it is measured, and how often it is.
const WARM_UP: usize = 60;
const PAGES: usize = 200;

/// How long a read may take: as many pages as Clio answers in a minute hold more people.
const READ_WITHIN: Duration = Duration::from_mins(1);

/// After how long Clio answers as much again.
const MINUTE: Duration = Duration::from_secs(61);

/// The pages.
const PATHS: [&str; 5] = [
    "/admin/roster",
    "/admin/roster/people",
    "/admin/links?column=person&column=firm&column=clio_role&column=enabled&column=seen",
    "/admin/links?firm=us:20001",
    "/admin/links?enabled=absent",
];

/// What the roster takes.
#[derive(Debug)]
pub(crate) struct Roster {
    people: usize,
    first: Read,
    /// The next night's, when nothing has changed.
    again: Read,
    pages: Vec<(&'static str, Latency, Taken)>,
}

/// What a read takes.
#[derive(Debug)]
struct Read {
    took: Duration,
    server: Duration,
    postgres: Duration,
    /// The server's memory afterwards, in MiB.
    memory: f64,
    waiting: i64,
}

/// Measures the roster in a database of its own, which is removed afterwards, beside a simulated Clio and a
/// server of its own.
pub(crate) async fn roster(database_url: &str, people: usize) -> anyhow::Result<Roster> {
    let fleet = Fleet::new()?.with_manage();
    let scratch = Scratch::make(&fleet, database_url, "bench_roster").await?;
    let url = scratch.url();
    let mut database = PgConnection::connect(url).await?;
    let _clio = fleet.clio().await?;
    progress(&format!("{people} people at Clio Manage"));
    hire(&fleet, &mut database, people).await?;

    let server = fleet.server(url).await?;
    progress("reading the roster");
    let first = Reading::begin(&server, &mut database).await?;
    let cookie = connect(&fleet, &mut database).await?;
    let first = first.end(&server, &mut database).await?;
    let is_over = Instant::now();

    sqlx::raw_sql("VACUUM (ANALYZE)")
        .execute(&mut database)
        .await?;
    let mut took = Vec::new();
    for path in PATHS {
        progress(path);
        let mut line = Line::open(fleet.places.server).await?;
        let mut all = Vec::with_capacity(PAGES);
        for turn in 0..WARM_UP + PAGES {
            let this = load::get(&mut line, path, &cookie).await?;
            if turn >= WARM_UP {
                all.push(this);
            }
        }
        took.push(Latency::of(all));
    }
    progress("reading it again, in another of Clio's minutes");
    tokio::time::sleep(MINUTE.saturating_sub(is_over.elapsed())).await;
    let again = Reading::begin(&server, &mut database).await?;
    sqlx::query("UPDATE manage_firms SET next_read_at = now()")
        .execute(&mut database)
        .await?;
    let again = again.end(&server, &mut database).await?;
    server.stop().await?;
    let counts = statements::of_pages(&fleet, url, &PATHS, &cookie).await?;
    let pages = PATHS.into_iter().zip(took).zip(counts);
    database.close().await?;
    scratch.remove().await?;
    Ok(Roster {
        people,
        first,
        again,
        pages: pages
            .map(|((path, took), taken)| (path, took, taken))
            .collect(),
    })
}

/// Gives so many people a user in the firm, and most of them an account here with a login.
async fn hire(fleet: &Fleet, database: &mut PgConnection, people: usize) -> anyhow::Result<()> {
    let mut line = Line::open(fleet.places.clio).await?;
    for person in 0..people {
        let form = format!(
            "region=us&firm={FIRM}&email=person-{person}%40harbourlane.test&first_name=Person&last_name=Number+{person}"
        );
        let answer = line
            .post("/simulation/manage/people", Request::get("/"), &form)
            .await?;
        ensure!(
            answer.status.is_redirection(),
            "hiring answers {}",
            answer.status
        );
    }
    sqlx::query(
        "INSERT INTO accounts (email, email_verified_at, first_name, last_name)
         SELECT 'person-' || n || '@harbourlane.test', now(), 'Person', 'Number ' || n
         FROM generate_series(0, $1 - 1) AS n
         WHERE n % $2 <> 0",
    )
    .bind(i32::try_from(people)?)
    .bind(i32::try_from(ONE_IN)?)
    .execute(&mut *database)
    .await?;
    sqlx::query(
        "INSERT INTO identities
             (account_id, issuer, subject, email, first_name, last_name, settled_email,
              settled_first_name, settled_last_name, linked_at, last_used_at)
         SELECT id, 'https://account.clio.example/', 'subject of ' || email, email, first_name, last_name, email,
                first_name, last_name, now() - interval '1 year', now() - interval '1 day'
         FROM accounts",
    )
    .execute(database)
    .await?;
    Ok(())
}

/// The owner signs in and connects the firm; gives the cookies.
async fn connect(fleet: &Fleet, database: &mut PgConnection) -> anyhow::Result<String> {
    let (subject, user) = OWNER;
    let mut lines = Lines::open(fleet.places).await?;
    let mut browser = Browser::new(subject.to_owned());
    browser.sign_in(&mut lines).await?;
    let promoted = sqlx::query("UPDATE accounts SET role = 'owner' WHERE email LIKE $1 || '@%'")
        .bind(subject)
        .execute(database)
        .await?;
    ensure!(promoted.rows_affected() == 1, "nobody owns the firm");
    let start = "/auth/clio-manage/start?region=us&purpose=roster";
    let at_clio = browser.led(start, "same-origin", &mut lines.server).await?;
    let (path, request) = at_clio.split_once('?').context("no request at Clio")?;
    let form: String = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("request", request)
        .append_pair("user", &user.to_string())
        .append_pair("decision", "approve")
        .finish();
    let answer = lines.clio.post(path, Request::get("/"), &form).await?;
    let callback = path_of(answer.header(&header::LOCATION))?;
    let landing = browser
        .led(&callback, "cross-site", &mut lines.server)
        .await?;
    ensure!(
        landing == "/admin/roster?done=roster_connected",
        "connecting the firm leads to {landing}"
    );
    let answer = lines
        .server
        .get(
            "/admin/roster",
            Request::get("/").header(header::COOKIE, browser.cookie_header()),
        )
        .await?;
    ensure!(
        answer.status == StatusCode::OK,
        "the roster answers {}",
        answer.status
    );
    Ok(browser.cookie_header())
}

/// A read under way.
struct Reading {
    reads: i64,
    server: Duration,
    postgres: Duration,
    cluster: Cluster,
}

impl Reading {
    async fn begin(server: &Program, database: &mut PgConnection) -> anyhow::Result<Self> {
        let backend: i32 = sqlx::query_scalar("SELECT pg_backend_pid()")
            .fetch_one(&mut *database)
            .await?;
        let cluster = Cluster::of_backend(u32::try_from(backend)?)?;
        Ok(Self {
            reads: whole(database).await?,
            server: cpu::of_process(server.pid()?)?,
            postgres: cluster.cpu()?,
            cluster,
        })
    }

    /// Waits until it is over.
    async fn end(self, server: &Program, database: &mut PgConnection) -> anyhow::Result<Read> {
        let started = Instant::now();
        while whole(database).await? == self.reads {
            if started.elapsed() > READ_WITHIN {
                bail!("the roster isn't read in time");
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let (seconds, waiting): (f64, i64) = sqlx::query_as(
            "SELECT
                 extract(epoch FROM ended_at - began_at)::float8,
                 (SELECT count(*) FROM roster_differences WHERE state = 'waiting')
             FROM roster_reads
             ORDER BY began_at DESC
             LIMIT 1",
        )
        .fetch_one(database)
        .await?;
        Ok(Read {
            took: Duration::from_secs_f64(seconds),
            server: cpu::of_process(server.pid()?)?.saturating_sub(self.server),
            postgres: self.cluster.cpu()?.saturating_sub(self.postgres),
            memory: memory::of_process(server.pid()?)?,
            waiting,
        })
    }
}

/// How many reads came to their end.
async fn whole(database: &mut PgConnection) -> anyhow::Result<i64> {
    Ok(
        sqlx::query_scalar("SELECT count(*) FROM roster_reads WHERE outcome = 'whole'")
            .fetch_one(database)
            .await?,
    )
}

/// The roster's part of the table.
pub(crate) fn rows(table: &mut Table, roster: &Roster) {
    table.heading(format!(
        "The roster of a firm of {} people, nine of ten with an account",
        roster.people
    ));
    for (what, read) in [
        ("read for the first time", &roster.first),
        ("read again, unchanged", &roster.again),
    ] {
        table.fact(
            what,
            format!("{:.1} s", read.took.as_secs_f64()),
            format!(
                "{:.2} s of the server's CPU, {:.2} s of PostgreSQL’s; {:.1} MiB; {} differences wait",
                read.server.as_secs_f64(),
                read.postgres.as_secs_f64(),
                read.memory,
                read.waiting
            ),
        );
    }
    for (path, took, taken) in &roster.pages {
        let ms = |value| Figure {
            value,
            decimals: 1,
            unit: "ms",
        };
        table.goal(format!("{path}, p50"), ms(took.p50), Goal::Below(5.0), "");
        table.goal("  p95", ms(took.p95), Goal::Below(15.0), "");
        table.fact(
            "  SQL statements",
            taken.statements.len().to_string(),
            taken.statements.join("; "),
        );
    }
}
