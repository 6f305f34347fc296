//! Sessions and their cookies.

use std::{fmt::Write as _, time::Duration};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use http::StatusCode;
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{
    Browser, DANA, Site, events_after, forget_everybody, give_names, last_event, number,
    only_event_after, signed_in, sql,
};

const SESSION: &str = "vestibule";

fn as_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

async fn is_in(browser: &Browser) -> bool {
    browser.account().await.is_some()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_planted_cookie_never_becomes_a_session(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let planted = "A".repeat(43);
    let victim = Browser::new(&site);
    victim.set_cookie(SESSION, &planted);
    assert_eq!(victim.sign_in(&site, "dana").await.location(), "/welcome");
    assert_ne!(victim.cookie(SESSION).unwrap(), planted);
    assert!(is_in(&victim).await);
    let attacker = Browser::new(&site);
    attacker.set_cookie(SESSION, &planted);
    assert!(!is_in(&attacker).await);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_planted_attempt_cookie_gives_the_planter_no_part_in_what_comes_of_it(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let attacker = Browser::new(&site);
    attacker.begin().await;
    let victim = Browser::new(&site);
    victim.set_cookie(
        "vestibule-attempt",
        &attacker.cookie("vestibule-attempt").unwrap(),
    );
    victim.sign_in(&site, "dana").await;
    assert!(is_in(&victim).await && !is_in(&attacker).await);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn each_sign_in_makes_a_new_key_and_ends_the_browsers_old_one(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = signed_in(&site, "dana").await;
    let elsewhere = signed_in(&site, "dana").await;
    let old = browser.copied();
    browser.sign_in(&site, "dana").await;
    assert_ne!(browser.cookie(SESSION), old.cookie(SESSION));
    assert!(is_in(&browser).await && is_in(&elsewhere).await);
    assert!(!is_in(&old).await);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn cookies_whose_names_only_look_alike_are_ignored(pool: PgPool) {
    for (public_url, name) in [
        ("", "vestibule"),
        ("https://localhost:8443", "__Host-vestibule"),
    ] {
        let site = Site::start(pool.clone(), |settings| {
            if !public_url.is_empty() {
                settings.set("PUBLIC_URL", public_url);
            }
        })
        .await;
        let browser = signed_in_by(&site, name).await;
        let key = browser.cookie(name).unwrap();
        for other in [
            "%76estibule",
            "Vestibule",
            "VESTIBULE",
            "vestibule ",
            "vestibule%20",
            "__Secure-vestibule",
            "%5F%5FHost-vestibule",
            "__host-vestibule",
            "vestibule-attempt",
            "__Host-vestibule-attempt",
            if name == "vestibule" {
                "__Host-vestibule"
            } else {
                "vestibule"
            },
        ] {
            let thief = Browser::new(&site).with_header("cookie", &format!("{other}={key}"));
            assert!(!is_in(&thief).await, "{other:?} passes for {name}");
        }
        let honest = Browser::new(&site).with_header("cookie", &format!("a=b; {name}={key}; c"));
        assert!(is_in(&honest).await);
        // Tossed beside the real one, a second value leaves nobody to choose wrongly.
        let tossed = Browser::new(&site).with_header(
            "cookie",
            &format!("{name}={}; {name}={key}", "A".repeat(43)),
        );
        assert!(!is_in(&tossed).await);
        forget_everybody(&site).await;
    }
}

async fn signed_in_by(site: &Site, cookie: &str) -> Browser {
    let browser = Browser::new(site);
    let reply = browser.sign_in(site, "dana").await;
    assert_eq!(reply.location(), "/welcome");
    assert!(
        browser.cookie(cookie).is_some(),
        "{:?}",
        browser.cookie_names()
    );
    browser
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn cookies_on_loopback_http_are_host_only_http_only_and_lax(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = Browser::new(&site);
    let start = browser.get("/auth/clio/start").await;
    let attempt = start.set_cookie("vestibule-attempt").unwrap();
    let callback = site.clio.authorize(start.location(), "dana").unwrap();
    let reply = browser.finish(&callback).await;
    let session = reply.set_cookie(SESSION).unwrap();
    for line in [attempt, session] {
        let attributes: Vec<&str> = line.split("; ").skip(1).collect();
        for wanted in ["Path=/", "HttpOnly", "SameSite=Lax"] {
            assert!(attributes.contains(&wanted), "{line}");
        }
        assert!(
            !line.contains("Domain") && !line.contains("Secure"),
            "{line}"
        );
    }
    assert!(
        !session.contains("Max-Age") && !session.contains("Expires"),
        "{session}"
    );
    let value = session.split([';', '=']).nth(1).unwrap();
    assert_eq!(
        BASE64_URL_SAFE_NO_PAD.decode(value).unwrap().len(),
        32,
        "256 bits"
    );
    assert_eq!(browser.cookie_names(), ["vestibule", "vestibule-attempt"]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn cookies_on_https_carry_the_host_prefix_and_are_secure(pool: PgPool) {
    let site = Site::start(pool, |settings| {
        settings.set("PUBLIC_URL", "https://localhost:8443");
    })
    .await;
    let browser = Browser::new(&site);
    let start = browser.get("/auth/clio/start").await;
    let attempt = start
        .set_cookie("__Host-vestibule-attempt")
        .unwrap()
        .to_owned();
    let callback = site.clio.authorize(start.location(), "dana").unwrap();
    let reply = browser.finish(&callback).await;
    let session = reply.set_cookie("__Host-vestibule").unwrap().to_owned();
    let reply = browser.post_form("/auth/sign-out", &[]).await;
    let cleared = reply.set_cookie("__Host-vestibule").unwrap().to_owned();
    for line in [attempt, session, cleared] {
        let attributes: Vec<&str> = line.split("; ").skip(1).collect();
        // What the prefix asks for (RFC 6265bis, section 4.1.3.2), or browsers drop the cookie.
        for wanted in ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"] {
            assert!(attributes.contains(&wanted), "{line}");
        }
        assert!(!line.contains("Domain"), "{line}");
    }
    assert_eq!(
        reply.header("strict-transport-security"),
        "max-age=31536000; includeSubDomains"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_sql_revokes_is_over_at_the_next_request(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let dana = site.linked("dana", DANA).await;
    let bystander = signed_in(&site, "ikram").await;
    let revoked = format!("UPDATE sessions SET revoked_at = now() WHERE account_id = '{dana}'");
    let status =
        |status: &str| format!("UPDATE accounts SET status = '{status}' WHERE id = '{dana}'");
    let identity = |change: &str| {
        format!("UPDATE identities SET unlinked_at = {change} WHERE account_id = '{dana}'")
    };
    for (bite, undo) in [
        (revoked, String::new()),
        (status("suspended"), status("active")),
        (status("deleted"), status("active")),
        (status("invited"), status("active")),
        (identity("now()"), identity("NULL")),
    ] {
        let browser = signed_in(&site, "dana").await;
        sql(&site, &bite).await;
        let reply = browser.get("/account").await;
        assert_eq!(
            (reply.status, reply.location()),
            (StatusCode::SEE_OTHER, "/sign-in?return_to=/account"),
            "{bite}"
        );
        assert_eq!(
            browser.get("/auth/verify").await.status,
            StatusCode::UNAUTHORIZED,
            "{bite}"
        );
        assert!(is_in(&bystander).await, "{bite}");
        if !undo.is_empty() {
            sql(&site, &undo).await;
        }
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_revoked_session_stays_revoked_whatever_is_done_with_it(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = signed_in(&site, "dana").await;
    sql(&site, "UPDATE sessions SET revoked_at = now()").await;
    site.advance(Duration::from_mins(2));
    let thief = browser.copied();
    for path in ["/account", "/welcome", "/sign-in", "/api/v1/session"] {
        thief.copied().get(path).await;
    }
    give_names(&thief.copied(), "X", "Y").await;
    thief.copied().post_form("/auth/sign-out", &[]).await;
    assert_eq!(site.sessions().await, 0);
    assert_eq!(
        number(
            &site,
            "SELECT count(*) FROM accounts WHERE first_name = 'X'"
        )
        .await,
        0
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_session_is_over_after_being_idle_and_every_use_puts_that_off(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    site.clock.freeze();
    let (used, idle) = (
        signed_in(&site, "dana").await,
        signed_in(&site, "ikram").await,
    );
    for _ in 0..3 {
        site.advance(Duration::from_mins(29));
        assert!(is_in(&used).await);
    }
    assert!(!is_in(&idle).await);
    site.advance(Duration::from_mins(30));
    assert!(!is_in(&used).await);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn use_within_the_last_minute_counts_to_a_tenth_of_the_idle_limit(pool: PgPool) {
    let site = Site::start(pool, |settings| {
        settings.set("SESSION_IDLE_MINUTES", "1");
    })
    .await;
    site.clock.freeze();
    let browser = signed_in(&site, "dana").await;
    for _ in 0..20 {
        site.advance(Duration::from_secs(50));
        assert!(is_in(&browser).await);
    }
    site.advance(Duration::from_mins(1));
    assert!(!is_in(&browser).await);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn no_use_puts_the_absolute_limit_off(pool: PgPool) {
    let site = Site::start(pool, |settings| {
        settings
            .set("SESSION_ABSOLUTE_HOURS", "2")
            .set("SESSION_IDLE_MINUTES", "60");
    })
    .await;
    site.clock.freeze();
    let browser = signed_in(&site, "dana").await;
    for _ in 0..11 {
        site.advance(Duration::from_mins(10));
        assert!(is_in(&browser).await);
    }
    site.advance(Duration::from_secs(599));
    assert!(is_in(&browser).await);
    site.advance(Duration::from_secs(1));
    assert!(!is_in(&browser).await);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn who_signs_out_is_out_and_a_copied_cookie_is_dead(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let (browser, elsewhere) = (
        signed_in(&site, "dana").await,
        signed_in(&site, "dana").await,
    );
    let thief = browser.copied();
    let before = last_event(&site).await;
    let reply = browser.post_form("/auth/sign-out", &[]).await;
    reply.leads_to("/sign-in");
    assert!(reply.set_cookie(SESSION).unwrap().contains("Max-Age=0"));
    let event = only_event_after(&site, before).await;
    assert_eq!(event.action, "session.signed_out");
    assert!(!is_in(&browser).await && !is_in(&thief).await);
    assert!(is_in(&elsewhere).await, "one session is ended, not all");

    // Signing out twice, or as nobody, changes nothing.
    let before = last_event(&site).await;
    for nobody in [&browser, &thief, &Browser::new(&site)] {
        assert_eq!(
            nobody.post_form("/auth/sign-out", &[]).await.location(),
            "/sign-in"
        );
    }
    assert_eq!(events_after(&site, before).await, []);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_dump_of_the_table_opens_nothing(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = signed_in(&site, "dana").await;
    let key = browser.cookie(SESSION).unwrap();
    let attempt = browser.cookie("vestibule-attempt").unwrap();
    let dump = site.dump().await;
    assert!(!dump.contains(&key) && !dump.contains(&attempt));
    let raw = BASE64_URL_SAFE_NO_PAD.decode(&key).unwrap();
    let hex = as_hex(&raw);
    assert!(!dump.contains(&hex), "nor its bytes");

    let stored: Vec<u8> = sqlx::query_scalar("SELECT key_hash FROM sessions")
        .fetch_one(&site.pool)
        .await
        .unwrap();
    let id: String = sqlx::query_scalar("SELECT id::text FROM sessions")
        .fetch_one(&site.pool)
        .await
        .unwrap();
    let stored_hex = as_hex(&stored);
    let padded = format!("{:A<43}", BASE64_URL_SAFE_NO_PAD.encode(&stored));
    for value in [
        stored_hex,
        BASE64_URL_SAFE_NO_PAD.encode(&stored),
        padded,
        id,
    ] {
        let thief = Browser::new(&site);
        thief.set_cookie(SESSION, &value);
        assert!(!is_in(&thief).await, "{value}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_role_changed_by_sql_is_seen_at_once(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = signed_in(&site, "dana").await;
    for role in ["member", "reviewer", "admin", "owner", "member"] {
        sql(&site, &format!("UPDATE accounts SET role = '{role}'")).await;
        assert_eq!(browser.session().await.unwrap()["account"]["role"], role);
        assert_eq!(
            browser.get("/auth/verify").await.header("x-auth-role"),
            role
        );
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_session_opened_at_one_node_is_known_and_ended_at_another(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let node = site.another_node().await;
    let browser = signed_in(&site, "dana").await;
    let there = browser.at_node(&node);
    assert_eq!(there.account().await, browser.account().await);
    let thief = browser.copied();
    there.post_form("/auth/sign-out", &[]).await;
    assert!(!is_in(&thief).await);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn malformed_session_cookies_are_nobody(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let long = "A".repeat(4096);
    for value in [
        "x",
        "%00",
        "' OR 1=1 --",
        "AAAA AAAA",
        long.as_str(),
        "null",
    ] {
        let browser = Browser::new(&site).with_header("cookie", &format!("vestibule={value}"));
        assert!(!is_in(&browser).await, "{value}");
        assert_eq!(browser.get("/sign-in").await.status, StatusCode::OK);
    }
}
