//! The migrations: compiled in, applied by one node, and whether they have been.

use std::{str::FromStr, time::Duration};

use sqlx::{
    ConnectOptions, Connection, PgConnection,
    migrate::{MigrateError, Migrator},
    postgres::PgConnectOptions,
};

use crate::config::Database;

/// The migrations.
pub static MIGRATOR: Migrator = sqlx::migrate!("../migrations");

/// How long the database may take to be reached before it counts as away.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Applies pending migrations; one node does, others wait for it.
///
/// # Errors
/// When the database is away, or was migrated by files that differ from this release's.
pub async fn apply(settings: &Database) -> Result<(), MigrateError> {
    let options = PgConnectOptions::from_str(settings.url.expose())
        .map_err(MigrateError::Execute)?
        .application_name("vestibule migrate");
    let connect = tokio::time::timeout(CONNECT_TIMEOUT, options.connect()).await;
    let mut connection = connect
        .map_err(|_| MigrateError::Execute(sqlx::Error::PoolTimedOut))?
        .map_err(MigrateError::Execute)?;
    let mut migrator = Migrator {
        migrations: MIGRATOR.migrations.clone(),
        ..Migrator::DEFAULT
    };
    // A newer release may have been here: its migrations work beside this one.
    migrator.set_ignore_missing(true);
    let outcome = migrator.run(&mut connection).await;
    // The outcome is what counts; a connection that can't be closed any more is gone anyway.
    let _ = connection.close().await;
    outcome
}

/// Whether this release's migrations have all been applied.
///
/// # Errors
/// When the database can't be asked.
pub async fn are_applied(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    let newest = MIGRATOR
        .iter()
        .map(|migration| migration.version)
        .max()
        .unwrap_or(0);
    let applied: Result<Option<i64>, sqlx::Error> =
        sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations WHERE success")
            .fetch_one(connection)
            .await;
    match applied {
        Ok(applied) => Ok(applied.is_some_and(|applied| applied >= newest)),
        // undefined_table: no migration has ever been applied
        Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("42P01") => Ok(false),
        Err(error) => Err(error),
    }
}
