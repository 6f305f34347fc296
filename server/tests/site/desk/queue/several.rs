//! Several decisions in one go.

use http::StatusCode;
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use super::{QUEUE, admin, case_item, decide, item, link_asked, under_approval, waiting, words_of};
use crate::harness::{
    Browser, Site, empty_outbox, form_refused, mailed, number, overtaken, sql, text,
};

/// Where the report of a decision stands.
async fn report(browser: &Browser, act: &str, items: &str, reason: &str) -> String {
    let reply = decide(browser, act, items, reason).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{reply:?}");
    let place = reply.location().to_owned();
    assert!(place.starts_with("/admin/queue/reports/"), "{place}");
    place
}

async fn statuses(site: &Site) -> String {
    let all = "SELECT string_agg(status, ' ' ORDER BY email) FROM accounts
               WHERE role = 'member' AND email NOT LIKE 'queue-%'";
    text(site, all).await.unwrap()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_is_chosen_is_previewed_done_one_by_one_and_reported(pool: PgPool) {
    let site = Site::start(pool, under_approval).await;
    let mut items = Vec::new();
    for subject in ["ikram", "stranger", "tomas"] {
        items.push(item(waiting(&site, subject).await.0));
    }
    // One was let in meanwhile, and one is an owner's.
    sql(
        &site,
        "UPDATE accounts SET status = 'active' WHERE email LIKE 's.tranger%';
         UPDATE accounts SET role = 'owner' WHERE email LIKE 'tomas%'",
    )
    .await;
    let admin = admin(&site).await;
    empty_outbox(&site).await;
    let chosen: Vec<String> = items.iter().map(|item| format!("item={item}")).collect();
    let preview = admin
        .get(&format!("{QUEUE}/approve?{}", chosen.join("&")))
        .await
        .body;
    let words = words_of(&preview);
    assert!(words.contains("Approve 1 of 3?"), "{words}");
    assert!(words.contains("It doesn’t wait any more"), "{words}");
    assert!(
        words.contains("Only an owner decides about an owner’s account."),
        "{words}"
    );
    let together = items.join(".");
    assert!(
        preview.contains(&format!("name=\"item\" value=\"{together}\"")),
        "{preview}"
    );

    let place = report(&admin, "approve", &together, "All known.").await;
    let page = words_of(&admin.get(&place).await.body);
    for words in [
        "Approved: 1 of 3",
        "Ikram Osei",
        "Decided meanwhile by somebody else",
        "Skipped Only an owner decides about an owner’s account.",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert_eq!(
        mailed(&site).await,
        ["account_approved ikram.osei@harbourlane.test"]
    );
    for (action, count) in [("account.approved", 1), ("desk.refused", 2)] {
        let recorded = format!("SELECT count(*) FROM audit_events WHERE action = '{action}'");
        assert_eq!(number(&site, &recorded).await, count, "{action}");
    }
    assert_eq!(
        text(
            &site,
            "SELECT string_agg(outcome, ' ' ORDER BY position) FROM queue_batch_items"
        )
        .await,
        Some("done decided owners_only".to_owned())
    );
    // Sent again, nothing is done twice.
    let again = report(&admin, "approve", &together, "All known.").await;
    assert!(words_of(&admin.get(&again).await.body).contains("Approved: 0 of 3"));
    assert_eq!(mailed(&site).await.len(), 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn accounts_and_cases_are_declined_together_with_one_reason(pool: PgPool) {
    let (site, _, _, admin) = link_asked(pool, "").await;
    sql(
        &site,
        "INSERT INTO accounts (id, email, status)
         VALUES ('00000000-0000-7000-8000-00000000000a', 'new@elsewhere.test', 'pending')",
    )
    .await;
    let case = case_item(&site).await;
    let together = format!("a0000000000007000800000000000000a.{case}");
    let place = report(&admin, "decline", &together, "Not ours.").await;
    let page = words_of(&admin.get(&place).await.body);
    assert!(page.contains("Declined: 2 of 2"), "{page}");
    let reference = text(&site, "SELECT reference FROM cases").await.unwrap();
    assert!(page.contains(&reference), "{page}");
    let reason = text(
        &site,
        "SELECT string_agg(DISTINCT text, '|') FROM desk_notes",
    )
    .await;
    assert_eq!(reason.as_deref(), Some("Not ours."));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn nothing_is_begun_without_a_reason_or_a_fresh_sign_in(pool: PgPool) {
    let site = Site::start(pool, under_approval).await;
    let mut items = Vec::new();
    for subject in ["ikram", "tomas"] {
        items.push(item(waiting(&site, subject).await.0));
    }
    let admin = admin(&site).await;
    let together = items.join(".");
    let path = format!("{QUEUE}/decline");
    for (reason, problem) in [("", "reason_missing"), ("Because.", "confirm_first")] {
        if problem == "confirm_first" {
            sql(&site, "UPDATE sessions SET fresh_at = 'epoch'").await;
        }
        let form = [("item", together.as_str()), ("reason", reason)];
        let back = format!("{path}?problem={problem}&item={together}");
        form_refused(&site, &admin, (&path, &form), &back).await;
    }
    assert_eq!(statuses(&site).await, "pending pending");
    assert_eq!(number(&site, "SELECT count(*) FROM queue_batches").await, 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_is_demoted_in_the_middle_decides_no_further(pool: PgPool) {
    let site = Site::start(pool, under_approval).await;
    let mut items = Vec::new();
    for subject in ["ikram", "tomas"] {
        items.push(item(waiting(&site, subject).await.0));
    }
    let admin = admin(&site).await;
    let change = "UPDATE accounts SET role = 'member' WHERE role = 'admin'";
    let reply = overtaken(
        &site,
        change,
        decide(&admin, "approve", &items.join("."), ""),
    )
    .await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER);
    assert_eq!(statuses(&site).await, "pending pending");
    let outcomes = "SELECT string_agg(outcome, ' ' ORDER BY position) FROM queue_batch_items";
    assert_eq!(text(&site, outcomes).await.as_deref(), Some("role role"));
    assert_eq!(
        admin.get(reply.location()).await.status,
        StatusCode::FORBIDDEN,
        "the report isn’t theirs any more"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_whole_page_is_decided_in_one_go(pool: PgPool) {
    let site = Site::start(pool, under_approval).await;
    sql(
        &site,
        "INSERT INTO accounts (id, email, status)
         SELECT ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'new' || n || '@elsewhere.test', 'pending'
         FROM generate_series(1, 50) AS n",
    )
    .await;
    let admin = admin(&site).await;
    let all: Vec<String> = (1..=50)
        .map(|n| format!("a0000000000007000800000000{n:07}"))
        .collect();
    let together = all.join(".");
    let chosen: Vec<String> = all.iter().map(|item| format!("item={item}")).collect();
    let preview = admin
        .get(&format!("{QUEUE}/approve?{}", chosen.join("&")))
        .await;
    assert!(words_of(&preview.body).contains("Approve 50 of 50?"));
    let place = report(&admin, "approve", &together, "").await;
    let page = words_of(&admin.get(&place).await.body);
    assert!(page.contains("Approved: 50 of 50"), "{page}");
    // Not fresh, all of it finds its way through the confirmation and back.
    sql(&site, "UPDATE sessions SET fresh_at = 'epoch'; UPDATE accounts SET status = 'pending' WHERE role = 'member'").await;
    let page = admin
        .get(&format!("{QUEUE}/approve?{}", chosen.join("&")))
        .await
        .body;
    let (_, rest) = page.split_once("href=\"/account/confirm?then=").unwrap();
    let path = rest.split('"').next().unwrap();
    let confirm = admin.get(&format!("/account/confirm?then={path}")).await;
    assert_eq!(confirm.status, StatusCode::OK);
    assert!(
        confirm.body.contains(&together),
        "the way back holds all that was chosen"
    );
}
