//! Odd input: bodies, fields, addresses and methods that no honest page sends.

use http::{Method, StatusCode};
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{
    Browser, FORMS, Site, cookie_header, everybody, post_bytes, raw, signed_in, text,
};

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
        "/admin/no-such-page",
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
