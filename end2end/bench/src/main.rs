//! `make bench`: measures a release build on a throwaway PostgreSQL and prints one table.
//!
//! It starts the server and the simulated Clio beside it as processes of their own, drives them as
//! browsers would, and reads from `/proc` what each process used. `DATABASE_URL` names an empty
//! database, as `end2end/scripts/postgres.sh run` makes one.

mod audit;
mod counting_proxy;
mod cpu;
mod crowd;
mod database;
mod desk;
mod fleet;
mod journey;
mod line;
mod load;
mod measure;
mod memory;
mod outcome;
mod postgres;
mod pressure;
mod report;
mod roster;
mod scale;
mod scratch;
mod size;
mod statements;
mod table;

use std::{io::Write as _, process::ExitCode, time::Duration};

use anyhow::Context as _;
use clap::Parser;
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
};

use crate::{fleet::Fleet, pressure::soak::soak, scale::Scale};

/// Longer than a whole run takes on two busy cores; something hangs then.
const LIMIT: Duration = Duration::from_mins(40);

/// Measures a release build and prints one table.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// A tenth of everything, for development: quick, and not exact
    #[arg(long)]
    quick: bool,

    /// Measures only this
    #[arg(long, env = "BENCH_ONLY", value_enum)]
    only: Option<Only>,

    /// Instead of measuring, goes on for so many minutes with a steady mixture, and says whether the
    /// server stays as it is; Ctrl-C ends it early, with the verdict so far
    #[arg(long, value_name = "MINUTES", conflicts_with_all = ["quick", "only"])]
    soak: Option<usize>,

    /// The database to work in: empty, of PostgreSQL on this machine
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    database_url: String,
}

/// What can be measured by itself.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Only {
    /// The list of links
    Desk,
    /// Very many at once, Clio hanging, a flood
    Load,
    /// The roster of a big firm
    Roster,
}

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    let arguments = Arguments::parse();
    let mut interrupt = signal(SignalKind::interrupt()).context("can't listen for SIGINT")?;
    let mut terminate = signal(SignalKind::terminate()).context("can't listen for SIGTERM")?;
    let scale = Scale::new(arguments.quick);
    if let Some(minutes) = arguments.soak {
        let (stop, stopped) = watch::channel(false);
        tokio::spawn(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            // Whoever soaks may have ended.
            let _ = stop.send(true);
        });
        let verdict = soak(&Fleet::new()?, &arguments.database_url, minutes, stopped).await?;
        write!(std::io::stdout().lock(), "{verdict}")?;
        return Ok(ExitCode::from(u8::from(!verdict.is_good())));
    }
    // Whatever ends this, the programs it started are killed when it is dropped.
    let table = tokio::select! {
        run = tokio::time::timeout(LIMIT, run(&arguments, scale)) =>
            run.context("the benchmarks take too long: something hangs")??,
        _ = interrupt.recv() => return Ok(ExitCode::from(130)),
        _ = terminate.recv() => return Ok(ExitCode::from(143)),
    };
    std::io::stdout().lock().write_all(table.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

async fn run(arguments: &Arguments, scale: Scale) -> anyhow::Result<String> {
    let url = &arguments.database_url;
    match arguments.only {
        None => measure::run(url, scale).await,
        Some(Only::Desk) => measure::desk_alone(url, scale).await,
        Some(Only::Load) => measure::load_alone(url, scale).await,
        Some(Only::Roster) => measure::roster_alone(url, scale).await,
    }
}

/// Says on stderr what goes on, for whoever waits.
fn progress(what: &str) {
    // Nobody may be reading.
    let _ = writeln!(std::io::stderr(), "bench: {what}");
}
