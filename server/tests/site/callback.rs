//! The redirect URI: states, replays, hostile input, and the errors that Clio names.
use http::{Method, StatusCode};
use simulated_clio::{Outcome, Person};
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{
    Browser, DANA, Site, all_at_once, problem_of, query_of, refused, refused_alone, with_parameter,
};

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_state_that_is_not_this_attempts_never_reaches_the_token_endpoint(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    site.linked("dana", DANA).await;
    let (browser, callback) = Browser::back_from_clio(&site, "dana").await;
    let state = query_of(&callback)["state"].clone();
    let altered = |place: usize| {
        let mut bytes = state.clone().into_bytes();
        bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
        String::from_utf8(bytes).unwrap()
    };
    let (truncated, _) = state.split_at(state.len() - 1);
    let padded = format!("{state}=");
    let spaced = format!("{state} ");
    let long = "a".repeat(600);
    let swapped: String = state
        .chars()
        .map(|c| {
            if c.is_ascii_lowercase() {
                c.to_ascii_uppercase()
            } else {
                c.to_ascii_lowercase()
            }
        })
        .collect();
    for wrong in [
        None,
        Some(""),
        Some(&*altered(0)),
        Some(&*altered(state.len() - 1)),
        Some(truncated),
        Some(&*padded),
        Some(&*spaced),
        Some(&*swapped),
        Some(&*long),
        Some("null"),
        Some("%"),
        Some("é"),
        Some("' OR 1=1 --"),
    ] {
        let wrong = with_parameter(&callback, "state", wrong);
        refused_alone(&site, &browser, &wrong, "expired").await;
        assert_eq!(site.token_requests(), 0, "{wrong}");
        assert_eq!(
            site.attempts().await,
            1,
            "the attempt is somebody else's to use up"
        );
    }
    assert_eq!(browser.finish(&callback).await.location(), "/account");
    site.honest_sign_in_works().await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_callback_in_another_browser_is_refused_and_the_right_one_still_finishes(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let (owner, callback) = Browser::back_from_clio(&site, "dana").await;

    let bare = Browser::new(&site);
    refused_alone(&site, &bare, &callback, "expired").await;
    let busy = Browser::new(&site);
    busy.begin().await;
    refused_alone(&site, &busy, &callback, "expired").await;
    let liar = Browser::new(&site);
    for value in ["x", &"A".repeat(43), &"A".repeat(4000)] {
        liar.set_cookie(site.attempt_cookie(), value);
        refused_alone(&site, &liar, &callback, "expired").await;
    }
    // What is stored is a hash: the stored value itself opens nothing.
    let stored: String =
        sqlx::query_scalar("SELECT encode(browser_hash, 'base64') FROM sign_in_attempts LIMIT 1")
            .fetch_one(&site.pool)
            .await
            .unwrap();
    liar.set_cookie(
        site.attempt_cookie(),
        stored
            .trim_end_matches('=')
            .replace('+', "-")
            .replace('/', "_")
            .as_str(),
    );
    refused_alone(&site, &liar, &callback, "expired").await;
    assert_eq!(site.token_requests(), 0);

    assert_eq!(owner.finish(&callback).await.location(), "/welcome");
    assert!(owner.account().await.is_some());
    assert!(busy.account().await.is_none());
    site.honest_sign_in_works().await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_callback_works_once_and_its_replay_ends_no_session(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let (browser, callback) = Browser::back_from_clio(&site, "dana").await;
    assert_eq!(browser.finish(&callback).await.location(), "/welcome");
    refused_alone(&site, &browser, &callback, "expired").await;
    assert_eq!(site.token_requests(), 1);
    assert!(browser.account().await.is_some());
    site.honest_sign_in_works().await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_same_callback_fifty_times_at_once_makes_one_token_request_and_one_session(
    pool: PgPool,
) {
    let site = Site::start(pool, |_| ()).await;
    let (browser, callback) = Browser::back_from_clio(&site, "dana").await;
    let visits = (0..50)
        .map(|_| (browser.copied(), callback.clone()))
        .collect();
    let replies = all_at_once(visits).await;
    let (signed_in, others): (Vec<_>, Vec<_>) = replies
        .into_iter()
        .partition(|reply| reply.location() == "/welcome");
    assert_eq!((signed_in.len(), others.len()), (1, 49));
    for reply in &others {
        assert_eq!(problem_of(reply).0, "expired");
        assert!(reply.set_cookie(site.session_cookie()).is_none());
    }
    assert_eq!(site.token_requests(), 1);
    assert_eq!(
        (
            site.sessions().await,
            site.accounts().await,
            site.identities().await
        ),
        (1, 1, 1)
    );
    let refusals = site
        .count("SELECT count(*) FROM audit_events WHERE action = 'sign_in.refused'")
        .await;
    assert_eq!(refusals, 49);
    site.honest_sign_in_works().await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_callback_that_met_a_502_cannot_be_replayed(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = Browser::new(&site);
    site.clio.next_sign_in(Outcome::TokenBadGateway);
    let callback = browser.callback_of(&site, "dana").await;
    refused_alone(&site, &browser, &callback, "clio_unavailable").await;
    refused_alone(&site, &browser, &callback, "expired").await;
    assert_eq!(site.token_requests(), 1);
    site.honest_sign_in_works().await;
    assert_eq!(browser.sign_in(&site, "dana").await.location(), "/welcome");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn doubled_oversized_and_binary_parameters_get_a_plain_refusal_and_use_nothing_up(
    pool: PgPool,
) {
    let site = Site::start(pool, |_| ()).await;
    let (browser, callback) = Browser::back_from_clio(&site, "dana").await;
    let events = "SELECT count(*) FROM audit_events";
    let before = site.count(events).await;
    for more in [
        "&state=a".to_owned(),
        "&code=a".to_owned(),
        "&error=a&error=b".to_owned(),
        "&iss=a&iss=b".to_owned(),
        "&st%61te=a".to_owned(),
        "&code[]=a".to_owned(),
        "&code[0]=a".to_owned(),
        "&state.x=a".to_owned(),
        "&x=%00".to_owned(),
        "&error_hint=%00".to_owned(),
        "&x=%ff".to_owned(),
        "&error_description=%c3%28".to_owned(),
        "&x=%ED%A0%80".to_owned(),
        "&x=%".to_owned(),
        "&x=%4".to_owned(),
        format!("&x={}", "a".repeat(9_000)),
        format!("&error_hint={}", "a".repeat(40_000)),
        "&a=b".repeat(10_000),
    ] {
        let reply = browser.finish(&format!("{callback}{more}")).await;
        let shown: String = more.chars().take(40).collect();
        assert!(reply.status.is_client_error(), "{shown}: {reply:?}");
        assert!(reply.location().is_empty(), "{shown}: {reply:?}");
        assert!(
            !reply.body.contains("deserializ") && !reply.body.contains("panic"),
            "{shown}: {}",
            reply.body
        );
    }
    let path = callback.strip_prefix(&site.public_url).unwrap();
    let cookie = browser.cookie(site.attempt_cookie()).unwrap();
    for (target, what) in [
        ([path.as_bytes(), b"&x=\xff\xfe"].concat(), "broken UTF-8"),
        ([path.as_bytes(), b"&x=\0"].concat(), "NUL"),
        (
            format!("{path}&x={}", "a".repeat(100_000)).into_bytes(),
            "100 KB",
        ),
    ] {
        let mut request = b"GET ".to_vec();
        request.extend(target);
        request.extend(
            format!(
                " HTTP/1.1\r\nHost: {}\r\nCookie: {}={cookie}\r\nConnection: close\r\n\r\n",
                site.address,
                site.attempt_cookie()
            )
            .bytes(),
        );
        // A server may also close the connection at once.
        let answer = site.raw_or_closed(&request).await;
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 4"),
            "{what}: {answer}"
        );
    }
    assert_eq!(site.token_requests(), 0);
    assert_eq!(site.attempts().await, 1);
    assert_eq!(site.count(events).await, before);
    assert_eq!(browser.finish(&callback).await.location(), "/welcome");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_code_beyond_reason_is_refused_before_clio_is_asked(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let long = "a".repeat(5000);
    for code in [
        None,
        Some(""),
        Some(&*long),
        Some("caf\u{e9}"),
        Some("a\nb"),
    ] {
        let browser = Browser::new(&site);
        let callback = with_parameter(&browser.callback_of(&site, "dana").await, "code", code);
        let before = site.token_requests();
        refused_alone(&site, &browser, &callback, "not_verified").await;
        assert_eq!(site.token_requests(), before, "{code:?}");
    }
    site.honest_sign_in_works().await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_callback_by_another_method_is_refused_and_uses_nothing_up(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let (browser, callback) = Browser::back_from_clio(&site, "dana").await;
    let path = callback.strip_prefix(&site.public_url).unwrap().to_owned();
    for method in [
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::OPTIONS,
        Method::from_bytes(b"PROPFIND").unwrap(),
    ] {
        for from in ["same-origin", "cross-site"] {
            let reply = browser.send(method.clone(), &path, from, None).await;
            assert!(reply.status.is_client_error(), "{method} {from}: {reply:?}");
        }
    }
    let query = path.split_once('?').unwrap().1.to_owned();
    let reply = browser
        .send(
            Method::POST,
            "/auth/clio/callback",
            "same-origin",
            Some(query),
        )
        .await;
    assert!(reply.status.is_client_error(), "{reply:?}");
    assert_eq!((site.token_requests(), site.attempts().await), (0, 1));
    assert_eq!(browser.finish(&callback).await.location(), "/welcome");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_answer_of_another_issuer_is_refused_before_clio_is_asked(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let ours = site.clio.issuer().to_owned();
    for issuer in [
        "https://evil.test/".to_owned(),
        ours.trim_end_matches('/').to_owned(),
        format!("{ours}x"),
        ours.to_uppercase(),
        " ".to_owned(),
    ] {
        let (browser, callback) = Browser::back_from_clio(&site, "dana").await;
        let callback = with_parameter(&callback, "iss", Some(&issuer));
        let refusal = refused_alone(&site, &browser, &callback, "not_verified").await;
        assert_eq!(refusal.reason, "iss_mismatch", "{issuer}");
    }
    // An error, too, counts only from our issuer.
    let browser = Browser::new(&site);
    let declined = site.clio.decline(&browser.begin().await).unwrap();
    let declined = with_parameter(&declined, "iss", Some("https://evil.test/"));
    refused_alone(&site, &browser, &declined, "not_verified").await;
    assert_eq!(site.token_requests(), 0);

    let callback = browser.callback_of(&site, "dana").await;
    let callback = with_parameter(&callback, "iss", Some(&ours));
    assert_eq!(browser.finish(&callback).await.location(), "/welcome");
    site.honest_sign_in_works().await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn another_persons_code_is_refused_with_either_safeguard_alone(pool: PgPool) {
    for (switch, value) in [
        ("CLIO_IDENTITY_PKCE", "false"),
        ("CLIO_IDENTITY_NONCE", "false"),
        ("CLIO_IDENTITY_NONCE", "true"),
    ] {
        let site = Site::start(pool.clone(), |settings| {
            settings.set(switch, value);
        })
        .await;
        let attacker = Browser::new(&site);
        let stolen = query_of(&attacker.callback_of(&site, "ikram").await)["code"].clone();
        let (victim, callback) = Browser::back_from_clio(&site, "dana").await;
        let injected = with_parameter(&callback, "code", Some(&stolen));
        refused(&site, &victim, &injected, "not_verified").await;
        assert_eq!(site.account_of("ikram").await, None, "{switch}={value}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_attempt_that_ends_in_a_browser_where_somebody_else_signed_in_links_nothing(
    pool: PgPool,
) {
    let site = Site::start(pool, |_| ()).await;
    let dana = site.linked("dana", DANA).await;
    let tomas = site
        .linked("tomas", "tomas.ferreira@harbourlane.test")
        .await;
    // A stranger, a stranger with the signed-in person's e-mail, and somebody with an account.
    site.clio.add_person(Person::new("double", DANA));
    for other in ["ikram", "double", "tomas"] {
        let (browser, late) = Browser::back_from_clio(&site, other).await;
        assert_eq!(browser.sign_in(&site, "dana").await.location(), "/account");
        refused(&site, &browser, &late, "other_person").await;
        assert_eq!(browser.account().await, Some(dana), "{other}");
    }
    assert_eq!(site.account_of("ikram").await, None);
    assert_eq!(site.account_of("double").await, None);
    // The honest twin: the same, once the first person has signed out.
    let (browser, late) = Browser::back_from_clio(&site, "tomas").await;
    browser.sign_in(&site, "dana").await;
    assert_eq!(
        browser.post_form("/auth/sign-out", &[]).await.location(),
        "/sign-in"
    );
    assert_eq!(browser.finish(&late).await.location(), "/account");
    assert_eq!(browser.account().await, Some(tomas));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_same_person_again_gets_a_fresh_session_and_the_old_one_ends(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = Browser::new(&site);
    browser.sign_in(&site, "dana").await;
    let elsewhere = Browser::new(&site);
    elsewhere.sign_in(&site, "dana").await;
    let before = browser.copied();
    assert_eq!(browser.sign_in(&site, "dana").await.location(), "/account");
    assert_ne!(
        browser.cookie(site.session_cookie()),
        before.cookie(site.session_cookie())
    );
    assert!(browser.account().await.is_some());
    assert!(
        before.account().await.is_none(),
        "the replaced session is over"
    );
    assert!(
        elsewhere.account().await.is_some(),
        "another browser's session isn't touched"
    );
    assert_eq!(site.sessions().await, 2);
    assert_eq!(site.accounts().await, 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_session_key_that_was_planted_before_the_sign_in_is_not_used(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = Browser::new(&site);
    let planted = "P".repeat(43);
    browser.set_cookie(site.session_cookie(), &planted);
    let callback = browser.callback_of(&site, "dana").await;
    browser.set_cookie(site.session_cookie(), &planted);
    assert_eq!(browser.finish(&callback).await.location(), "/welcome");
    assert_ne!(browser.cookie(site.session_cookie()), Some(planted.clone()));
    assert!(browser.account().await.is_some());
    let thief = Browser::new(&site);
    thief.set_cookie(site.session_cookie(), &planted);
    assert!(thief.account().await.is_none());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_refused_callback_never_goes_to_the_page_that_sent_it(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = Browser::new(&site).with_header("referer", "https://evil.test/page");
    for path in [
        "/auth/clio/callback",
        "/auth/clio/callback?state=a&state=b",
        "/auth/clio/callback?state=%ff",
        "/auth/clio/callback?code=a&state=b",
        "/auth/clio/start?return_to=/a&return_to=/b",
    ] {
        for accept in ["text/html", "*/*", "application/json"] {
            let reply = browser.with_header("accept", accept).get(path).await;
            assert!(
                !format!("{reply:?}").contains("evil.test"),
                "{path}: {reply:?}"
            );
            assert!(!reply.status.is_server_error(), "{path}: {reply:?}");
        }
    }
    assert_eq!(browser.get("/sign-in").await.status, StatusCode::OK);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_same_callback_at_once_on_two_nodes_signs_in_once(pool: PgPool) {
    let one = Site::start(pool, |_| ()).await;
    let two = one.another_node().await;
    let (browser, callback) = Browser::back_from_clio(&one, "dana").await;
    let visits = (0..20)
        .map(|number| {
            let node = if number % 2 == 0 { &one } else { &two };
            (browser.copied().at_node(node), callback.clone())
        })
        .collect();
    let replies = all_at_once(visits).await;
    let (signed_in, others): (Vec<_>, Vec<_>) = replies
        .into_iter()
        .partition(|reply| reply.location() == "/welcome");
    assert_eq!((signed_in.len(), others.len()), (1, 19));
    for reply in &others {
        assert_eq!(problem_of(reply).0, "expired");
    }
    assert_eq!(one.token_requests(), 1);
    assert_eq!((one.sessions().await, one.accounts().await), (1, 1));
    one.honest_sign_in_works().await;
}
