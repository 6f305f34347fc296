//! Connections that are taken, cut short and given back.

use std::time::Duration;

use sqlx::{ConnectOptions, Executor, PgPool};
use vestibule::{
    config::Database,
    db::{migrations::MIGRATOR, pool::Pool},
    secrets::Secret,
};

use crate::harness::until;

/// A pool of the product over the test's database, with this many connections.
fn pool_of(connections: u32, database: &PgPool) -> Pool {
    Pool::open(&Database {
        url: Secret::new(database.connect_options().to_url_lossy().to_string()),
        connections,
        auto_migrate: false,
    })
    .unwrap()
}

async fn value(pool: &Pool, question: &'static str) -> i32 {
    let mut connection = pool.acquire().await.unwrap();
    let value = sqlx::query_scalar(question)
        .fetch_one(&mut *connection)
        .await
        .unwrap();
    connection.give_back();
    value
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_connection_given_back_serves_the_next_and_no_more_are_opened(database: PgPool) {
    let pool = pool_of(2, &database);
    let first = value(&pool, "SELECT pg_backend_pid()").await;
    assert_eq!(value(&pool, "SELECT pg_backend_pid()").await, first);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_transaction_that_is_dropped_is_undone_and_lets_its_locks_go(database: PgPool) {
    let pool = pool_of(1, &database);
    let mut transaction = pool.begin().await.unwrap();
    transaction
        .execute("INSERT INTO guesses VALUES ('dropped', now(), 1)")
        .await
        .unwrap();
    transaction
        .execute("SELECT pg_advisory_xact_lock(1)")
        .await
        .unwrap();
    drop(transaction);

    // The only connection comes back when it has been looked at, and as good as before.
    assert_eq!(
        value(&pool, "SELECT count(*)::integer FROM guesses").await,
        0
    );
    let free: bool = sqlx::query_scalar("SELECT pg_try_advisory_lock(1)")
        .fetch_one(&database)
        .await
        .unwrap();
    assert!(free);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_transaction_that_is_rolled_back_or_committed_gives_its_connection_back(
    database: PgPool,
) {
    let pool = pool_of(1, &database);
    for (bucket, kept) in [("undone", false), ("kept", true)] {
        let mut transaction = pool.begin().await.unwrap();
        sqlx::query("INSERT INTO guesses VALUES ($1, now(), 1)")
            .bind(bucket)
            .execute(&mut *transaction)
            .await
            .unwrap();
        if kept {
            transaction.commit().await.unwrap();
        } else {
            transaction.roll_back().await.unwrap();
        }
    }
    assert_eq!(
        value(&pool, "SELECT count(*)::integer FROM guesses").await,
        1
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_answer_nobody_waits_for_any_more_reaches_nobody_else(database: PgPool) {
    let pool = pool_of(1, &database);
    let mut holder = database.acquire().await.unwrap();
    holder.execute("SELECT pg_advisory_lock(2)").await.unwrap();

    let asking = tokio::spawn({
        let pool = pool.clone();
        async move {
            let mut connection = pool.acquire().await.unwrap();
            connection
                .execute("SELECT 1 / (pg_advisory_lock(2)::text = 'never')::integer")
                .await
                .unwrap();
        }
    });
    until(
        &database,
        "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND locktype = 'advisory')",
    )
    .await;
    asking.abort();
    assert!(asking.await.unwrap_err().is_cancelled());
    holder
        .execute("SELECT pg_advisory_unlock(2)")
        .await
        .unwrap();

    assert_eq!(value(&pool, "SELECT 7").await, 7);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_connection_that_doesnt_answer_is_closed_and_another_is_opened(database: PgPool) {
    let pool = pool_of(1, &database);
    let first = value(&pool, "SELECT pg_backend_pid()").await;
    let connection = pool.acquire().await.unwrap();
    sqlx::query("SELECT pg_terminate_backend($1, 5000)")
        .bind(first)
        .execute(&database)
        .await
        .unwrap();
    drop(connection);

    assert_ne!(value(&pool, "SELECT pg_backend_pid()").await, first);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn who_finds_all_connections_in_use_waits_four_seconds_and_is_told(database: PgPool) {
    let pool = pool_of(1, &database);
    let held = pool.acquire().await.unwrap();
    let began = std::time::Instant::now();
    assert!(matches!(
        pool.acquire().await.err(),
        Some(sqlx::Error::PoolTimedOut)
    ));
    assert!(began.elapsed() >= Duration::from_secs(4));
    held.give_back();
    assert!(pool.acquire().await.is_ok());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_closed_pool_keeps_no_connection_and_opens_none(database: PgPool) {
    let pool = pool_of(2, &database);
    let held = pool.acquire().await.unwrap();
    assert_eq!(value(&pool, "SELECT 1").await, 1);
    pool.close().await;
    held.give_back();
    assert!(matches!(
        pool.acquire().await.err(),
        Some(sqlx::Error::PoolClosed)
    ));
    until(
        &database,
        "SELECT NOT EXISTS (
             SELECT
             FROM pg_stat_activity
             WHERE datname = current_database()
               AND application_name = 'vestibule'
         )",
    )
    .await;
}
