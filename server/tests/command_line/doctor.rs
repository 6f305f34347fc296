//! `doctor`.

use sqlx::PgPool;

use crate::harness::{APP_SECRET, Installation, SECRET_KEY, free_address};

#[sqlx::test(migrations = "../migrations")]
async fn doctor_finds_everything_well_and_says_what_to_register(pool: PgPool) {
    let there = Installation::over(pool).await;
    let run = there.run("doctor").await.ended(0);
    run.tells("http://localhost:3999/auth/clio/callback");
    assert!(!run.out.contains("FAIL"), "{}", run.out);
    run.hides(APP_SECRET);
    run.hides(SECRET_KEY);
}

#[sqlx::test(migrations = "../migrations")]
async fn doctor_says_when_clio_and_mail_cannot_be_reached(pool: PgPool) {
    let there = Installation::over(pool).await;
    let nowhere = free_address();
    let mut settings = there.with("CLIO_IDENTITY_JWKS_URL", &format!("http://{nowhere}/keys"));
    settings.retain(|(name, _)| name != "SMTP_URL");
    settings.push(("SMTP_URL".to_owned(), format!("smtp://u:hunter2@{nowhere}")));
    let run = there.run_with(settings, &["doctor"]).await.ended(1);
    run.tells("FAIL  Clio's keys");
    run.tells("FAIL  mail server");
    run.tells("ok    database");
    run.hides("hunter2");
}

#[sqlx::test(migrations = false)]
async fn doctor_says_when_migrations_are_pending(pool: PgPool) {
    let there = Installation::over(pool).await;
    let run = there.run("doctor").await.ended(1);
    run.tells("FAIL  migrations");
}

#[sqlx::test(migrations = "../migrations")]
async fn doctor_says_when_the_database_cannot_be_reached(pool: PgPool) {
    let there = Installation::over(pool).await;
    let nowhere = format!("postgres://u:hunter2@{}/x", free_address());
    let run = there
        .run_with(there.with("DATABASE_URL", &nowhere), &["doctor"])
        .await
        .ended(1);
    run.tells("FAIL  database");
    run.hides("hunter2");
}
