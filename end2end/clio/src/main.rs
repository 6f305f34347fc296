//! Runs the simulated Clio for the demo, for browser tests and for benchmarks.

mod cli;

use std::io::IsTerminal as _;

use anyhow::Context as _;
use clap::Parser as _;
use simulated_clio::SimulatedClio;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stdout().is_terminal())
        .init();
    let options = cli::Cli::parse().into_options()?;
    let mut terminate = signal(SignalKind::terminate()).context("can't listen for SIGTERM")?;
    let clio = SimulatedClio::start(options).await?;
    tracing::info!(
        clio.issuer = clio.issuer(),
        clio.address = %clio.address(),
        clio.smtp = clio.smtp_url(),
        "simulated Clio is up"
    );
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted.context("can't listen for SIGINT")?,
        _ = terminate.recv() => {}
    }
    tracing::info!("simulated Clio stops");
    Ok(())
}
