//! Who gets to which page, form and download of the desk: all of them, as the product registered them.

use std::collections::BTreeSet;

use http::{Method, StatusCode};
use leptos_axum::generate_route_list;
use simulated_clio::Region;
use sqlx::PgPool;
use uuid::Uuid;
use vestibule::{db::migrations::MIGRATOR, http::desk::DOWNLOADS};

use super::with_role;
use crate::harness::{
    Browser, FORMS, Site, everybody, in_regions, last_event, number, only_event_after, sql, text,
};

/// The forms that attest, or are about the desk itself: open to reviewers. Every other form decides about
/// people, and is for administrators and owners.
const OPEN_TO_REVIEWERS: [&str; 10] = [
    "/admin/accounts/note",
    "/admin/links/note",
    "/admin/links/reviewed",
    "/admin/links/views/keep",
    "/admin/links/views/forget",
    "/admin/bulk/prepare",
    "/admin/bulk/confirm",
    "/admin/bulk/cancel",
    "/admin/bulk/undo",
    "/admin/reviews/decide",
];

/// Pages about one thing that the address names behind the question mark.
const ABOUT_ONE: [&str; 2] = ["/admin/roster/disconnect", "/admin/roster/rule"];

/// The paths of all pages of the desk, with an id of nothing where one stands.
fn pages() -> Vec<String> {
    let pages: Vec<String> = generate_route_list(app::App)
        .iter()
        .map(|route| route.path().to_owned())
        .filter(|path| path == "/admin" || path.starts_with("/admin/"))
        .map(|path| without_ids(&path))
        .collect();
    assert!(pages.iter().any(|path| path == "/admin/links"), "{pages:?}");
    pages
}

/// The paths of all downloads of the desk, likewise.
fn downloads() -> Vec<String> {
    DOWNLOADS.into_iter().map(without_ids).collect()
}

