//! Clio's signing keys: rotations, storms, outages, odd sets.

use std::time::Duration;

use http::StatusCode;
use serde_json::{Value, json};
use simulated_clio::{Answer, OldKey, Signing, TokenScript};
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use crate::{
    forge,
    harness::{Browser, IN_TIME, Site, Trap, all_at_once, bent, problem_of, refused_alone, within},
};

/// A site that has Clio's keys, because somebody has signed in.
async fn with_keys_fetched(pool: PgPool) -> Site {
    let site = Site::start(pool, |_| ()).await;
    site.honest_sign_in_works().await;
    site
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_key_that_changes_just_before_signing_is_fetched_at_once(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    for old in [OldKey::Leaves, OldKey::Stays] {
        site.honest_sign_in_works().await;
        let (browser, callback) = Browser::back_from_clio(&site, "dana").await;
        let fetched = site.clio.jwks_fetches();
        site.clio.rotate_key(old).unwrap();
        let reply = browser.finish(&callback).await;
        assert!(
            ["/welcome", "/account"].contains(&reply.location()),
            "{old:?}: {reply:?}"
        );
        assert_eq!(site.clio.jwks_fetches(), fetched + 1);
        site.advance(Duration::from_secs(31));
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn keys_that_change_between_sign_ins_keep_nobody_out(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    for pause in [31, 599, 601, 3600, 23 * 3600, 25 * 3600] {
        site.clio.rotate_key(OldKey::Leaves).unwrap();
        site.advance(Duration::from_secs(pause));
        site.honest_sign_in_works().await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_key_that_was_withdrawn_is_not_believed_once_the_set_is_fetched_anew(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    forge::publish(&site);
    let forged = |script: &TokenScript| forge::token(forge::header(), forge::payload(script));
    forge::accepted(&site, "while it is published", forged).await;
    site.clio.honest_jwks();
    site.advance(Duration::from_hours(25));
    forge::refused(&site, forged).await;
    site.honest_sign_in_works().await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn many_first_sign_ins_at_once_fetch_the_keys_once(pool: PgPool) {
    let site = Site::start(pool, |settings| settings.any_subject = true).await;
    let mut visits = Vec::new();
    for number in 0..30 {
        visits.push(Browser::back_from_clio(&site, &format!("person-{number}")).await);
    }
    assert_eq!(site.clio.jwks_fetches(), 0);
    for reply in all_at_once(visits).await {
        assert_eq!(reply.location(), "/welcome");
    }
    assert_eq!(site.clio.jwks_fetches(), 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_storm_of_unknown_key_ids_costs_one_fetch_in_30_seconds(pool: PgPool) {
    let site = with_keys_fetched(pool).await;
    let warm = site.clio.jwks_fetches();
    site.clock.freeze();
    for round in 1..=3 {
        let mut storm = Vec::new();
        for number in 0..20 {
            site.clio
                .next_token(move |script| script.set_header("kid", format!("unknown-{number}")));
            storm.push(Browser::back_from_clio(&site, "stranger").await);
        }
        for reply in all_at_once(storm).await {
            assert_eq!(problem_of(&reply).0, "not_verified");
        }
        assert_eq!(site.clio.jwks_fetches(), warm + round, "round {round}");
        site.clock.advance(time::Duration::seconds(29));
        let refusal = bent(&site, "not_verified", |script| {
            script.set_header("kid", "unknown");
        })
        .await;
        assert_eq!(refusal.reason, "unknown_key");
        assert_eq!(
            site.clio.jwks_fetches(),
            warm + round,
            "29 seconds after round {round}"
        );
        site.clock.advance(time::Duration::seconds(1));
    }
    // Who has an honest key isn't kept out by it.
    site.clock.thaw();
    site.honest_sign_in_works().await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_rotation_during_a_storm_is_found_within_30_seconds(pool: PgPool) {
    let site = with_keys_fetched(pool).await;
    site.clock.freeze();
    bent(&site, "not_verified", |script| {
        script.set_header("kid", "unknown");
    })
    .await;
    site.clio.rotate_key(OldKey::Leaves).unwrap();
    site.clock.advance(time::Duration::seconds(30));
    site.honest_sign_in_works().await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_outage_of_the_key_endpoint_goes_unnoticed_for_a_day(pool: PgPool) {
    let site = with_keys_fetched(pool).await;
    let outages: [fn(&mut Answer); 5] = [
        |answer| answer.replace(StatusCode::SERVICE_UNAVAILABLE, "{}"),
        |answer| answer.replace(StatusCode::OK, "<html>"),
        |answer| answer.replace(StatusCode::OK, r#"{"keys":[]}"#),
        Answer::cut,
        Answer::hang,
    ];
    for outage in outages {
        site.clio.every_jwks(outage);
        site.advance(Duration::from_hours(4));
        for _ in 0..3 {
            let sign_in = site.honest_sign_in_works();
            within(Duration::from_secs(3), "an honest sign-in", sign_in).await;
        }
    }
    // Longer than a day is too long.
    site.clio.fail_jwks(StatusCode::SERVICE_UNAVAILABLE);
    site.advance(Duration::from_hours(24));
    let (browser, callback) = Browser::back_from_clio(&site, "dana").await;
    refused_alone(&site, &browser, &callback, "clio_unavailable").await;
    site.clio.honest_jwks();
    site.advance(Duration::from_secs(31));
    site.honest_sign_in_works().await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_rotation_during_an_outage_is_an_outage_however_often_one_tries(pool: PgPool) {
    let site = with_keys_fetched(pool).await;
    site.clio.rotate_key(OldKey::Leaves).unwrap();
    site.clio.fail_jwks(StatusCode::BAD_GATEWAY);
    site.clock.freeze();
    let fetched = site.clio.jwks_fetches();
    for _ in 0..3 {
        bent(&site, "clio_unavailable", |_| ()).await;
    }
    assert_eq!(site.clio.jwks_fetches(), fetched + 1);
    site.clio.honest_jwks();
    site.clock.advance(time::Duration::seconds(30));
    site.honest_sign_in_works().await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_site_that_started_without_keys_heals_by_itself(pool: PgPool) {
    let trap = Trap::set().await;
    let trap_url = trap.url("/jwks.json");
    let site = Site::start(pool, |_| ()).await;
    type Outage = Box<dyn Fn(&mut Answer) + Send + Sync>;
    let answered = |status: StatusCode, body: &[u8]| -> Outage {
        let body = body.to_vec();
        Box::new(move |answer| answer.replace(status, body.clone()))
    };
    let ok = |body: &str| answered(StatusCode::OK, body.as_bytes());
    let mut large = forge::public_key();
    large["pad"] = Value::String("x".repeat(300_000));
    let large = json!({"keys": [large]}).to_string();
    let outages: Vec<(&str, Outage)> = vec![
        ("500", answered(StatusCode::INTERNAL_SERVER_ERROR, b"")),
        ("404", answered(StatusCode::NOT_FOUND, b"{\"keys\":[]}")),
        ("a web page", ok("<html></html>")),
        ("nothing", ok("")),
        ("a list", ok("[]")),
        ("no keys", ok("{}")),
        ("an empty set", ok(r#"{"keys":[]}"#)),
        ("keys that are none", ok(r#"{"keys":{"a":1}}"#)),
        (
            "odd keys",
            ok(r#"{"keys":[null,5,"x",[],{},{"kty":"RSA"}]}"#),
        ),
        ("broken UTF-8", answered(StatusCode::OK, b"\xff\xfe")),
        ("300 KB", ok(&large)),
        ("without end", Box::new(|answer| answer.padding = 1 << 40)),
        ("cut before the answer", Box::new(Answer::cut)),
        (
            "cut within the answer",
            Box::new(|answer| answer.manner = simulated_clio::Manner::Cut(Some(20))),
        ),
        (
            "a redirect",
            Box::new(move |answer| answer.redirect_to(&*trap_url)),
        ),
        ("silence", Box::new(Answer::hang)),
        (
            "a byte at a time",
            Box::new(|answer| answer.drip(Duration::from_millis(200))),
        ),
    ];
    for (what, outage) in outages {
        site.clio.every_jwks(outage);
        let (browser, callback) = Browser::back_from_clio(&site, "stranger").await;
        let refusing = refused_alone(&site, &browser, &callback, "clio_unavailable");
        let refusal = within(IN_TIME, what, refusing).await;
        assert!(!refusal.reason.is_empty());
        site.advance(Duration::from_secs(2));
    }
    trap.stays_unvisited("a redirect of the key endpoint was followed")
        .await;
    site.clio.honest_jwks();
    site.advance(Duration::from_secs(2));
    site.honest_sign_in_works().await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_cold_outage_is_not_hammered(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    site.clio.fail_jwks(StatusCode::SERVICE_UNAVAILABLE);
    site.clock.freeze();
    let mut visits = Vec::new();
    for _ in 0..30 {
        visits.push(Browser::back_from_clio(&site, "dana").await);
    }
    for reply in all_at_once(visits).await {
        assert_eq!(problem_of(&reply).0, "clio_unavailable");
    }
    assert_eq!(site.clio.jwks_fetches(), 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_weak_key_is_not_believed_cold_or_warm(pool: PgPool) {
    let cold = Site::start(pool.clone(), |_| ()).await;
    cold.clio.rotate_to_weak_key().unwrap();
    bent(&cold, "clio_unavailable", |_| ()).await;
    drop(cold);

    let warm = with_keys_fetched(pool.clone()).await;
    warm.clio.rotate_to_weak_key().unwrap();
    let (browser, callback) = Browser::back_from_clio(&warm, "stranger").await;
    let reply = browser.finish(&callback).await;
    assert!(["clio_unavailable", "not_verified"].contains(&&*problem_of(&reply).0));
    drop(warm);

    // Beside a good key, the weak one is a key nobody knows.
    let beside = Site::start(pool, |_| ()).await;
    beside.clio.rotate_to_weak_key().unwrap();
    forge::publish(&beside);
    assert_eq!(
        bent(&beside, "not_verified", |_| ()).await.reason,
        "unknown_key"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn odd_keys_beside_clios_own_do_no_harm(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let honest = site.clio.jwks()["keys"][0].clone();
    let with = |name: &str, value: Value| {
        let mut key = honest.clone();
        key[name] = value;
        key
    };
    let odd = [
        json!(null),
        json!(5),
        json!("key"),
        json!([]),
        json!({}),
        json!({"kty": "oct", "kid": honest["kid"], "k": "c2VjcmV0"}),
        json!({"kty": "EC", "kid": honest["kid"], "crv": "P-256", "x": "AA", "y": "AA"}),
        json!({"kty": "RSA", "kid": honest["kid"]}),
        json!({"kty": "RSA", "kid": honest["kid"], "n": "", "e": ""}),
        json!({"kty": "RSA", "kid": honest["kid"], "n": "AQAB", "e": "AQAB"}),
        with("n", json!("not base64!")),
        with("n", json!(5)),
        with("n", json!("A".repeat(100_000))),
        with("use", json!("enc")),
        with("alg", json!("PS256")),
        with("key_ops", json!(["sign"])),
        with("kid", json!(5)),
        with("kty", json!("rsa")),
    ];
    // All of them before Clio's own, then each alone.
    let mut sets = vec![odd.to_vec()];
    sets.extend(odd.iter().map(|key| vec![key.clone()]));
    for set in sets {
        let mut keys = set.clone();
        keys.push(honest.clone());
        site.clio.set_jwks(json!({"keys": keys, "more": {"a": 1}}));
        site.advance(Duration::from_hours(25));
        let sign_in = site.honest_sign_in_works();
        within(Duration::from_secs(5), "an honest sign-in", sign_in).await;
    }
    // A symmetric key in the set doesn't make a token signed with it good.
    site.clio.set_jwks(
        json!({"keys": [honest, {"kty": "oct", "kid": "shared", "alg": "HS256", "k": "c2VjcmV0"}]}),
    );
    site.advance(Duration::from_hours(25));
    bent(&site, "not_verified", |script| {
        script.sign_with(Signing::Hs256WithPublicKey);
        script.set_header("kid", "shared");
    })
    .await;
    site.honest_sign_in_works().await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_key_of_many_in_a_large_set_is_found(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let honest = site.clio.jwks()["keys"][0].clone();
    let mut keys: Vec<Value> = (0..60)
        .map(|number| {
            let mut key = forge::public_key();
            key["kid"] = json!(format!("other-{number}"));
            key
        })
        .collect();
    keys.push(honest);
    site.clio.set_jwks(json!({ "keys": keys }));
    site.honest_sign_in_works().await;
}
