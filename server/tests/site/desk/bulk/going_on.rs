//! What goes on behind the requests: after a stop, on two nodes, and until it is stopped.

use std::sync::Arc;

use http::StatusCode;
use sqlx::PgPool;
use uuid::Uuid;
use vestibule::{db::migrations::MIGRATOR, service::desk::bulk::run};

use super::{CANCEL, CONFIRM, carry_out, desk, page, people, prepare, statuses};
use crate::{
    desk::with_role,
    harness::{all_do_at_once, last_event, number, sql, until},
};

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_stop_in_the_middle_is_gone_on_from_and_nothing_is_done_twice(pool: PgPool) {
    let (site, admin) = desk(pool, "admin").await;
    let people = people(&site, 4).await;
    let links: Vec<Uuid> = people.iter().map(|(_, link)| *link).collect();
    let id = prepare(&admin, "suspend", &links).await;
    let fields = [("bulk", id.as_str()), ("reason", "Why not."), ("until", "")];
    admin.post_form(CONFIRM, &fields).await;

    // Somebody holds the third, and the node that waits for it is lost.
    let mut other = site.pool.begin().await.unwrap();
    sqlx::query("SELECT id FROM accounts WHERE id = $1 FOR UPDATE")
        .bind(people[2].0)
        .execute(&mut *other)
        .await
        .unwrap();
    let services = Arc::clone(&site.services);
    let node = tokio::spawn(async move { run::work(&services).await });
    let done = "SELECT count(*) FROM bulk_items WHERE state = 'done'";
    until(&site.pool, format!("SELECT ({done}) = 2")).await;
    node.abort();
    let _ = node.await;
    other.rollback().await.unwrap();

    let second = site.another_node().await;
    carry_out(&second).await;
    assert_eq!(
        statuses(&site).await.as_deref(),
        Some("suspended suspended suspended suspended")
    );
    let events = "SELECT count(*) FROM audit_events WHERE action = 'account.suspended'";
    assert_eq!(number(&site, events).await, 4);
    let mails = "SELECT count(*) FROM mail_outbox WHERE to_email LIKE 'person%'";
    assert_eq!(number(&site, mails).await, 4);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_is_stopped_while_somebody_is_waited_for_is_not_done(pool: PgPool) {
    let (site, admin) = desk(pool, "admin").await;
    let colleague = with_role(&site, "ikram", "admin").await;
    let people = people(&site, 1).await;
    let id = prepare(&admin, "suspend", &[people[0].1]).await;
    let yes = [("bulk", id.as_str()), ("reason", "Why not."), ("until", "")];
    admin.post_form(CONFIRM, &yes).await;

    let mut other = site.pool.begin().await.unwrap();
    sqlx::query("SELECT id FROM accounts WHERE id = $1 FOR UPDATE")
        .bind(people[0].0)
        .execute(&mut *other)
        .await
        .unwrap();
    let services = Arc::clone(&site.services);
    let node = tokio::spawn(async move { Box::pin(run::work(&services)).await });
    let waits = "SELECT EXISTS (SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock')";
    until(&site.pool, waits.to_owned()).await;
    let reply = colleague.post_form(CANCEL, &[("bulk", &id)]).await;
    reply.leads_to(&format!("/admin/bulk/{id}"));
    other.rollback().await.unwrap();
    node.await.unwrap().unwrap();
    assert_eq!(statuses(&site).await.as_deref(), Some("active"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn two_nodes_at_once_attest_each_of_many_once(pool: PgPool) {
    let (site, admin) = desk(pool, "admin").await;
    let people = people(&site, 12).await;
    let links: Vec<Uuid> = people.iter().map(|(_, link)| *link).collect();
    let id = prepare(&admin, "review", &links).await;
    admin.post_form(CONFIRM, &[("bulk", id.as_str())]).await;
    let other = site.another_node().await;
    let nodes = [&site, &other].map(|site| Arc::clone(&site.services));
    let work = nodes.map(|services| async move { Box::pin(run::work(&services)).await.unwrap() });
    all_do_at_once(work).await;
    carry_out(&site).await;
    let marks = "SELECT count(*) FROM link_reviews";
    assert_eq!(number(&site, marks).await, 12);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn two_nodes_at_once_do_each_of_many_once(pool: PgPool) {
    let (site, admin) = desk(pool, "admin").await;
    let people = people(&site, 12).await;
    let links: Vec<Uuid> = people.iter().map(|(_, link)| *link).collect();
    let id = prepare(&admin, "unlink", &links).await;
    let fields = [("bulk", id.as_str()), ("reason", "Why not."), ("until", "")];
    admin.post_form(CONFIRM, &fields).await;
    let other = site.another_node().await;
    let nodes = [&site, &other].map(|site| Arc::clone(&site.services));
    all_do_at_once(
        nodes.map(|services| async move { Box::pin(run::work(&services)).await.unwrap() }),
    )
    .await;
    carry_out(&site).await;
    let events = "SELECT count(*) FROM audit_events WHERE action = 'identity.unlinked'";
    assert_eq!(number(&site, events).await, 12);
    let finished = "SELECT count(*) FROM audit_events WHERE action = 'bulk.finished'";
    assert_eq!(number(&site, finished).await, 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_administrator_who_is_one_no_more_stops_what_they_confirmed(pool: PgPool) {
    let (site, admin) = desk(pool, "admin").await;
    let people = people(&site, 2).await;
    let links: Vec<Uuid> = people.iter().map(|(_, link)| *link).collect();
    let id = prepare(&admin, "suspend", &links).await;
    let fields = [("bulk", id.as_str()), ("reason", "Why not."), ("until", "")];
    admin.post_form(CONFIRM, &fields).await;
    sql(
        &site,
        "UPDATE accounts SET role = 'reviewer' WHERE role = 'admin'",
    )
    .await;
    carry_out(&site).await;
    assert_eq!(statuses(&site).await.as_deref(), Some("active active"));
    let report = page(&admin, &id).await;
    assert!(
        report.contains("Stopped") && report.contains("<strong>2</strong> not begun"),
        "{report}"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn administrators_stop_what_a_colleague_set_going_and_reviewers_only_their_own(pool: PgPool) {
    let (site, admin) = desk(pool, "admin").await;
    let people = people(&site, 2).await;
    let id = prepare(&admin, "suspend", &[people[0].1]).await;
    let yes = [("bulk", id.as_str()), ("reason", "Why not."), ("until", "")];
    admin.post_form(CONFIRM, &yes).await;

    let reviewer = with_role(&site, "tomas", "reviewer").await;
    let before = last_event(&site).await;
    let reply = reviewer.post_form(CANCEL, &[("bulk", &id)]).await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
    let refused = format!(
        "SELECT count(*) FROM audit_events WHERE id > {before} AND action = 'desk.refused'"
    );
    assert_eq!(number(&site, &refused).await, 1);
    assert!(!page(&reviewer, &id).await.contains(CANCEL));

    let colleague = with_role(&site, "ikram", "admin").await;
    assert!(page(&colleague, &id).await.contains(CANCEL));
    let reply = colleague.post_form(CANCEL, &[("bulk", &id)]).await;
    reply.leads_to(&format!("/admin/bulk/{id}"));
    carry_out(&site).await;
    assert_eq!(statuses(&site).await.as_deref(), Some("active active"));

    let attesting = prepare(&admin, "review", &[people[1].1]).await;
    let reply = reviewer.post_form(CANCEL, &[("bulk", &attesting)]).await;
    assert_eq!(
        reply.status,
        StatusCode::FORBIDDEN,
        "what they could do themselves"
    );
    let own = prepare(&reviewer, "review", &[people[1].1]).await;
    let reply = reviewer.post_form(CANCEL, &[("bulk", &own)]).await;
    reply.leads_to(&format!("/admin/bulk/{own}"));
}
