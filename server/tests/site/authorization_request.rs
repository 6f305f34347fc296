//! What begins a sign-in: the authorization request, the attempt and its cookie.

use std::collections::BTreeSet;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use http::{Method, StatusCode};
use sha2::{Digest, Sha256};
use sqlx::PgPool;
use tokio::task::JoinSet;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{APP_KEY, APP_SECRET, Browser, DANA, Site, give_names, query_of, refused};

const START: &str = "/auth/clio/start";

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_person_signs_in_and_is_known(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = Browser::new(&site);
    assert!(browser.account().await.is_none());
    let reply = browser.sign_in(&site, "dana").await;
    reply.leads_to("/welcome");
    assert!(browser.account().await.is_some());
    assert_eq!(browser.account().await, site.account_of("dana").await);
    let session = browser.session().await.unwrap();
    assert_eq!(session["account"]["email"], "d.whitlock@harbourlane.test");
    assert_eq!(session["account"]["first_name"], "Dana");
    assert_eq!(session["account"]["last_name"], "Whitlock");

    let again = Browser::new(&site);
    assert_eq!(again.sign_in(&site, "dana").await.location(), "/account");
    assert_eq!(again.account().await, browser.account().await);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_start_asks_clio_for_exactly_what_the_guide_says(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let url = Browser::new(&site).begin().await;
    assert!(
        url.starts_with(&format!("{}?", site.clio.authorization_url())),
        "{url}"
    );
    assert!(!url.contains('#'), "{url}");
    let query = query_of(&url);
    let names: Vec<&str> = query.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "client_id",
            "code_challenge",
            "code_challenge_method",
            "nonce",
            "redirect_uri",
            "response_type",
            "scope",
            "state",
        ]
    );
    assert_eq!(query["response_type"], "code");
    assert_eq!(query["client_id"], APP_KEY);
    assert_eq!(
        query["redirect_uri"],
        format!("{}/auth/clio/callback", site.public_url)
    );
    assert_eq!(query["scope"], "openid");
    assert_eq!(query["code_challenge_method"], "S256");
    assert!(
        !url.contains("s%26cr") && !url.contains(APP_SECRET),
        "{url}"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn nonce_and_challenge_are_left_out_where_they_are_switched_off(pool: PgPool) {
    let cases = [
        ("CLIO_IDENTITY_NONCE", vec!["nonce"]),
        (
            "CLIO_IDENTITY_PKCE",
            vec!["code_challenge", "code_challenge_method"],
        ),
    ];
    for (switch, gone) in cases {
        let site = Site::start(pool.clone(), |settings| {
            settings.set(switch, "false");
        })
        .await;
        let browser = Browser::new(&site);
        let url = browser.begin().await;
        let query = query_of(&url);
        assert_eq!(query.len(), 8 - gone.len(), "{url}");
        assert!(gone.iter().all(|name| !query.contains_key(*name)), "{url}");
        let callback = site.clio.authorize(&url, "dana").unwrap();
        assert_eq!(
            browser.finish(&callback).await.location(),
            "/welcome",
            "{switch}"
        );
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_redirect_uri_is_the_configured_one_whatever_the_request_says(pool: PgPool) {
    let site = Site::start(pool, |settings| {
        settings.set("TRUSTED_PROXIES", "127.0.0.0/8");
    })
    .await;
    let configured = format!("{}/auth/clio/callback", site.public_url);
    for (name, value) in [
        ("host", "evil.test"),
        ("x-forwarded-host", "evil.test"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-port", "444"),
        ("x-forwarded-prefix", "/evil"),
        ("x-forwarded-server", "evil.test"),
        ("x-original-host", "evil.test"),
        ("x-original-url", "/evil"),
        ("x-rewrite-url", "/evil"),
        ("x-host", "evil.test"),
        ("forwarded", "for=192.0.2.1;host=evil.test;proto=https"),
        ("origin", "https://evil.test"),
        ("referer", "https://evil.test/auth/clio/callback"),
    ] {
        let browser = Browser::new(&site).with_header(name, value);
        let reply = browser.get(START).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{name}: {reply:?}");
        let query = query_of(reply.location());
        assert_eq!(query["redirect_uri"], configured, "{name}");
        let everything = format!("{reply:?}");
        assert!(!everything.contains("evil"), "{name}: {everything}");
    }
    let absolute = "GET http://evil.test/auth/clio/start HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n";
    let answer = site.raw(absolute.as_bytes()).await;
    assert!(!answer.contains("evil"), "{answer}");
    assert!(
        answer.starts_with("HTTP/1.1 303") || answer.starts_with("HTTP/1.1 4"),
        "{answer}"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn state_nonce_and_challenge_hold_128_random_bits_each_and_tell_nothing_of_each_other(
    pool: PgPool,
) {
    let site = Site::start(pool, |_| ()).await;
    let one = Browser::new(&site);
    let mut seen = BTreeSet::new();
    let mut bits = vec![[0_u32; 128]; 3];
    const STARTS: usize = 200;
    for start in 0..STARTS {
        let browser = if start % 2 == 0 {
            one.clone()
        } else {
            Browser::new(&site)
        };
        let query = query_of(&browser.begin().await);
        let cookie = browser.cookie(site.attempt_cookie()).unwrap();
        let hashed = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(text));
        let values = [&query["state"], &query["nonce"], &query["code_challenge"]];
        for (place, value) in values.into_iter().enumerate() {
            let bytes = BASE64_URL_SAFE_NO_PAD.decode(value).unwrap();
            assert!(bytes.len() >= 16, "{value}");
            for (bit, count) in bits[place].iter_mut().enumerate() {
                *count += u32::from(bytes[bit / 8] >> (bit % 8) & 1);
            }
            // Neither the same as another one, ever, nor derived from one that shows.
            assert!(seen.insert(value.clone()), "{value} came twice");
            assert!(!seen.contains(&hashed(value)));
            assert_ne!(*value, cookie);
            assert_ne!(*value, hashed(&cookie));
        }
        assert_ne!(hashed(&query["state"]), query["code_challenge"]);
        assert_ne!(hashed(&query["nonce"]), query["code_challenge"]);
    }
    // Six standard deviations: a coin that shows this is no coin.
    for (place, counts) in bits.iter().enumerate() {
        for (bit, count) in counts.iter().enumerate() {
            assert!(
                (58..=142).contains(count),
                "bit {bit} of value {place} is set {count} times of {STARTS}"
            );
        }
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_verifier_is_sent_to_the_token_endpoint_and_is_a_secret_of_its_own(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = Browser::new(&site);
    let url = browser.begin().await;
    let query = query_of(&url);
    browser
        .finish(&site.clio.authorize(&url, "dana").unwrap())
        .await;
    let requests = site.clio.token_requests();
    let verifier = requests[0].field("code_verifier").unwrap();
    assert!((43..=128).contains(&verifier.len()));
    assert_eq!(
        BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)),
        query["code_challenge"]
    );
    assert_ne!(verifier, query["state"]);
    assert_ne!(verifier, query["nonce"]);
    assert_ne!(verifier, browser.cookie(site.attempt_cookie()).unwrap());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn both_cookies_are_kept_from_scripts_other_sites_and_neighbouring_hosts(pool: PgPool) {
    for (public_url, prefix, secure) in [
        ("", "", false),
        ("https://sign-in.localhost", "__Host-", true),
    ] {
        let site = Site::start(pool.clone(), |settings| {
            if !public_url.is_empty() {
                settings.set("PUBLIC_URL", public_url);
            }
        })
        .await;
        let browser = Browser::new(&site);
        let begun = browser.get(START).await;
        let callback = site.clio.authorize(begun.location(), "dana").unwrap();
        let finished = browser.finish(&callback).await;
        for (reply, name) in [(&begun, "vestibule-attempt"), (&finished, "vestibule")] {
            let name = format!("{prefix}{name}");
            let line = reply
                .set_cookie(&name)
                .unwrap_or_else(|| panic!("{name}: {reply:?}"));
            let (pair, attributes) = line.split_once(';').unwrap();
            let value = pair.split_once('=').unwrap().1;
            assert!(value.len() >= 22, "{line}");
            let attributes: BTreeSet<String> = attributes
                .split(';')
                .map(|part| part.trim().to_ascii_lowercase())
                .collect();
            assert!(attributes.contains("httponly"), "{line}");
            assert!(attributes.contains("samesite=lax"), "{line}");
            assert!(attributes.contains("path=/"), "{line}");
            assert_eq!(attributes.contains("secure"), secure, "{line}");
            assert!(!line.to_ascii_lowercase().contains("domain"), "{line}");
        }
        assert!(
            begun.header("cache-control").contains("no-store"),
            "{begun:?}"
        );
        assert!(
            finished.header("cache-control").contains("no-store"),
            "{finished:?}"
        );
        assert_eq!(browser.account().await, site.account_of("dana").await);
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn sign_ins_in_two_tabs_both_finish_each_where_it_was_going(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    site.linked("dana", DANA).await;
    let browser = Browser::new(&site);
    let first = browser.begin_at("/auth/clio/start?return_to=/first").await;
    let second = browser
        .sign_in_at(&site, "/auth/clio/start?return_to=/second", "dana")
        .await;
    assert_eq!(second.location(), "/second");
    let first = browser
        .finish(&site.clio.authorize(&first, "dana").unwrap())
        .await;
    assert_eq!(first.location(), "/first");
    assert_eq!(browser.account().await, site.account_of("dana").await);
    assert_eq!(site.attempts().await, 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_hundred_abandoned_starts_in_one_browser_leave_twenty_attempts_and_one_cookie(
    pool: PgPool,
) {
    let site = Site::start(pool, |_| ()).await;
    let browser = Browser::new(&site);
    for _ in 0..100 {
        browser.begin().await;
    }
    assert!(site.attempts().await <= 20, "{}", site.attempts().await);
    assert_eq!(browser.cookie_names(), [site.attempt_cookie()]);
    assert!(browser.cookie(site.attempt_cookie()).unwrap().len() < 100);
    assert_eq!(browser.sign_in(&site, "dana").await.location(), "/welcome");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_hundred_starts_at_once_in_one_browser_all_go_to_clio_and_do_not_pile_up(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = Browser::new(&site);
    browser.begin().await;
    let mut starts = JoinSet::new();
    for _ in 0..100 {
        let tab = browser.clone();
        starts.spawn(async move { tab.get(START).await });
    }
    for reply in starts.join_all().await {
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{reply:?}");
    }
    browser.begin().await;
    assert!(site.attempts().await <= 20, "{}", site.attempts().await);
    assert_eq!(browser.cookie_names().len(), 1);
    assert_eq!(browser.sign_in(&site, "dana").await.location(), "/welcome");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_start_that_another_site_began_shows_the_button_and_starts_nothing(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    for (path, shown) in [
        ("/auth/clio/start", "/sign-in"),
        (
            "/auth/clio/start?return_to=%2Fmatters%3Fid%3D1",
            "/sign-in?return_to=%2Fmatters%3Fid%3D1",
        ),
        ("/auth/clio/start?return_to=%2F%2Fevil.test", "/sign-in"),
        (
            "/auth/clio/start?return_to=https%3A%2F%2Fevil.test",
            "/sign-in",
        ),
    ] {
        for from in ["cross-site", "same-site"] {
            let browser = Browser::new(&site);
            let reply = browser.send(Method::GET, path, from, None).await;
            assert_eq!(
                (reply.status, reply.location()),
                (StatusCode::SEE_OTHER, shown),
                "{from} {path}"
            );
            assert!(browser.cookie_names().is_empty());
            assert_eq!(site.attempts().await, 0);
        }
    }
    assert!(site.clio.authorization_requests().is_empty());
    // The honest twins: a typed address, a link of ours, and a browser that says nothing.
    for from in ["none", "same-origin"] {
        let reply = Browser::new(&site)
            .send(Method::GET, START, from, None)
            .await;
        assert!(
            reply.location().starts_with(&site.clio.authorization_url()),
            "{from}: {reply:?}"
        );
    }
    assert_eq!(site.attempts().await, 2);
    let silent = format!(
        "GET {START} HTTP/1.1\r\nHost: {}\r\nAccept: text/html\r\nConnection: close\r\n\r\n",
        site.address
    );
    let answer = site.raw(silent.as_bytes()).await;
    assert!(
        answer.starts_with("HTTP/1.1 303") && answer.contains("/oauth2/auth?"),
        "{answer}"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_start_by_another_method_or_with_doubled_words_starts_nothing(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = Browser::new(&site);
    for method in [Method::HEAD, Method::POST, Method::PUT, Method::DELETE] {
        let reply = browser
            .send(method.clone(), START, "same-origin", None)
            .await;
        assert!(reply.status.is_client_error(), "{method}: {reply:?}");
    }
    for query in [
        "return_to=/a&return_to=/b",
        "return_to[]=/a",
        "claim=a&claim=b",
        "return_to=%ff",
        "return_to=%00",
        "return_to=%zz",
    ] {
        let reply = browser.get(&format!("{START}?{query}")).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{query}: {reply:?}");
    }
    let huge = format!("{START}?return_to=/{}", "a".repeat(20_000));
    assert!(browser.get(&huge).await.status.is_client_error());
    assert_eq!(site.attempts().await, 0);
    assert!(browser.cookie_names().is_empty());
    browser.begin_at("/auth/clio/start?return_to=/a").await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn somebody_who_is_signed_in_is_sent_to_clio_all_the_same(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = Browser::new(&site);
    browser.sign_in(&site, "dana").await;
    let key = browser.cookie(site.session_cookie());
    browser.begin().await;
    assert_eq!(browser.cookie(site.session_cookie()), key);
    assert!(browser.account().await.is_some());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_person_comes_back_to_where_they_were_going_if_that_is_here(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    site.linked("dana", DANA).await;
    let exact = format!("/{}", "a".repeat(1999));
    let long = format!("/{}", "a".repeat(2000));
    for (return_to, lands_at) in [
        ("/matters", "/matters"),
        (
            "/matters/12?tab=notes&x=%2F%2Fevil",
            "/matters/12?tab=notes&x=%2F%2Fevil",
        ),
        ("/a?next=https://evil.test", "/a?next=https://evil.test"),
        ("/stra%C3%9Fe#part", "/stra%C3%9Fe#part"),
        (&*exact, &*exact),
        (&*long, "/account"),
        ("", "/account"),
        ("//evil.test", "/account"),
        ("///evil.test", "/account"),
        ("/\\evil.test", "/account"),
        ("\\/evil.test", "/account"),
        ("/\t/evil.test", "/account"),
        ("/\n/evil.test", "/account"),
        ("/a\r\nSet-Cookie: a=b", "/account"),
        ("https://evil.test/", "/account"),
        ("//evil.test@harbourlane.test", "/account"),
        ("javascript:alert(1)", "/account"),
        ("evil.test", "/account"),
        (".evil.test", "/account"),
        (" /matters", "/account"),
        ("/é", "/account"),
        ("/auth/clio/start", "/account"),
        ("/auth/sign-out", "/account"),
        ("/sign-in?return_to=/sign-in", "/account"),
    ] {
        let browser = Browser::new(&site);
        let encoded: String = form_urlencoded::byte_serialize(return_to.as_bytes()).collect();
        let url = browser
            .begin_at(&format!("{START}?return_to={encoded}"))
            .await;
        assert!(!url.contains("evil"), "{url}");
        let reply = browser
            .finish(&site.clio.authorize(&url, "dana").unwrap())
            .await;
        assert_eq!(reply.location(), lands_at, "{return_to:?}");
        assert!(browser.cookie("a").is_none());
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_new_person_goes_on_from_the_welcome_page_to_where_they_were_going(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = Browser::new(&site);
    let reply = browser
        .sign_in_at(
            &site,
            "/auth/clio/start?return_to=%2Fmatters%3Fid%3D1",
            "dana",
        )
        .await;
    assert_eq!(reply.location(), "/welcome");
    let reply = give_names(&browser, "Dana", "Whitlock").await;
    reply.leads_to("/matters?id=1");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_the_callback_says_about_the_place_to_go_counts_for_nothing(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    site.linked("dana", DANA).await;
    let browser = Browser::new(&site);
    let url = browser
        .begin_at("/auth/clio/start?return_to=/matters")
        .await;
    let callback = site.clio.authorize(&url, "dana").unwrap();
    let reply = browser
        .finish(&format!("{callback}&return_to=%2Felsewhere"))
        .await;
    assert_eq!(reply.location(), "/matters");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_attempt_lives_600_seconds(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = Browser::new(&site);
    site.clock.freeze();
    let callback = browser.callback_of(&site, "dana").await;
    site.clock.advance(time::Duration::seconds(600));
    refused(&site, &browser, &callback, "expired").await;
    assert_eq!(site.token_requests(), 1, "only the honest one's");

    site.clio.advance_clock(std::time::Duration::from_mins(10));
    let callback = browser.callback_of(&site, "dana").await;
    site.clock.advance(time::Duration::seconds(599));
    // Clio's clock stands still beside ours, so its tokens are old, but not too old.
    assert_eq!(browser.finish(&callback).await.location(), "/welcome");
}
