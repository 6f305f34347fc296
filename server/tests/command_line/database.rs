//! `migrate`, and a database that refuses.

use sqlx::PgPool;

use crate::harness::{Installation, free_address, run, settings, url};

#[test]
fn a_database_that_refuses_is_told_without_its_password() {
    let address = free_address();
    let settings = settings(&[("DATABASE_URL", &format!("postgres://u:hunter2@{address}/x"))]);
    let run = run(&settings, &["migrate"]).ended(1);
    run.hides("hunter2");
}

#[sqlx::test(migrations = false)]
async fn migrate_brings_an_empty_database_up_to_date_and_changes_nothing_the_second_time(
    pool: PgPool,
) {
    let there = Installation::over(pool).await;
    let only_database = settings(&[("DATABASE_URL", &url(&there.pool.connect_options()))]);
    there
        .run_with(only_database.clone(), &["migrate"])
        .await
        .ended(0);
    let first = there.count("_sqlx_migrations WHERE success").await;
    assert!(first >= 5);
    there.run_with(only_database, &["migrate"]).await.ended(0);
    assert_eq!(there.count("_sqlx_migrations").await, first);
}

#[sqlx::test(migrations = false)]
async fn two_migrations_at_once_both_end_well(pool: PgPool) {
    let there = Installation::over(pool).await;
    let (one, other) = tokio::join!(there.run("migrate"), there.run("migrate"));
    one.ended(0);
    other.ended(0);
}
