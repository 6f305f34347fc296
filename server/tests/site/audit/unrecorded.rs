//! What the tests' databases watch for: a change that commits without its event.

use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{DANA, Site, role_of, sql};

const CHANGE: &str = "UPDATE accounts SET role = 'owner'";
const EVENT: &str = "INSERT INTO audit_events (action) VALUES ('account.role_granted')";

#[sqlx::test(migrator = "MIGRATOR")]
async fn nothing_that_counts_is_committed_without_an_event(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let dana = site.linked("dana", DANA).await;
    for (statements, is_kept) in [
        (vec![CHANGE], false),
        // Some other transaction's event is not this one's.
        (vec![EVENT, "COMMIT", "BEGIN", CHANGE], false),
        (vec!["UPDATE accounts SET welcomed_at = now()"], true),
        (vec![EVENT, CHANGE], true),
    ] {
        let mut connection = site.services.pool.acquire().await.unwrap();
        let run = async {
            sqlx::raw_sql("BEGIN").execute(&mut *connection).await?;
            for statement in &statements {
                sqlx::raw_sql(*statement).execute(&mut *connection).await?;
            }
            sqlx::raw_sql("COMMIT").execute(&mut *connection).await
        };
        assert_eq!(run.await.is_ok(), is_kept, "{statements:?}");
    }
    assert_eq!(role_of(&site, dana).await, "owner");
    sql(&site, "UPDATE accounts SET role = 'member'").await;
    assert_eq!(role_of(&site, dana).await, "member", "tests may");
}
