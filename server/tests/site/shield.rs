//! The outer shield: foreign forms, odd input, headers, errors; and what GET must leave alone.
use std::collections::BTreeSet;

use http::{Method, StatusCode};
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{
    FORMS, PASSWORD, Site, confirm_link, cookie_header, dana_at_the_prompt, everybody,
    give_password, raw, signed_in,
};

/// Every URL that takes a form, as the product registered them.
fn post_urls() -> Vec<&'static str> {
    let urls: Vec<&str> = leptos::server_fn::axum::server_fn_paths()
        .filter(|(_, method)| *method == Method::POST)
        .map(|(path, _)| path)
        .collect();
    assert!(
        urls.len() >= 7 && urls.contains(&"/auth/sign-out"),
        "{urls:?}"
    );
    urls
}

fn form(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_forms_of_these_tests_are_all_the_forms_there_are(_pool: PgPool) {
    let known: BTreeSet<&str> = FORMS.iter().map(|(path, _)| *path).collect();
    let registered: BTreeSet<&str> = post_urls().into_iter().collect();
    assert_eq!(
        registered.difference(&known).collect::<Vec<_>>(),
        Vec::<&&str>::new(),
        "a form isn't tested"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn forms_of_other_sites_and_of_no_site_are_refused_and_change_nothing(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let own = site.public_url.clone();
    let other_port = "http://127.0.0.1:1";
    let foreign: [&[(&str, &str)]; 12] = [
        &[],
        &[("Sec-Fetch-Site", "same-origin")],
        &[("Sec-Fetch-Site", "none")],
        &[("Origin", "null")],
        &[("Origin", "null"), ("Sec-Fetch-Site", "same-origin")],
        &[
            ("Origin", "https://evil.test"),
            ("Sec-Fetch-Site", "cross-site"),
        ],
        &[("Origin", "https://evil.test")],
        &[("Origin", other_port), ("Sec-Fetch-Site", "same-site")],
        &[("Origin", &own), ("Sec-Fetch-Site", "same-site")],
        &[("Origin", &own), ("Sec-Fetch-Site", "cross-site")],
        &[("Origin", &own), ("Origin", "https://evil.test")],
        &[("Referer", &own)],
    ];
    let kinds = [
        "application/x-www-form-urlencoded",
        "text/plain",
        "application/json",
        "multipart/form-data; boundary=x",
        "application/octet-stream",
        "",
    ];
    for (who, browser) in everybody(&site).await {
        let cookies = cookie_header(&browser);
        let before = site.dump().await;
        for path in post_urls() {
            let fields = FORMS
                .iter()
                .find(|(own, _)| *own == path)
                .map_or(&[][..], |(_, fields)| fields);
            for (turn, origin) in foreign.iter().enumerate() {
                let kind = kinds[turn % kinds.len()];
                let mut headers = vec![("Cookie", cookies.as_str()), ("Accept", "text/html")];
                headers.extend_from_slice(origin);
                if !kind.is_empty() {
                    headers.push(("Content-Type", kind));
                }
                let answer = raw(&site, "POST", path, &headers, form(fields).as_bytes()).await;
                assert_eq!(answer.status, 403, "{who} {path} {origin:?} {kind}");
                assert_eq!(answer.header("set-cookie"), "", "{who} {path}");
            }
        }
        assert_eq!(site.dump().await, before, "{who}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn every_content_type_of_a_foreign_form_is_refused(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = signed_in(&site, "dana").await;
    let cookies = cookie_header(&browser);
    for method in ["POST", "PUT", "PATCH", "DELETE"] {
        for kind in [
            "application/x-www-form-urlencoded",
            "text/plain",
            "application/json",
            "multipart/form-data",
            "x",
        ] {
            let headers = [
                ("Cookie", cookies.as_str()),
                ("Content-Type", kind),
                ("Origin", "https://evil.test"),
            ];
            let answer = raw(&site, method, "/auth/sign-out", &headers, b"").await;
            assert_eq!(answer.status, 403, "{method} {kind}");
        }
    }
    assert!(browser.account().await.is_some());
    // The honest twin.
    assert_eq!(
        browser.post_form("/auth/sign-out", &[]).await.location(),
        "/sign-in"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn looking_at_pages_changes_no_row(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let mut paths = vec![
        "/",
        "/sign-in",
        "/sign-in?problem=declined&ref=7Q4K-92MX&return_to=/account",
        "/claim?token=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "/claim",
        "/link",
        "/link?problem=wrong_password",
        "/welcome",
        "/pending",
        "/account",
        "/account?problem=changed",
        "/no-such-page",
        "/healthz",
        "/readyz",
        "/api/v1/session",
        "/auth/verify",
        "/assets/none.css",
        "/auth/clio/callback?state=a&state=b",
        "/auth/clio/start?return_to=%00",
    ];
    paths.extend(post_urls());
    for (who, browser) in everybody(&site).await {
        let before = site.dump().await;
        for path in &paths {
            for method in [Method::GET, Method::HEAD] {
                for from in ["same-origin", "cross-site", "none"] {
                    let reply = browser.send(method.clone(), path, from, None).await;
                    assert!(
                        !reply.status.is_server_error(),
                        "{who} {method} {path}: {reply:?}"
                    );
                }
            }
        }
        browser
            .send(Method::GET, "/auth/clio/start", "cross-site", None)
            .await;
        assert_eq!(site.dump().await, before, "{who}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn no_form_whatever_becomes_of_it_leads_to_the_referer(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    for (who, browser) in everybody(&site).await {
        for referer in [
            "https://evil.test/x",
            "//evil.test",
            "/%0d%0aevil.test",
            "https://evil.test@127.0.0.1/",
        ] {
            let browser = browser.copied().with_header("referer", referer);
            for (path, fields) in FORMS {
                for fields in [fields, &[], &[("x", "y")]] {
                    let reply = browser.post_form(path, fields).await;
                    let all = format!("{:?} {}", reply.headers, reply.body);
                    assert!(!all.contains("evil"), "{who} {path}: {all}");
                    assert!(
                        !all.contains("__err") && !all.contains("__path"),
                        "{who} {path}: {all}"
                    );
                    let place = reply.location();
                    let to_clio = path == "/account/connections/connect"
                        && place.starts_with(&site.clio.authorization_url());
                    assert!(
                        place.is_empty() || place.starts_with('/') || to_clio,
                        "{who} {path}: {all}"
                    );
                }
            }
        }
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_islands_call_gets_its_failure_as_a_word_and_no_redirect(pool: PgPool) {
    let (_site, browser) = dana_at_the_prompt(pool).await;
    let browser = browser.with_header("accept", "application/json");
    let reply = give_password(&browser, "wrong").await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{reply:?}");
    assert_eq!(reply.location(), "");
    assert!(
        reply.body.contains("WrongPassword") || reply.body.contains("wrong_password"),
        "{reply:?}"
    );
    let reply = give_password(&browser, PASSWORD).await;
    assert_eq!(
        (reply.status, reply.location()),
        (StatusCode::OK, "/link"),
        "{reply:?}"
    );
    let reply = confirm_link(&browser).await;
    assert_eq!(
        (reply.status, reply.location()),
        (StatusCode::OK, "/account"),
        "{reply:?}"
    );
}
