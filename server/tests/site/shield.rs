//! The outer shield: foreign forms, odd input, headers, errors; and what GET must leave alone.

use std::collections::BTreeSet;

use http::{Method, StatusCode};
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{
    Browser, DANA, PASSWORD, Raw, Reply, Site, account_with_password, cookie_header,
    dana_at_the_prompt, give_password, post_bytes, prompted, raw, signed_in, sql, text,
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

/// What each form sends when it is filled in.
const FORMS: [(&str, &[(&str, &str)]); 7] = [
    ("/auth/sign-out", &[]),
    ("/link/password", &[("password", PASSWORD)]),
    ("/link/cancel", &[]),
    ("/pending/code/send", &[]),
    ("/pending/code", &[("code", "123456")]),
    (
        "/welcome/names",
        &[("first_name", "Changed"), ("last_name", "Changed")],
    ),
    (
        "/account/suggestion",
        &[("field", "first_name"), ("take", "true")],
    ),
];

fn form(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

/// People in every state, in browsers of their own: a stranger, one before a proof, one who waits for
/// a code, one who is in.
async fn everybody(site: &Site) -> Vec<(&'static str, Browser)> {
    account_with_password(site, DANA).await;
    let linking = prompted(site, "dana").await;
    let member = signed_in(site, "ikram").await;
    let waiting = signed_in(site, "tomas").await;
    sql(
        site,
        "UPDATE accounts SET status = 'pending' WHERE email LIKE 'tomas%'",
    )
    .await;
    vec![
        ("stranger", Browser::new(site)),
        ("linking", linking),
        ("waiting", waiting),
        ("member", member),
    ]
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
async fn oversized_bodies_are_refused_declared_or_not(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = signed_in(&site, "dana").await;
    let cookies = cookie_header(&browser);
    let names = "SELECT first_name FROM accounts";
    let declared = format!("first_name={}&last_name=x", "a".repeat(64 * 1024));
    let answer = post_bytes(&site, &browser, "/welcome/names", declared.as_bytes()).await;
    assert_eq!(answer.status, 413);

    let headers = [
        ("Origin", site.public_url.as_str()),
        ("Cookie", cookies.as_str()),
        ("Accept", "text/html"),
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Transfer-Encoding", "chunked"),
    ];
    let body = format!("{:x}\r\n{declared}\r\n0\r\n\r\n", declared.len());
    let answer = raw(&site, "POST", "/welcome/names", &headers, body.as_bytes()).await;
    assert!((400..500).contains(&answer.status), "{answer:?}");
    assert_eq!(text(&site, names).await.as_deref(), Some("Dana"));

    // Just within: the form is read, and the name is refused as a name.
    let fits = format!("first_name={}&last_name=x", "a".repeat(60 * 1024));
    let answer = post_bytes(&site, &browser, "/welcome/names", fits.as_bytes()).await;
    assert_eq!(
        (answer.status, answer.header("location")),
        (303, "/welcome?problem=bad_name")
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_bad_form_is_the_senders_fault_and_shows_nothing_of_the_inside(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let bodies: [&[u8]; 14] = [
        b"",
        b"x=y",
        b"password",
        b"password[]=a&first_name[]=a&last_name[]=b&code[]=1&field[]=x&take[]=true",
        b"password[a]=b&first_name[a]=b&last_name[a]=b&code[a]=b&field[a]=b&take[a]=b",
        b"password=a&password=b&first_name=a&first_name=b&last_name=c&code=1&code=2&field=email&field=email&take=true",
        b"field=nonsense&take=perhaps",
        b"field=first_name&take=",
        b"field=FIRST_NAME&take=true",
        b"first_name=a",
        b"{\"password\":\"a\"}",
        b"%",
        b"&&&===&&&",
        b"=%zz&%=1",
    ];
    for (who, browser) in everybody(&site).await {
        for (path, _) in FORMS.iter().filter(|(_, fields)| !fields.is_empty()) {
            for body in bodies {
                let answer = post_bytes(&site, &browser, path, body).await;
                let shown = String::from_utf8_lossy(body);
                assert!(
                    answer.status == 303 || (400..500).contains(&answer.status),
                    "{who} {path} {shown}: {answer:?}"
                );
                for inside in [
                    "missing field",
                    "serde",
                    "ServerFn",
                    "Deserialization",
                    "panicked",
                    "sqlx",
                    "rust",
                ] {
                    assert!(
                        !answer.body.contains(inside) && !answer.head.contains(inside),
                        "{who} {path}: {answer:?}"
                    );
                }
            }
        }
    }
    assert_eq!(
        text(
            &site,
            "SELECT first_name FROM accounts WHERE email LIKE 'ikram%'"
        )
        .await
        .as_deref(),
        Some("Ikram")
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn people_who_send_a_bad_form_get_a_page(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = signed_in(&site, "dana").await;
    let reply = browser
        .post_form("/welcome/names", &[("first_name", "Dana")])
        .await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
    assert!(
        reply.header("content-type").starts_with("text/html"),
        "{reply:?}"
    );
    assert!(reply.body.starts_with("<!DOCTYPE html>"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn nul_and_broken_utf8_in_any_field_are_refused_cleanly(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let nasty: [&[u8]; 7] = [
        b"a%00b",
        b"%00",
        b"%FF",
        b"a%C3",
        b"%ED%A0%80",
        b"a\xffb",
        b"%F4%90%80%80",
    ];
    for (who, browser) in everybody(&site).await {
        // What judging a guess changes isn't looked at; names and what they would be filled with is.
        let names =
            "SELECT string_agg(first_name || '|' || last_name, ',' ORDER BY id) FROM accounts";
        let before = text(&site, names).await;
        for (path, fields) in FORMS {
            for (bad, _) in fields {
                for value in nasty {
                    let mut body = Vec::new();
                    for (name, good) in fields {
                        body.extend_from_slice(if body.is_empty() { b"" } else { b"&" });
                        body.extend_from_slice(name.as_bytes());
                        body.push(b'=');
                        body.extend_from_slice(if name == bad { value } else { good.as_bytes() });
                    }
                    let answer = post_bytes(&site, &browser, path, &body).await;
                    assert!(
                        answer.status == 303 || (400..500).contains(&answer.status),
                        "{who} {path} {bad}: {answer:?}"
                    );
                    let shown = String::from_utf8_lossy(value).into_owned();
                    assert_eq!(
                        text(&site, names).await,
                        before,
                        "{who} {path} {bad}={shown} was stored"
                    );
                }
            }
        }
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn nul_and_broken_utf8_in_a_query_are_refused_cleanly(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = signed_in(&site, "dana").await;
    for value in ["%00", "a%00b", "%FF", "%C3", "%ED%A0%80", "%", "%4", "%zz"] {
        for path in [
            "/sign-in?problem=",
            "/sign-in?return_to=",
            "/sign-in?ref=",
            "/claim?token=",
            "/link?problem=",
        ] {
            let reply = browser.get(&format!("{path}{value}")).await;
            assert!(!reply.status.is_server_error(), "{path}{value}: {reply:?}");
        }
        for path in [
            "/auth/clio/start?return_to=",
            "/auth/clio/start?claim=",
            "/auth/clio/callback?state=",
        ] {
            let reply = browser.get(&format!("{path}{value}")).await;
            assert_eq!(
                reply.status,
                StatusCode::BAD_REQUEST,
                "{path}{value}: {reply:?}"
            );
        }
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
                    assert!(
                        reply.location().is_empty() || reply.location().starts_with('/'),
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
        (StatusCode::OK, "/account"),
        "{reply:?}"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn heads_of_pages_come_without_a_body_and_use_nothing_up(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = signed_in(&site, "dana").await;
    for path in [
        "/sign-in",
        "/account",
        "/healthz",
        "/readyz",
        "/api/v1/session",
        "/auth/verify",
    ] {
        let (head, get) = (
            browser.send(Method::HEAD, path, "same-origin", None).await,
            browser.send(Method::GET, path, "same-origin", None).await,
        );
        assert_eq!(
            (head.status, head.body.as_str()),
            (get.status, ""),
            "{path}"
        );
    }
    let (other, callback) = Browser::back_from_clio(&site, "ikram").await;
    let path = callback.strip_prefix(&site.public_url).unwrap();
    let reply = other.send(Method::HEAD, path, "cross-site", None).await;
    assert_eq!(
        (reply.status, reply.header("allow")),
        (StatusCode::METHOD_NOT_ALLOWED, "GET")
    );
    assert_eq!(
        other.finish(&callback).await.location(),
        "/welcome",
        "the attempt wasn't used up"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_page_that_is_not_there_says_so_in_plain_words(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = Browser::new(&site);
    for path in [
        "/no-such-page",
        "/account/x",
        "/admin/links",
        "/.env",
        "/sign-in/",
        "/%3Cscript%3E",
        "/..%2f..%2fetc",
    ] {
        let reply = browser.get(path).await;
        if path == "/sign-in/" && reply.status == StatusCode::OK {
            continue;
        }
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
        assert!(
            reply.header("content-type").starts_with("text/html"),
            "{path}"
        );
        assert!(reply.body.contains("There’s no page here"), "{path}");
        assert!(!reply.body.contains("<script>"), "{path}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn programs_get_a_word_and_people_a_page(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let program = Browser::new(&site)
        .with_header("accept", "*/*")
        .with_header("origin", "https://evil.test");
    let reply = program.post_form("/auth/sign-out", &[]).await;
    assert_eq!(
        (reply.status, reply.header("content-type")),
        (StatusCode::FORBIDDEN, "text/plain; charset=utf-8")
    );
    let person = Browser::new(&site).with_header("origin", "https://evil.test");
    let reply = person.post_form("/auth/sign-out", &[]).await;
    assert!(
        reply.body.contains(&site.public_url),
        "says which address to open"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn oversized_addresses_are_refused(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let long = "a".repeat(20_000);
    for request in [
        format!("GET /sign-in?x={long} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
        format!("GET /{long} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
        format!(
            "GET /auth/clio/callback?state={} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            "a".repeat(9000)
        ),
    ] {
        let answer = site.raw(request.as_bytes()).await;
        let asked = request.get(..40).unwrap_or_default();
        assert!(
            answer.starts_with("HTTP/1.1 4"),
            "{asked}: {}",
            answer.lines().next().unwrap_or_default()
        );
    }
    site.honest_sign_in_works().await;
}