fn without_ids(path: &str) -> String {
    path.split('/')
        .map(|part| match part.strip_prefix(['{', ':']) {
            Some(_) => Uuid::max().to_string(),
            None => part.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("/")
}

/// The paths of all forms of the desk, with what each sends.
fn forms() -> Vec<(&'static str, &'static [(&'static str, &'static str)])> {
    let registered: BTreeSet<&str> = leptos::server_fn::axum::server_fn_paths()
        .filter(|(_, method)| *method == Method::POST)
        .map(|(path, _)| path)
        .collect();
    let forms: Vec<_> = FORMS
        .into_iter()
        .filter(|(path, _)| path.starts_with("/admin/"))
        .collect();
    let known: BTreeSet<&str> = forms.iter().map(|(path, _)| *path).collect();
    let of_desk: BTreeSet<&str> = registered
        .into_iter()
        .filter(|path| path.starts_with("/admin/"))
        .collect();
    assert_eq!(known, of_desk);
    forms
}

/// An administrator until a moment ago, in the browser where they still are signed in.
async fn former_administrator(site: &Site) -> Browser {
    let browser = with_role(site, "stranger", "admin").await;
    assert_eq!(browser.get("/admin/links").await.status, StatusCode::OK);
    sql(
        site,
        "UPDATE accounts SET role = 'member' WHERE role = 'admin'",
    )
    .await;
    browser
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn every_page_and_download_sends_strangers_to_sign_in_and_refuses_members(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let mut visitors = everybody(&site).await;
    visitors.push(("former administrator", former_administrator(&site).await));
    let places = pages().into_iter().chain(downloads());
    for path in places {
        for (who, browser) in &visitors {
            let reply = browser.get(&path).await;
            match *who {
                "member" | "former administrator" => {
                    assert_eq!(reply.status, StatusCode::FORBIDDEN, "{who} {path}");
                    assert!(
                        reply.body.contains("This page isn’t open to you"),
                        "{who} {path}"
                    );
                }
                "waiting" => {
                    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{who} {path}");
                    assert_eq!(reply.location(), "/pending", "{who} {path}");
                }
                _ => {
                    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{who} {path}");
                    assert!(
                        reply.location().starts_with("/sign-in?return_to=/admin"),
                        "{who} {path}"
                    );
                }
            }
        }
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn every_page_and_download_answers_reviewers_administrators_and_owners(pool: PgPool) {
    // With Clio Manage, so that there are the pages of the roster.
    let site = Site::start(pool, in_regions(&[Region::Us])).await;
    for (subject, role) in [("dana", "reviewer"), ("ikram", "admin"), ("tomas", "owner")] {
        let browser = with_role(&site, subject, role).await;
        for path in pages().into_iter().chain(downloads()) {
            let reply = browser.get(&path).await;
            let expected: &[StatusCode] = if path == "/admin" {
                &[StatusCode::SEE_OTHER]
            } else if path.contains(&Uuid::max().to_string()) || ABOUT_ONE.contains(&path.as_str())
            {
                &[StatusCode::NOT_FOUND, StatusCode::FORBIDDEN]
            } else {
                &[StatusCode::OK, StatusCode::FORBIDDEN]
            };
            assert!(
                expected.contains(&reply.status),
                "{role} {path}: {}",
                reply.status
            );
            if role != "reviewer" {
                assert_ne!(reply.status, StatusCode::FORBIDDEN, "{role} {path}");
            }
        }
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn every_form_sends_strangers_to_sign_in_and_refuses_members_on_record(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let mut visitors = everybody(&site).await;
    visitors.push(("former administrator", former_administrator(&site).await));
    for (path, fields) in forms() {
        for (who, browser) in &visitors {
            let before = last_event(&site).await;
            let state = unchanged(&site).await;
            let reply = browser.post_form(path, fields).await;
            if ["member", "former administrator"].contains(who) {
                assert_eq!(reply.status, StatusCode::FORBIDDEN, "{who} {path}");
                let event = only_event_after(&site, before).await;
                assert_eq!(event.action, "desk.refused", "{who} {path}");
                assert_eq!(event.reason.as_deref(), Some("role"), "{who} {path}");
                assert_eq!(
                    event.actor_account_id,
                    browser.account().await,
                    "{who} {path}"
                );
            } else {
                assert_eq!(reply.status, StatusCode::SEE_OTHER, "{who} {path}");
                assert_eq!(reply.location(), "/sign-in", "{who} {path}");
            }
            assert_eq!(unchanged(&site).await, state, "{who} {path}");
        }
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn forms_that_decide_refuse_reviewers_on_record_and_take_administrators(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let reviewer = with_role(&site, "dana", "reviewer").await;
    let admin = with_role(&site, "ikram", "admin").await;
    for (path, fields) in forms() {
        let state = unchanged(&site).await;
        let reply = reviewer.post_form(path, fields).await;
        if OPEN_TO_REVIEWERS.contains(&path) {
            assert_ne!(reply.status, StatusCode::FORBIDDEN, "{path}");
        } else {
            assert_eq!(reply.status, StatusCode::FORBIDDEN, "{path}");
            let event = text(
                &site,
                "SELECT action || ' ' || reason FROM audit_events ORDER BY id DESC LIMIT 1",
            )
            .await;
            assert_eq!(event.as_deref(), Some("desk.refused role"), "{path}");
            assert_eq!(unchanged(&site).await, state, "{path}");
        }
        let reply = admin.post_form(path, fields).await;
        assert_ne!(reply.status, StatusCode::FORBIDDEN, "{path}");
        assert!(!reply.location().starts_with("/sign-in"), "{path}");
    }
}

/// What no refused form may change.
async fn unchanged(site: &Site) -> Vec<i64> {
    let mut counts = Vec::new();
    for count in [
        "SELECT count(*) FROM mail_outbox",
        "SELECT count(*) FROM sessions WHERE revoked_at IS NULL",
        "SELECT count(*) FROM identities WHERE unlinked_at IS NULL",
        "SELECT count(*) FROM cases WHERE settled_at IS NULL",
        "SELECT sum(hashtext(status || role || email || first_name || last_name)::bigint)::bigint FROM accounts",
    ] {
        counts.push(number(site, count).await);
    }
    counts
}
