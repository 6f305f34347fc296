//! All of it undone as one.

use http::StatusCode;
use sqlx::PgPool;
use uuid::Uuid;
use vestibule::db::migrations::MIGRATOR;

use super::{UNDO, confirm, desk, page, people, prepare, problem, statuses};
use crate::{
    desk::with_role,
    harness::{number, sql},
};

#[sqlx::test(migrator = "MIGRATOR")]
async fn all_of_it_is_undone_as_one_act_and_once(pool: PgPool) {
    let (site, admin) = desk(pool, "admin").await;
    let people = people(&site, 3).await;
    let links: Vec<Uuid> = people.iter().map(|(_, link)| *link).collect();
    let id = prepare(&admin, "suspend", &links).await;
    confirm(&site, &admin, &id).await;
    // One of them was opened again meanwhile: that stays as it is.
    sql(
        &site,
        "UPDATE accounts SET status = 'active' WHERE email LIKE 'person1@%'",
    )
    .await;

    let reply = admin.post_form(UNDO, &[("bulk", &id)]).await;
    let undo = reply
        .location()
        .strip_prefix("/admin/bulk/")
        .unwrap()
        .to_owned();
    let preview = page(&admin, &undo).await;
    assert!(
        preview.contains("<strong>2</strong> will be changed"),
        "{preview}"
    );
    assert!(preview.contains("it can’t be undone any more"), "{preview}");
    let again = admin.post_form(UNDO, &[("bulk", &id)]).await;
    assert_eq!(problem(&again), Some("decided"), "only one undo at a time");

    confirm(&site, &admin, &undo).await;
    assert_eq!(
        statuses(&site).await.as_deref(),
        Some("active active active")
    );
    let undone = "SELECT count(*) FROM audit_events WHERE action = 'account.suspended.undone'";
    assert_eq!(number(&site, undone).await, 2);
    let report = page(&admin, &id).await;
    assert!(report.contains("This was undone"), "{report}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn reviewers_take_back_all_that_they_attested_at_once(pool: PgPool) {
    let (site, reviewer) = desk(pool, "reviewer").await;
    let people = people(&site, 2).await;
    let links: Vec<Uuid> = people.iter().map(|(_, link)| *link).collect();
    let id = prepare(&reviewer, "review", &links).await;
    confirm(&site, &reviewer, &id).await;
    let reply = reviewer.post_form(UNDO, &[("bulk", &id)]).await;
    let undo = reply
        .location()
        .strip_prefix("/admin/bulk/")
        .unwrap()
        .to_owned();
    confirm(&site, &reviewer, &undo).await;
    let standing = "SELECT count(*) FROM link_reviews WHERE undone_at IS NULL";
    assert_eq!(number(&site, standing).await, 0);
    let report = page(&reviewer, &undo).await;
    assert!(report.contains("<strong>2</strong> done"), "{report}");

    let admin = with_role(&site, "ikram", "admin").await;
    let closed = prepare(&admin, "suspend", &links).await;
    confirm(&site, &admin, &closed).await;
    let reply = reviewer.post_form(UNDO, &[("bulk", &closed)]).await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
}
