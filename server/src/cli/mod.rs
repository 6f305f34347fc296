//! The command line: `vestibule serve` and what the operator does by hand.

mod accounts;
mod admin;
mod audit;
mod cases;
mod doctor;
mod output;
mod restored;
mod serve;
mod sessions;

use std::{process::ExitCode, sync::Arc};

use clap::{Parser, Subcommand};

use self::output::{complain, say};
use crate::{
    clock::SystemClock,
    config::{Config, Problems, ProcessEnvironment},
    db::migrations,
    service::{self, ServiceError, Services},
    startup::{self, StartError},
    telemetry,
};

/// The front door of a law firm's applications: sign in with Clio, link accounts.
///
/// `vestibule doctor` checks settings and surroundings and says what to do.
#[derive(Debug, Parser)]
#[command(name = "vestibule", version, about, after_help = include_str!("settings.txt"))]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the site (also the default)
    #[command(after_help = include_str!("settings.txt"))]
    Serve,
    /// Apply pending migrations
    Migrate,
    /// Check settings, database, clock, Clio and mail, and say what to do
    Doctor,
    /// Say who administers
    #[command(subcommand)]
    Admin(admin::Command),
    /// Decide about people who wait
    #[command(subcommand)]
    Accounts(accounts::Command),
    /// Decide about what people ask for
    #[command(subcommand)]
    Cases(cases::Command),
    /// Check and export the audit
    #[command(subcommand)]
    Audit(audit::Command),
    /// End sessions
    #[command(subcommand)]
    Sessions(sessions::Command),
    /// After a backup was restored: end what lived in it, take away again what was taken away since
    Restored(restored::Arguments),
}

/// Why a command ended without having done its work.
#[derive(Debug, thiserror::Error)]
enum CommandError {
    /// Refused, with the reason in words.
    #[error("{0}")]
    Refused(String),
    /// A setting.
    #[error(transparent)]
    Settings(#[from] Problems),
    /// Putting things together.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The work itself.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// Migrations.
    #[error("the migrations can't be applied")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// Listening, or writing output.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl CommandError {
    fn exit_code(&self) -> ExitCode {
        match self {
            Self::Settings(_) => ExitCode::from(2),
            _ => ExitCode::from(1),
        }
    }
}

/// Runs the program: 0 done, 1 refused or failed, 2 wrong usage or settings.
pub async fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match arguments.command.unwrap_or(Command::Serve) {
        Command::Serve => serve::run().await,
        Command::Migrate => migrate().await,
        Command::Doctor => doctor::run().await,
        Command::Admin(command) => admin::run(command).await,
        Command::Accounts(command) => accounts::run(command).await,
        Command::Cases(command) => cases::run(command).await,
        Command::Audit(command) => audit::run(command).await,
        Command::Sessions(command) => sessions::run(command).await,
        Command::Restored(arguments) => restored::run(arguments).await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error);
            error.exit_code()
        }
    }
}

async fn migrate() -> Result<(), CommandError> {
    let database = Config::read_database(&ProcessEnvironment)?;
    migrations::apply(&database).await?;
    say("The database is up to date.")?;
    Ok(())
}

/// The services, for a command of the operator.
fn services() -> Result<Arc<Services>, CommandError> {
    let config = Config::read(&ProcessEnvironment)?;
    telemetry::init(config.log);
    Ok(startup::services(Arc::new(config), Arc::new(SystemClock))?)
}

/// Seals what a command recorded, in case no server runs that would.
async fn seal(services: &Services) {
    // A server that runs does it within a second; a failure here loses nothing.
    let _ = service::audit::seal(services).await;
}
