//! What every answer carries for its own protection: the security headers and the nonce.

use http::{Method, StatusCode};
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{Browser, Raw, Reply, Site, everybody, raw};

fn assert_hardened(headers: impl Fn(&str) -> String, what: &str) {
    assert_eq!(headers("x-content-type-options"), "nosniff", "{what}");
    assert_eq!(headers("x-frame-options"), "DENY", "{what}");
    assert_eq!(headers("referrer-policy"), "same-origin", "{what}");
    assert_eq!(
        headers("cross-origin-opener-policy"),
        "same-origin",
        "{what}"
    );
    assert_eq!(
        headers("cross-origin-resource-policy"),
        "same-origin",
        "{what}"
    );
    assert!(
        headers("permissions-policy").contains("camera=()"),
        "{what}"
    );
    let policy = headers("content-security-policy");
    for part in [
        "default-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action",
    ] {
        assert!(policy.contains(part), "{what}: {policy}");
    }
    assert!(
        !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"),
        "{what}: {policy}"
    );
    assert!(!headers("cache-control").is_empty(), "{what}");
    assert_eq!(headers("server"), "", "{what}");
}

fn hardened(reply: &Reply, what: &str) {
    assert_hardened(|name| reply.header(name).to_owned(), what);
}

fn hardened_raw(answer: &Raw, what: &str) {
    assert_hardened(|name| answer.header(name).to_owned(), what);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn every_answer_carries_the_security_headers(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let style = vestibule::http::assets::STYLE;
    for (who, browser) in everybody(&site).await {
        for (path, status) in [
            ("/sign-in", 200),
            ("/claim?token=x", 200),
            ("/link", 200),
            ("/no-such-page", 404),
            ("/assets/none.css", 404),
            (style, 200),
            ("/healthz", 200),
            ("/readyz", 200),
            ("/auth/sign-out", 405),
            ("/auth/clio/start", 303),
            ("/auth/clio/callback?state=a&state=b", 400),
            ("/auth/clio/callback?state=a", 303),
        ] {
            let reply = browser.get(path).await;
            assert_eq!(reply.status.as_u16(), status, "{who} {path}: {reply:?}");
            hardened(&reply, path);
        }
        for path in [
            "/account",
            "/welcome",
            "/pending",
            "/",
            "/api/v1/session",
            "/auth/verify",
        ] {
            hardened(&browser.get(path).await, path);
        }
        let reply = browser
            .with_header("origin", "https://evil.test")
            .post_form("/link/cancel", &[])
            .await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN);
        hardened(&reply, "403");
        for (path, body, status) in [
            ("/auth/clio/callback", String::new(), 405),
            ("/link/password", "x".repeat(70_000), 413),
        ] {
            let reply = browser
                .send(Method::POST, path, "same-origin", Some(body))
                .await;
            assert_eq!(reply.status.as_u16(), status, "{who} {path}");
            hardened(&reply, path);
        }
    }
    let answer = raw(
        &site,
        "OPTIONS",
        "/auth/sign-out",
        &[("Origin", "https://evil.test")],
        b"",
    )
    .await;
    assert_eq!(answer.status, 403);
    hardened_raw(&answer, "OPTIONS");
    assert_eq!(answer.header("access-control-allow-origin"), "");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn pages_without_islands_allow_no_script_and_others_one_by_a_fresh_nonce(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let [_, (_, linking), (_, waiting), (_, member)] =
        <[(&str, Browser); 4]>::try_from(everybody(&site).await)
            .unwrap_or_else(|_| panic!("four people"));
    for (browser, path) in [
        (&member, "/sign-in"),
        (&member, "/account"),
        (&member, "/no-such-page"),
        (&member, "/claim?token=x"),
    ] {
        let reply = browser.get(path).await;
        let policy = reply.header("content-security-policy");
        assert!(
            !policy.contains("script-src") && !policy.contains("connect-src"),
            "{path}: {policy}"
        );
        assert!(!reply.body.contains("<script"), "{path}");
        assert!(
            !reply.body.contains("style=\""),
            "{path}: inline styles are blocked"
        );
    }
    for (browser, path) in [(&linking, "/link"), (&waiting, "/pending")] {
        let (one, other) = (browser.get(path).await, browser.get(path).await);
        assert_eq!(one.status, StatusCode::OK, "{path}");
        let has_islands = vestibule::http::assets::BUNDLE.is_some();
        assert_eq!(one.body.contains("<script"), has_islands, "{path}");
        if has_islands {
            assert_ne!(
                one.header("content-security-policy"),
                other.header("content-security-policy"),
                "{path}: the nonce is fresh"
            );
        }
        for script in one.body.split("<script").skip(1) {
            let tag = script.split('>').next().unwrap_or_default();
            assert!(tag.contains("nonce="), "{path}: {tag}");
        }
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn answers_of_what_failed_carry_the_security_headers_too(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = Browser::new(&site);
    hardened(&browser.get("/account").await, "well");

    site.clock.break_after(0);
    let reply = browser.get("/auth/clio/start").await;
    assert_eq!(reply.status, StatusCode::INTERNAL_SERVER_ERROR);
    hardened(&reply, "a panic");

    let mut flood = 0;
    let refused = loop {
        let reply = browser.get("/auth/clio/callback?code=a&state=b").await;
        if reply.status == StatusCode::TOO_MANY_REQUESTS {
            break reply;
        }
        flood += 1;
        assert!(flood < 5_000, "no end to a flood");
    };
    hardened(&refused, "429");

    site.services.pool.close().await;
    let reply = browser.get("/auth/clio/start").await;
    assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE);
    hardened(&reply, "503");
}
