//! The list as a file.

use http::StatusCode;
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use super::reference::write;
use crate::harness::{Site, last_event, number, sql, with_role};

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_download_has_exactly_what_the_filter_shows_and_is_on_record(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = with_role(&site, "dana", "reviewer").await;
    write(&site, 1_300, false).await;
    let begun = last_event(&site).await;
    for (query, filter) in [
        ("connection=either", "true"),
        ("", "unlinked_at IS NULL"),
        (
            "q=firm.test&proof=code",
            "unlinked_at IS NULL AND link_method = 'code'
             AND (a.email ILIKE '%firm.test%' OR i.email ILIKE '%firm.test%')",
        ),
        (
            "status=suspended&sort=role",
            "unlinked_at IS NULL AND status = 'suspended'",
        ),
    ] {
        let reply = browser.get(&format!("/admin/links.csv?{query}")).await;
        assert_eq!(reply.status, StatusCode::OK, "{query}");
        let wanted = format!(
            "SELECT count(*) FROM identities i JOIN accounts a ON a.id = i.account_id WHERE {filter}"
        );
        let lines = i64::try_from(reply.body.lines().count()).unwrap();
        assert_eq!(lines - 1, number(&site, &wanted).await, "{query}");
    }
    let exports = format!(
        "SELECT count(*) FROM audit_events
         WHERE id > {begun} AND action = 'desk.links_exported' AND actor_account_id IS NOT NULL"
    );
    assert_eq!(number(&site, &exports).await, 4);
    let telling = format!("{exports} AND detail::text LIKE '%firm%'");
    assert_eq!(
        number(&site, &telling).await,
        0,
        "what was searched for stays out"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn no_cell_of_a_download_is_a_formula(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = with_role(&site, "dana", "admin").await;
    for name in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
        let change = format!(
            "UPDATE accounts SET first_name = E'{}'",
            name.escape_default()
        );
        sql(&site, &change).await;
        let body = browser.get("/admin/links.csv").await.body;
        let (_, row) = body.split_once("\r\n").unwrap();
        assert!(row.starts_with("\"'"), "{name:?} {row:?}");
    }
}
