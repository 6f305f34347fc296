//! Who may be at the desk at all: every page and every form, for everybody.

use http::StatusCode;
use sqlx::PgPool;
use uuid::Uuid;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{Browser, Site, events_after, last_event, row_of, with_role};

const ACTS: [&str; 6] = [
    "approve",
    "reject",
    "suspend",
    "reactivate",
    "end-sessions",
    "role",
];

/// The forms, each filled in.
fn forms(account: Uuid, link: Uuid) -> Vec<(String, Vec<(&'static str, String)>)> {
    let fields = |name: &'static str, id: Uuid| {
        vec![
            (name, id.to_string()),
            ("reason", "They asked.".to_owned()),
            ("role", "reviewer".to_owned()),
        ]
    };
    let mut forms: Vec<_> = ACTS
        .iter()
        .map(|act| (format!("/admin/accounts/{act}"), fields("account", account)))
        .collect();
    forms.push(("/admin/links/unlink".to_owned(), fields("link", link)));
    forms.push(("/admin/undo".to_owned(), vec![("event", "1".to_owned())]));
    forms
}

/// The pages that only those who decide may see.
fn pages_of_acts(account: Uuid, link: Uuid) -> Vec<String> {
    let mut pages: Vec<_> = ACTS
        .iter()
        .map(|act| format!("/admin/accounts/{account}/{act}"))
        .collect();
    pages.push(format!("/admin/links/{link}/unlink"));
    pages
}

async fn send(
    browser: &Browser,
    (path, fields): &(String, Vec<(&'static str, String)>),
) -> http::StatusCode {
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let reply = browser.post_form(path, &fields).await;
    if reply.status == StatusCode::SEE_OTHER {
        assert_eq!(reply.location(), "/sign-in", "{path}");
    }
    reply.status
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn strangers_members_and_reviewers_change_nothing_by_any_form(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let account = site.linked("ikram", "ikram@harbourlane.test").await;
    let link = site.identity_of("ikram").await;
    let as_it_was = row_of(&site, account).await;
    for (who, browser, expected) in [
        ("stranger", Browser::new(&site), StatusCode::SEE_OTHER),
        (
            "member",
            with_role(&site, "dana", "member").await,
            StatusCode::FORBIDDEN,
        ),
        (
            "reviewer",
            with_role(&site, "tomas", "reviewer").await,
            StatusCode::FORBIDDEN,
        ),
    ] {
        for form in forms(account, link) {
            let before = last_event(&site).await;
            assert_eq!(send(&browser, &form).await, expected, "{who} {}", form.0);
            let events = events_after(&site, before).await;
            let recorded = usize::from(who != "stranger");
            assert_eq!(events.len(), recorded, "{who} {}: {events:?}", form.0);
            for event in events {
                assert_eq!(event.action, "desk.refused");
                assert_eq!(event.reason.as_deref(), Some("role"), "{who} {}", form.0);
            }
        }
        let note = (
            "/admin/accounts/note".to_owned(),
            vec![
                ("account", account.to_string()),
                ("note", "Seen.".to_owned()),
            ],
        );
        if who == "reviewer" {
            let fields = [("account", note.1[0].1.as_str()), ("note", "Seen.")];
            let reply = browser.post_form(&note.0, &fields).await;
            reply.leads_to(&format!("/admin/accounts/{account}?done=noted"));
        } else {
            assert_eq!(send(&browser, &note).await, expected, "{who} note");
        }
    }
    assert_eq!(row_of(&site, account).await, as_it_was);
    assert_eq!(site.identity_of("ikram").await, link);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn reviewers_see_accounts_and_links_and_no_act(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let account = site.linked("ikram", "ikram@harbourlane.test").await;
    let link = site.identity_of("ikram").await;
    let looking = [
        format!("/admin/accounts/{account}"),
        format!("/admin/links/{link}"),
    ];
    let stranger = Browser::new(&site);
    let member = with_role(&site, "dana", "member").await;
    let reviewer = with_role(&site, "tomas", "reviewer").await;
    for page in &looking {
        stranger
            .get(page)
            .await
            .leads_to(&format!("/sign-in?return_to={page}"));
        assert_eq!(
            member.get(page).await.status,
            StatusCode::FORBIDDEN,
            "{page}"
        );
        let seen = reviewer.get(page).await;
        assert_eq!(seen.status, StatusCode::OK, "{page}");
        assert!(seen.body.contains("ikram@harbourlane.test"), "{page}");
        for act in ACTS {
            assert!(!seen.body.contains(&format!("/{act}\"")), "{page} {act}");
        }
        assert!(
            !seen.body.contains("/unlink\"") && !seen.body.contains("/admin/undo"),
            "{page}"
        );
    }
    let admin = with_role(&site, "stranger", "admin").await;
    for page in pages_of_acts(account, link) {
        let reply = stranger.get(&page).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{page}");
        assert!(
            reply.location().starts_with("/sign-in?return_to=/admin/"),
            "{page}"
        );
        assert_eq!(
            member.get(&page).await.status,
            StatusCode::FORBIDDEN,
            "{page}"
        );
        assert_eq!(
            reviewer.get(&page).await.status,
            StatusCode::FORBIDDEN,
            "{page}"
        );
        assert_eq!(admin.get(&page).await.status, StatusCode::OK, "{page}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_isnt_there_is_not_found(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let admin = with_role(&site, "dana", "admin").await;
    let own = admin.account().await.unwrap();
    for page in [
        format!("/admin/accounts/{}", Uuid::max()),
        format!("/admin/links/{}", Uuid::max()),
        format!("/admin/links/{}/unlink", Uuid::max()),
        format!("/admin/accounts/{}/suspend", Uuid::max()),
        format!("/admin/accounts/{own}/nonsense"),
        "/admin/accounts/x".to_owned(),
        "/admin/accounts/%00".to_owned(),
        "/admin/links/'".to_owned(),
        "/admin/undo?event=0".to_owned(),
    ] {
        let status = admin.get(&page).await.status;
        assert!(
            status == StatusCode::NOT_FOUND
                || (page.contains('%') && status == StatusCode::BAD_REQUEST),
            "{page}: {status}"
        );
    }
    for odd in ["", "x", "../..", "\0"] {
        let reply = admin
            .post_form("/admin/accounts/suspend", &[("account", odd)])
            .await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{odd:?}: {reply:?}");
    }
}
