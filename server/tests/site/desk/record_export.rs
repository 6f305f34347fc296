//! The record as a file.

use http::StatusCode;
use serde_json::Value;
use sqlx::PgPool;
use vestibule::{
    db::migrations::MIGRATOR,
    service::audit::{self, SignedHead, Verdict},
};

use super::record::{at_desk, events};
use crate::harness::{Browser, dana_signed_in, last_event, only_event_after, sql, text};

const CSV: &str = "/admin/audit.csv";
const JSONL: &str = "/admin/audit.jsonl";

async fn file(browser: &Browser, path: &str) -> String {
    let reply = browser.get(path).await;
    assert_eq!(reply.status, StatusCode::OK, "{path}");
    let disposition = reply.headers["content-disposition"].to_str().unwrap();
    assert!(
        disposition.starts_with("attachment; filename=\"audit-2"),
        "{disposition}"
    );
    assert_eq!(reply.headers["cache-control"], "no-store");
    reply.body
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn json_lines_hold_exactly_what_the_filter_shows_the_oldest_first_and_the_head_last(
    pool: PgPool,
) {
    let (site, reviewer) = at_desk(pool).await;
    let dana = dana_signed_in(&site).await.account().await.unwrap();
    sql(
        &site,
        "INSERT INTO audit_events (at, action, reference)
         SELECT '2024-01-01'::timestamptz + n * interval '1 minute', 'session.opened', 'REF-' || n
         FROM generate_series(1, 2500) AS n;
         INSERT INTO audit_events (at, action) VALUES ('2024-01-01', 'session.ended')",
    )
    .await;
    events(&site, 1, "session.opened", None, Some(dana)).await;
    audit::seal(&site.services).await.unwrap();
    let body = file(
        &reviewer,
        &format!("{JSONL}?act=session.opened&to=2024-12-31"),
    )
    .await;
    let lines: Vec<Value> = body
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 2501);
    for (place, line) in lines[..2500].iter().enumerate() {
        assert_eq!(line["reference"], format!("REF-{}", place + 1));
        assert_eq!(line["action"], "session.opened");
    }
    let head: SignedHead = lines[2500]["audit_head"].as_str().unwrap().parse().unwrap();
    let verdict = audit::verify_with(&site.services, &[head], |_| ()).await;
    assert!(matches!(verdict.unwrap(), Verdict::Intact { .. }));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn csv_has_a_row_an_event_with_names_and_calculates_nothing(pool: PgPool) {
    let (site, reviewer) = at_desk(pool).await;
    let dana = dana_signed_in(&site).await.account().await.unwrap();
    sql(
        &site,
        &format!(
            "UPDATE accounts SET first_name = '=HYPERLINK(\"x\")', last_name = 'O, Hara' WHERE id = '{dana}'"
        ),
    )
    .await;
    audit::seal(&site.services).await.unwrap();
    let body = file(&reviewer, &format!("{CSV}?person={dana}")).await;
    let lines: Vec<&str> = body.split_terminator("\r\n").collect();
    assert_eq!(lines.len(), 3, "{body}");
    assert!(lines[0].starts_with("id,at,action,actor_account_id,actor_name,actor_email,"));
    assert!(
        lines[1].contains(",\"'=HYPERLINK(\"\"x\"\") O, Hara\",d.whitlock@harbourlane.test,"),
        "{body}"
    );
    assert!(lines[1].contains(",session.opened,"));
    assert!(lines[2].starts_with(",,audit.head,"));
    assert!(lines[2].contains("vestibule-audit-head v1 position="));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn exporting_is_recorded_by_whom_and_how_narrowed_without_what_was_typed(pool: PgPool) {
    let (site, reviewer) = at_desk(pool).await;
    let dana = dana_signed_in(&site).await.account().await.unwrap();
    for (path, about, detail) in [
        (
            format!("{CSV}?person=d.whitlock@harbourlane.test&act=roles&from=2031-01-01"),
            None,
            r#"{"to": null, "act": "roles", "from": "2031-01-01", "format": "csv", "by_person": true, "by_reference": false}"#,
        ),
        (
            format!("{JSONL}?person={dana}&act=dana.whitlock&reference=7Q4K-92MX"),
            Some(dana),
            r#"{"to": null, "act": "other", "from": null, "format": "jsonl", "by_person": true, "by_reference": true}"#,
        ),
    ] {
        let before = last_event(&site).await;
        let body = file(&reviewer, &path).await;
        assert!(!body.contains("audit.exported"), "{body}");
        let event = only_event_after(&site, before).await;
        assert_eq!(event.action, "audit.exported");
        assert_eq!(event.actor_account_id, reviewer.account().await);
        assert_eq!(event.account_id, about);
        let recorded = "SELECT detail::text FROM audit_events ORDER BY id DESC LIMIT 1";
        assert_eq!(text(&site, recorded).await.unwrap(), detail);
    }
    let page = reviewer.get("/admin/audit").await.body;
    assert!(page.contains("The record was exported"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_filter_that_makes_no_sense_is_refused_and_nothing_exported(pool: PgPool) {
    let (site, reviewer) = at_desk(pool).await;
    let before = last_event(&site).await;
    for query in ["?from=soon", "?person=dana", "?reference=%3Cb%3E"] {
        for path in [CSV, JSONL] {
            let reply = reviewer.get(&format!("{path}{query}")).await;
            assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{path}{query}");
        }
    }
    assert_eq!(last_event(&site).await, before);
    // An e-mail that nobody has leads to nothing but the head.
    let body = file(&reviewer, &format!("{JSONL}?person=nobody@firm.test")).await;
    assert_eq!(body.lines().count(), 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_broken_chain_has_no_head_to_export(pool: PgPool) {
    let (site, reviewer) = at_desk(pool).await;
    audit::seal(&site.services).await.unwrap();
    sql(&site, "UPDATE audit_head SET signature = ''").await;
    let body = file(&reviewer, JSONL).await;
    assert!(body.ends_with("{\"audit_head\":null}\n"), "{body}");
}
