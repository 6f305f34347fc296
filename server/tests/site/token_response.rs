//! The token request, and what the token endpoint answers.

use std::sync::{Arc, Mutex};

use http::StatusCode;
use serde_json::{Value, json};
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use crate::{
    forge,
    harness::{APP_KEY, APP_SECRET, Browser, Site, accepted, bent, logs, query_of},
};

/// Shows that an answer is refused with any of these values for a member.
async fn values_refused(
    site: &Site,
    member: &'static str,
    values: impl IntoIterator<Item = Value>,
) {
    for value in values {
        bent(site, "not_verified", move |script| {
            script.set_member(member, value);
        })
        .await;
    }
}

/// Shows that an answer without a member is refused.
async fn absence_refused(site: &Site, member: &'static str) {
    bent(site, "not_verified", |script| script.remove_member(member)).await;
}

/// Shows that an answer with status 200 and this body is an outage.
async fn outage_by(site: &Site, body: impl Into<Vec<u8>> + Send + 'static) {
    bent(site, "clio_unavailable", move |script| {
        script.answer_with(StatusCode::OK, body);
    })
    .await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn key_and_secret_travel_in_the_form_and_nowhere_else(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let (browser, callback) = Browser::back_from_clio(&site, "dana").await;
    assert_eq!(browser.finish(&callback).await.location(), "/welcome");
    let requests = site.clio.token_requests();
    assert_eq!(requests.len(), 1);
    let request = &requests[0];
    let mut names: Vec<&str> = request
        .fields
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "client_id",
            "client_secret",
            "code",
            "code_verifier",
            "grant_type",
            "redirect_uri"
        ]
    );
    assert_eq!(request.field("grant_type"), Some("authorization_code"));
    assert_eq!(request.field("client_id"), Some(APP_KEY));
    assert_eq!(request.field("client_secret"), Some(APP_SECRET));
    assert_eq!(request.field("code"), Some(&*query_of(&callback)["code"]));
    let redirect_uri = format!("{}/auth/clio/callback", site.public_url);
    assert_eq!(request.field("redirect_uri"), Some(&*redirect_uri));
    for name in [
        "authorization",
        "cookie",
        "referer",
        "proxy-authorization",
        "x-forwarded-for",
    ] {
        assert_eq!(request.header(name), None, "{name}");
    }
    assert_eq!(
        request.header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    let headers = format!("{:?}", request.headers);
    assert!(
        !headers.contains("s&cr") && !headers.contains("s%26cr"),
        "{headers}"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn keys_and_secrets_of_any_characters_survive(pool: PgPool) {
    for (key, secret) in [
        ("key", "a&b=c+d%2Fe/é"),
        ("k&y=+%", "%41%"),
        ("key", "a b\tc"),
        ("clé", "🗝 \"quoted\" <&amp;>"),
        ("key", "+++"),
        ("key:with:colons", "secret:with:colons"),
        ("key", &"0123456789abcdef".repeat(32)),
    ] {
        let site = Site::start(pool.clone(), |settings| {
            settings
                .set("CLIO_IDENTITY_APP_KEY", key)
                .set("CLIO_IDENTITY_APP_SECRET", secret);
        })
        .await;
        site.honest_sign_in_works().await;
        let requests = site.clio.token_requests();
        assert_eq!(requests[0].field("client_secret"), Some(secret));
        assert_eq!(requests[0].field("client_id"), Some(key));
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_answer_without_a_usable_id_token_is_refused(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let refusal = bent(
        &site,
        "not_verified",
        simulated_clio::TokenScript::omit_id_token,
    )
    .await;
    assert_eq!(refusal.reason, "answer_incomplete");
    for value in [
        json!(null),
        json!(""),
        json!(" "),
        json!(0),
        json!(true),
        json!([]),
        json!({}),
        json!(["a.b.c"]),
        json!("null"),
        json!("."),
        json!(".."),
        json!("..."),
        json!("a.b"),
        json!("a.b.c"),
        json!("e30.e30."),
        json!("not a token at all"),
        json!("a.b.c.d.e"),
        json!("\u{0}.\u{0}.\u{0}"),
        json!("é.é.é"),
    ] {
        bent(&site, "not_verified", move |script| {
            script.set_id_token(value);
        })
        .await;
    }
    accepted(&site, "the answer as it is", |_| ()).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_error_is_an_error_even_with_status_200(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    for error in ["invalid_grant", "server_error", "", "anything"] {
        bent(&site, "not_verified", move |script| {
            script.answer_with_error(StatusCode::OK, error);
        })
        .await;
        // Beside everything that a good answer has.
        bent(&site, "not_verified", move |script| {
            script.set_member("error", error);
        })
        .await;
    }
    values_refused(&site, "error", [json!({"code": 1}), json!(5), json!(false)]).await;
    accepted(&site, "another member", |script| {
        script.set_member("errors", 0);
    })
    .await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_refused_key_or_secret_alerts_the_operator_and_the_person_may_try_later(pool: PgPool) {
    let site = Site::start(pool.clone(), |_| ()).await;
    for status in [StatusCode::UNAUTHORIZED, StatusCode::BAD_REQUEST] {
        let refusal = bent(&site, "clio_unavailable", move |script| {
            script.answer_with_error(status, "invalid_client");
        })
        .await;
        assert_eq!(refusal.reason, "invalid_client");
    }
    accepted(&site, "the right secret", |_| ()).await;
    let logged = logs();
    let line = logged
        .lines()
        .find(|line| line.contains("CLIO_IDENTITY_APP_SECRET"));
    let line = line.expect("the log tells the operator which settings to look at");
    assert!(line.contains("ERROR"), "{line}");
    assert!(
        !logged.contains(APP_SECRET) && !logged.contains(APP_KEY),
        "and shows neither"
    );

    // Clio itself refuses a secret that differs in one byte.
    let listening_to_another = Site::start(pool, |settings| {
        settings.set("CLIO_IDENTITY_TOKEN_URL", site.clio.token_url());
        settings.set("CLIO_IDENTITY_APP_SECRET", APP_SECRET.replace('/', "-"));
    })
    .await;
    let refusal = bent(&listening_to_another, "clio_unavailable", |_| ()).await;
    assert_eq!(refusal.reason, "invalid_client");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_token_endpoints_other_errors_have_their_codes(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    for (status, error, code) in [
        (StatusCode::BAD_REQUEST, "invalid_grant", "not_verified"),
        (StatusCode::UNAUTHORIZED, "invalid_grant", "not_verified"),
        (
            StatusCode::BAD_REQUEST,
            "invalid_request",
            "clio_unavailable",
        ),
        (
            StatusCode::BAD_REQUEST,
            "unauthorized_client",
            "clio_unavailable",
        ),
        (StatusCode::BAD_REQUEST, "anything", "clio_unavailable"),
        (
            StatusCode::INTERNAL_SERVER_ERROR,
            "server_error",
            "clio_unavailable",
        ),
        (
            StatusCode::SERVICE_UNAVAILABLE,
            "temporarily_unavailable",
            "clio_unavailable",
        ),
    ] {
        bent(&site, code, move |script| {
            script.answer_with_error(status, error);
        })
        .await;
    }
    site.honest_sign_in_works().await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn token_types_that_clio_is_known_to_send_are_taken_and_no_others(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    for kind in ["access_token", "Bearer", "bearer", "BEARER", "Access_Token"] {
        accepted(&site, kind, move |script| {
            script.set_member("token_type", kind);
        })
        .await;
    }
    let others = [
        json!(""),
        json!("mac"),
        json!("DPoP"),
        json!("bearer "),
        json!("bearerx"),
        json!("access token"),
        json!("id_token"),
        json!("b\u{0}earer"),
        json!(null),
        json!(5),
        json!(["bearer"]),
        json!({"bearer": true}),
    ];
    values_refused(&site, "token_type", others).await;
    absence_refused(&site, "token_type").await;
    site.honest_sign_in_works().await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn members_that_the_guide_asks_for_but_nobody_needs_may_be_missing(pool: PgPool) {
    for strict in ["false", "true"] {
        let site = Site::start(pool.clone(), |settings| {
            settings.set("CLIO_IDENTITY_STRICT", strict);
        })
        .await;
        accepted(&site, "a complete answer", |_| ()).await;
        for name in ["refresh_token", "expires_in"] {
            for null in [true, false] {
                let bend = move |script: &mut simulated_clio::TokenScript| {
                    if null {
                        script.set_member(name, Value::Null);
                    } else {
                        script.remove_member(name);
                    }
                };
                if strict == "true" {
                    let refusal = bent(&site, "not_verified", bend).await;
                    assert_eq!(refusal.reason, "answer_incomplete");
                } else {
                    accepted(&site, name, bend).await;
                }
            }
        }
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn members_that_nobody_needs_may_be_anything(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    for (name, value) in [
        ("expires_in", json!("3600")),
        ("expires_in", json!(-1)),
        ("expires_in", json!(1e300)),
        ("refresh_token", json!(5)),
        ("scope", json!(null)),
        ("scope", json!([])),
        ("something", json!({"deep": [[[[]]]]})),
        ("sub", json!("somebody else")),
    ] {
        let what = format!("{name}: {value}");
        accepted(&site, &what, move |script| script.set_member(name, value)).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_answer_without_an_access_token_is_refused(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let unusable = [json!(null), json!(5), json!({}), json!(["a"]), json!("")];
    values_refused(&site, "access_token", unusable).await;
    absence_refused(&site, "access_token").await;
    site.honest_sign_in_works().await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn answers_that_make_no_sense_are_an_outage(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    for body in [
        "",
        "null",
        "\"text\"",
        "<html>Maintenance</html>",
        "{",
        "{\"id_token\":",
        "{\"access_token\":\"a\",\"access_token\":\"b\",\"token_type\":\"bearer\"}",
        "{\"id_token\":\"a.b.c\",\"id_token\":\"d.e.f\",\"access_token\":\"a\",\"token_type\":\"bearer\"}",
        "\u{0}",
    ] {
        outage_by(&site, body).await;
    }
    // Deeper than any answer is: not read to its end.
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(50_000), "]".repeat(50_000));
    outage_by(&site, deep).await;
    bent(&site, "not_verified", |script| {
        script.answer_with(StatusCode::OK, "{}");
    })
    .await;
    outage_by(&site, b"\xff\xfe").await;
    bent(&site, "clio_unavailable", |script| {
        script.answer.set_header("content-type", "text/html");
    })
    .await;
    site.honest_sign_in_works().await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_answer_that_is_a_list_is_no_token_response(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    forge::publish(&site);
    // Everything that is needed, in some order, but without names.
    for swap in [false, true] {
        bent(&site, "clio_unavailable", move |script| {
            let token = json!(forge::token(forge::header(), forge::payload(script)));
            let access = script.members["access_token"].clone();
            let mut list = vec![
                access,
                json!("bearer"),
                json!(3600),
                json!("refresh"),
                token,
            ];
            if swap {
                list.swap(2, 3);
            }
            script.answer_with(StatusCode::OK, Value::Array(list).to_string());
        })
        .await;
    }
    outage_by(&site, "[]").await;
    site.honest_sign_in_works().await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn nothing_of_the_tokens_is_stored_or_logged(pool: PgPool) {
    let site = Site::start(pool, |settings| settings.background = true).await;
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let mut secrets = Vec::new();
    // A first sign-in, a second one, one that is refused late, and one that prompts for a link.
    site.linked("ikram", "same@harbourlane.test").await;
    site.clio.add_person(simulated_clio::Person::new(
        "twin-of-ikram",
        "same@harbourlane.test",
    ));
    for (subject, good) in [
        ("dana", true),
        ("dana", true),
        ("dana", false),
        ("twin-of-ikram", true),
    ] {
        let keep = Arc::clone(&seen);
        site.clio.next_token(move |script| {
            let members =
                ["access_token", "refresh_token"].map(|name| script.members[name].clone());
            let claims = ["sid", "jti", "at_hash", "nonce"].map(|name| script.claims[name].clone());
            let texts = members.into_iter().chain(claims);
            keep.lock()
                .unwrap()
                .extend(texts.map(|value| value.as_str().unwrap().to_owned()));
            if !good {
                script.set_claim("sid", "");
            }
        });
        let browser = Browser::new(&site);
        let url = browser.begin().await;
        let callback = site.clio.authorize(&url, subject).unwrap();
        let reply = browser.finish(&callback).await;
        assert_eq!(reply.location().starts_with("/sign-in"), !good, "{reply:?}");
        for query in [query_of(&url), query_of(&callback)] {
            let named = ["state", "nonce", "code", "code_challenge"];
            secrets.extend(named.iter().filter_map(|name| query.get(*name)).cloned());
        }
        secrets.extend(browser.cookie(site.session_cookie()));
        secrets.extend(browser.cookie(site.attempt_cookie()));
    }
    secrets.extend(seen.lock().unwrap().clone());
    let verifiers = site.clio.token_requests();
    secrets.extend(
        verifiers
            .iter()
            .filter_map(|request| Some(request.field("code_verifier")?.to_owned())),
    );
    secrets.push(APP_SECRET.to_owned());
    secrets.push("eyJ".to_owned());
    assert!(secrets.len() > 40, "{}", secrets.len());
    let (dump, logged) = (site.dump().await, logs());
    assert!(
        dump.contains("d.whitlock@harbourlane.test"),
        "the dump shows what is stored"
    );
    for secret in secrets {
        assert!(!dump.contains(&secret), "{secret} is stored");
        assert!(!logged.contains(&secret), "{secret} is logged");
        let hex: String = secret
            .bytes()
            .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
        assert!(
            secret.len() < 8 || !dump.contains(&hex),
            "{secret} is stored as bytes"
        );
    }
}
