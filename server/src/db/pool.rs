//! Connections to PostgreSQL.

use std::{
    str::FromStr,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use sqlx::{
    ConnectOptions, Connection, PgPool,
    migrate::{MigrateError, Migrator},
    postgres::{PgConnectOptions, PgPoolOptions},
};

use crate::config::Database;

/// The migrations, compiled in.
pub static MIGRATOR: Migrator = sqlx::migrate!("../migrations");

/// How long the database may take to be reached before it counts as away.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a request waits for a connection before the database counts as away.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(4);

/// How long a connection may lie idle before it is asked whether it is still alive: the database may
/// have been restarted meanwhile.
const ASK_AFTER: Duration = Duration::from_secs(2);

/// How many connections are still to be asked, whenever they were used last: after one of them was
/// found dead, the others probably are too.
static TO_BE_ASKED: AtomicU32 = AtomicU32::new(0);

/// Notes that a connection was lost: the next ones are asked before they are used.
pub fn suspect() {
    TO_BE_ASKED.store(100, Ordering::Relaxed);
}

fn is_suspicious() -> bool {
    TO_BE_ASKED
        .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
            left.checked_sub(1)
        })
        .is_ok()
}

/// Opens a pool. Connects lazily, so that the server starts and says "not ready" while the database
/// is away.
///
/// # Errors
/// When the URL can't be parsed.
pub fn open(settings: &Database) -> Result<PgPool, sqlx::Error> {
    let options = PgConnectOptions::from_str(settings.url.expose())?
        .application_name("vestibule")
        .options([
            // No request waits longer than its caller does, and no lock is held by a lost node.
            ("statement_timeout", "4000"),
            ("lock_timeout", "3000"),
            ("idle_in_transaction_session_timeout", "10000"),
            // Every statement of a request is short and has one good plan.
            ("jit", "off"),
            ("plan_cache_mode", "force_generic_plan"),
            // A plan is kept as long as its connection: one made while a table was small must not
            // read the whole of it later.
            ("enable_seqscan", "off"),
            ("timezone", "UTC"),
        ]);
    Ok(PgPoolOptions::new()
        .max_connections(settings.connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .idle_timeout(Duration::from_mins(5))
        // Asking before each use costs a round trip; a connection that has just been used is alive.
        .test_before_acquire(false)
        .before_acquire(|connection, about| {
            Box::pin(async move {
                if about.idle_for > ASK_AFTER || is_suspicious() {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .connect_lazy_with(options))
}

/// Applies pending migrations; one node does, others wait for it.
///
/// # Errors
/// When the database is away, or was migrated by files that differ from this release's.
pub async fn migrate(settings: &Database) -> Result<(), MigrateError> {
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
pub async fn is_migrated(pool: &PgPool) -> Result<bool, sqlx::Error> {
    let newest = MIGRATOR
        .iter()
        .map(|migration| migration.version)
        .max()
        .unwrap_or(0);
    let applied: Result<Option<i64>, sqlx::Error> =
        sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations WHERE success")
            .fetch_one(pool)
            .await;
    match applied {
        Ok(applied) => Ok(applied.is_some_and(|applied| applied >= newest)),
        // undefined_table: no migration has ever been applied
        Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("42P01") => Ok(false),
        Err(error) => Err(error),
    }
}
