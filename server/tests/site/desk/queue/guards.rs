//! Who sees the queue, and who decides.

use http::StatusCode;
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use super::{QUEUE, REVIEWER, admin, decide, item, under_approval, waiting, with_role};
use crate::harness::{Browser, Site, form_refused, last_event, only_event_after, sql, text};

const PAGES: [&str; 5] = [
    QUEUE,
    "/admin/queue/approve",
    "/admin/queue/decline",
    "/admin/queue/ask",
    "/admin/queue/reports/00000000-0000-7000-8000-000000000000",
];
const ACTS: [&str; 3] = ["approve", "decline", "ask"];

async fn status_of(site: &Site) -> String {
    let email = "SELECT status FROM accounts WHERE email LIKE 's.tranger%'";
    text(site, email).await.unwrap()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn strangers_sign_in_first_waiting_people_wait_and_members_learn_that_it_isnt_theirs(
    pool: PgPool,
) {
    let site = Site::start(pool, under_approval).await;
    let (waiter, pending) = waiting(&site, "stranger").await;
    let member = with_role(&site, "ikram", "member").await;
    let stranger = Browser::new(&site);
    for page in PAGES {
        let path = page.split('?').next().unwrap();
        let reply = stranger.get(page).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{page}");
        assert!(
            reply
                .location()
                .starts_with("/sign-in?return_to=/admin/queue"),
            "{path}: {reply:?}"
        );
        pending.get(page).await.leads_to("/pending");
        let refused = member.get(page).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{page}");
        assert!(!refused.body.contains("s.tranger@"), "{page}");
    }
    for act in ACTS {
        decide(&stranger, act, &item(waiter), "No.")
            .await
            .leads_to("/sign-in");
        decide(&pending, act, &item(waiter), "No.")
            .await
            .leads_to("/sign-in");
        let before = last_event(&site).await;
        let refused = decide(&member, act, &item(waiter), "No.").await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{act}");
        let event = only_event_after(&site, before).await;
        assert_eq!(event.reason.as_deref(), Some("role"), "{act}");
    }
    assert_eq!(status_of(&site).await, "pending");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_reviewer_sees_the_queue_and_decides_nothing(pool: PgPool) {
    let site = Site::start(pool, under_approval).await;
    let (waiter, _) = waiting(&site, "stranger").await;
    let reviewer = with_role(&site, REVIEWER, "reviewer").await;
    let page = reviewer.get(QUEUE).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("s.tranger@elsewhere.test"));
    for offered in [
        "type=\"checkbox\"",
        "/admin/queue/approve",
        "<form method=\"get\"",
    ] {
        assert!(!page.body.contains(offered), "{offered}");
    }
    for act in ACTS {
        let asked = reviewer
            .get(&format!("{QUEUE}/{act}?item={}", item(waiter)))
            .await;
        assert_eq!(asked.status, StatusCode::FORBIDDEN, "{act}");
        let refused = decide(&reviewer, act, &item(waiter), "No.").await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{act}");
    }
    assert_eq!(status_of(&site).await, "pending");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_isnt_an_administrator_any_more_decides_nothing(pool: PgPool) {
    let site = Site::start(pool, under_approval).await;
    let (waiter, _) = waiting(&site, "stranger").await;
    let admin = admin(&site).await;
    sql(
        &site,
        "UPDATE accounts SET role = 'member' WHERE role = 'admin'",
    )
    .await;
    for act in ACTS {
        let refused = decide(&admin, act, &item(waiter), "No.").await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{act}");
    }
    assert_eq!(status_of(&site).await, "pending");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_decision_asks_for_a_fresh_sign_in_and_comes_back_with_what_was_chosen(pool: PgPool) {
    let site = Site::start(pool, under_approval).await;
    let (waiter, _) = waiting(&site, "stranger").await;
    let admin = admin(&site).await;
    sql(&site, "UPDATE sessions SET fresh_at = 'epoch'").await;
    let named = item(waiter);
    let page = admin
        .get(&format!("{QUEUE}/approve?item={named}"))
        .await
        .body;
    assert!(page.contains("Confirm that it’s you"), "{page}");
    assert!(
        page.contains(&format!(
            "/account/confirm?then=%2Fadmin%2Fqueue%2Fapprove%3Fitem%3D{named}"
        )),
        "{page}"
    );
    assert!(!page.contains("action=\"/admin/queue/approve\""), "{page}");
    for act in ACTS {
        let form = (
            format!("{QUEUE}/{act}"),
            [("item", named.as_str()), ("reason", "Because.")],
        );
        let back = format!("{QUEUE}/{act}?problem=confirm_first&item={named}");
        let event = form_refused(&site, &admin, (&form.0, &form.1), &back).await;
        assert_eq!(
            (event.action.as_str(), event.reason.as_deref()),
            ("desk.refused", Some("not_fresh")),
            "{act}"
        );
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn declining_asks_for_a_reason_of_bounded_length(pool: PgPool) {
    let site = Site::start(pool, under_approval).await;
    let (waiter, _) = waiting(&site, "stranger").await;
    let admin = admin(&site).await;
    let named = item(waiter);
    let long = "é".repeat(501);
    for (reason, problem, recorded) in [
        ("", "reason_missing", "reason"),
        (" \n\u{202e}", "reason_missing", "reason"),
        (long.as_str(), "too_long", "too_long"),
    ] {
        let form = [("item", named.as_str()), ("reason", reason)];
        let back = format!("{QUEUE}/decline?problem={problem}&item={named}");
        let path = format!("{QUEUE}/decline");
        let event = form_refused(&site, &admin, (&path, &form), &back).await;
        assert_eq!(event.reason.as_deref(), Some(recorded));
        let page = admin.get(&back).await.body;
        assert!(page.contains("role=\"alert\"") && page.contains("name=\"reason\""));
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_names_no_item_is_refused_and_changes_nothing(pool: PgPool) {
    let site = Site::start(pool, under_approval).await;
    waiting(&site, "stranger").await;
    let admin = admin(&site).await;
    let nobody = "a00000000000000000000000000000001";
    let too_many: Vec<String> = (0..51).map(|n| format!("a{n:032x}")).collect();
    for odd in [
        "",
        ".",
        "x",
        "a1",
        "'; DROP TABLE accounts; --",
        &too_many.join("."),
    ] {
        for act in ACTS {
            let reply = decide(&admin, act, odd, "No.").await;
            assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{act} {odd}");
        }
    }
    // One that nobody has: somebody else was quicker, or it never was.
    let reply = decide(&admin, "approve", nobody, "").await;
    reply.leads_to(&format!("{QUEUE}/approve?problem=decided&item={nobody}"));
    assert_eq!(status_of(&site).await, "pending");
}
