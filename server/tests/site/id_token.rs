//! ID tokens: every fault is refused for its own reason, and its honest twin is taken.
use serde_json::{Value, json};
use simulated_clio::{Signing, TokenScript};
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use crate::{
    forge::{self, payload},
    harness::{APP_KEY, Browser, Site, Trap, accepted, bent},
};

type Bend = fn(&mut TokenScript);

/// A fault, the reason that the audit gives for it, and what the same token looks like without it.
struct Case {
    reason: &'static str,
    fault: Bend,
    twin: Bend,
}

const fn case(reason: &'static str, fault: Bend, twin: Bend) -> Case {
    Case {
        reason,
        fault,
        twin,
    }
}

/// A fault whose honest twin is the token as Clio makes it.
const fn fault(reason: &'static str, fault: Bend) -> Case {
    case(reason, fault, |_| ())
}

/// Shows that each fault is refused for its reason, and its twin taken.
async fn judge(site: &Site, cases: &[Case]) {
    for (
        number,
        Case {
            reason,
            fault,
            twin,
        },
    ) in cases.iter().enumerate()
    {
        let refusal = bent(site, "not_verified", *fault).await;
        assert_eq!(refusal.reason, *reason, "case {number}");
        accepted(site, &format!("the twin of case {number}, {reason}"), *twin).await;
    }
    site.honest_sign_in_works().await;
}

/// Changes one character of a text claim.
fn turn(script: &mut TokenScript, name: &str) {
    let text = script.claims[name].as_str().unwrap();
    let (first, rest) = text.split_at(1);
    let other = if first == "A" { "B" } else { "A" };
    let turned = format!("{other}{rest}");
    script.set_claim(name, turned);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_token_of_another_issuer_is_refused(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let issuer = |change: fn(&str) -> Value| {
        move |script: &mut TokenScript| {
            let ours = script.claims["iss"].as_str().unwrap().to_owned();
            script.set_claim("iss", change(&ours));
        }
    };
    for (change, reason) in [
        (
            (|ours| json!(ours.trim_end_matches('/'))) as fn(&str) -> Value,
            "token_issuer",
        ),
        (|ours| json!(format!("{ours}/")), "token_issuer"),
        (|ours| json!(ours.replace("http:", "HTTP:")), "token_issuer"),
        (|ours| json!(format!(" {ours}")), "token_issuer"),
        (|ours| json!(format!("{ours}\u{0}")), "token_issuer"),
        (|_| json!("https://account.clio.com/"), "token_issuer"),
        (|_| json!(""), "token_issuer"),
        (|ours| json!([ours]), "token_malformed"),
        (|_| json!(null), "token_malformed"),
        (|_| json!(5), "token_malformed"),
    ] {
        let refusal = bent(&site, "not_verified", issuer(change)).await;
        assert_eq!(refusal.reason, reason);
    }
    let missing = bent(&site, "not_verified", |script| script.remove_claim("iss")).await;
    assert_eq!(missing.reason, "token_malformed");
    accepted(&site, "our issuer", issuer(|ours| json!(ours))).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_token_for_another_application_is_refused(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    judge(
        &site,
        &[
            case(
                "token_audience",
                |s| s.set_claim("aud", "another key"),
                |s| s.set_claim("aud", APP_KEY),
            ),
            case(
                "token_audience",
                |s| s.set_claim("aud", json!(["another key"])),
                |s| s.set_claim("aud", json!([APP_KEY])),
            ),
            fault("token_audience", |s| {
                s.set_claim("aud", json!([APP_KEY, "another key"]));
            }),
            fault("token_audience", |s| s.set_claim("aud", json!([]))),
            fault("token_audience", |s| s.set_claim("aud", "")),
            fault("token_audience", |s| {
                s.set_claim("aud", format!("{APP_KEY} "));
            }),
            fault("token_audience", |s| {
                s.set_claim("aud", APP_KEY.to_uppercase());
            }),
            fault("token_malformed", |s| {
                s.set_claim("aud", json!([APP_KEY, 5]));
            }),
            fault("token_malformed", |s| {
                s.set_claim("aud", json!({"a": APP_KEY}));
            }),
            fault("token_malformed", |s| s.set_claim("aud", Value::Null)),
            fault("token_malformed", |s| s.remove_claim("aud")),
            case(
                "token_authorized_party",
                |s| s.set_claim("azp", "another key"),
                |s| s.set_claim("azp", APP_KEY),
            ),
            case(
                "token_authorized_party",
                |s| s.set_claim("azp", ""),
                |s| s.remove_claim("azp"),
            ),
            fault("token_malformed", |s| s.set_claim("azp", json!([APP_KEY]))),
            fault("token_malformed", |s| s.set_claim("azp", 5)),
        ],
    )
    .await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn times_are_believed_to_a_minute_and_no_further(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    const MONTH: i64 = 31 * 86_400;
    // Seconds from now: issued, expires, not before.
    let times = |issued: i64, expires: i64, not_before: Option<i64>, now: i64| {
        move |script: &mut TokenScript| {
            script.set_claim("iat", now + issued);
            script.set_claim("exp", now + expires);
            if let Some(not_before) = not_before {
                script.set_claim("nbf", now + not_before);
            }
        }
    };
    for (reason, wrong, right) in [
        ("token_expired", (-120, -60, None), (-120, -59, None)),
        ("token_issue_time", (61, 3600, None), (60, 3600, None)),
        ("token_issue_time", (-661, 3600, None), (-660, 3600, None)),
        ("token_not_before", (0, 3600, Some(61)), (0, 3600, Some(60))),
        ("token_lifetime", (0, MONTH + 1, None), (0, MONTH, None)),
        ("token_expired", (-300, -3600, None), (-300, 1, None)),
    ] {
        let now = site.clock.freeze().unix_timestamp();
        let refusal = bent(&site, "not_verified", times(wrong.0, wrong.1, wrong.2, now)).await;
        assert_eq!(refusal.reason, reason, "{wrong:?}");
        let now = site.clock.freeze().unix_timestamp();
        accepted(
            &site,
            &format!("{right:?}"),
            times(right.0, right.1, right.2, now),
        )
        .await;
        site.clock.thaw();
    }
    for name in ["iat", "exp"] {
        bent(&site, "not_verified", move |script| {
            script.remove_claim(name);
        })
        .await;
        for absurd in [
            json!(null),
            json!("1800000000"),
            json!([]),
            json!(true),
            json!(0),
            json!(-1),
            json!(i64::MIN),
            json!(i64::MAX),
            json!(u64::MAX),
            json!(1e300),
            json!(-1e300),
        ] {
            bent(&site, "not_verified", move |script| {
                script.set_claim(name, absurd);
            })
            .await;
        }
    }
    for absurd in [
        json!("now"),
        json!(null),
        json!({}),
        json!(u64::MAX),
        json!(1e300),
    ] {
        bent(&site, "not_verified", move |script| {
            script.set_claim("nbf", absurd);
        })
        .await;
    }
    accepted(&site, "times with a fraction", |script| {
        for name in ["iat", "exp"] {
            let seconds = script.claims[name].as_f64().unwrap() + 0.5;
            script.set_claim(name, seconds);
        }
    })
    .await;
    accepted(&site, "an old not-before", |script| {
        script.set_claim("nbf", 0);
    })
    .await;
    site.honest_sign_in_works().await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_token_that_was_not_made_for_this_attempt_is_refused(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    judge(
        &site,
        &[
            fault("token_nonce", |s| turn(s, "nonce")),
            fault("token_nonce", |s| s.remove_claim("nonce")),
            fault("token_nonce", |s| s.set_claim("nonce", "")),
            fault("token_nonce", |s| {
                let upper = s.claims["nonce"].as_str().unwrap().to_uppercase();
                s.set_claim("nonce", upper);
            }),
            fault("token_malformed", |s| s.set_claim("nonce", Value::Null)),
            fault("token_malformed", |s| s.set_claim("nonce", 5)),
            case(
                "token_at_hash",
                |s| turn(s, "at_hash"),
                |s| s.remove_claim("at_hash"),
            ),
            fault("token_at_hash", |s| s.set_claim("at_hash", "")),
            case(
                "token_at_hash",
                |s| s.set_member("access_token", "another token"),
                |s| {
                    s.set_member("access_token", "another token");
                    s.remove_claim("at_hash");
                },
            ),
            fault("token_malformed", |s| s.set_claim("at_hash", 5)),
            case(
                "token_sid",
                |s| s.remove_claim("sid"),
                |s| s.set_claim("sid", "x"),
            ),
            fault("token_sid", |s| s.set_claim("sid", "")),
            fault("token_malformed", |s| s.set_claim("sid", Value::Null)),
            fault("token_malformed", |s| s.set_claim("sid", 5)),
            case(
                "token_events",
                |s| {
                    s.set_claim(
                        "events",
                        json!({"http://schemas.openid.net/event/backchannel-logout": {}}),
                    );
                },
                |s| s.set_claim("event", json!({})),
            ),
            fault("token_events", |s| s.set_claim("events", Value::Null)),
        ],
    )
    .await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_subject_is_1_to_255_printable_ascii_characters(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    for (reason, subject) in [
        ("token_subject", json!("")),
        ("token_subject", json!("a".repeat(256))),
        ("token_subject", json!("a".repeat(9000))),
        ("token_subject", json!("a\u{0}")),
        ("token_subject", json!("a\n")),
        ("token_subject", json!("a\u{7f}")),
        ("token_subject", json!("é")),
        ("token_malformed", json!(5)),
        ("token_malformed", json!(null)),
        ("token_malformed", json!(["a"])),
        ("token_malformed", json!({})),
    ] {
        let shown = subject.to_string();
        let refusal = bent(&site, "not_verified", move |script| {
            script.set_claim("sub", subject);
        })
        .await;
        assert_eq!(refusal.reason, reason, "{shown:.40}");
    }
    let missing = bent(&site, "not_verified", |script| script.remove_claim("sub")).await;
    assert_eq!(missing.reason, "token_malformed");
    // Taken as they are: each is a person of its own, byte for byte.
    let subjects = [
        "a".repeat(255),
        "A".repeat(255),
        "'; DROP TABLE accounts --".into(),
        "x".into(),
        "X".into(),
        "x ".into(),
    ];
    for (number, subject) in subjects.iter().enumerate() {
        let own = subject.clone();
        site.clio.next_token(move |script| {
            script.set_claim("sub", own);
            script.set_claim("email", format!("person-{number}@harbourlane.test"));
        });
        let browser = Browser::new(&site);
        assert_eq!(
            browser.sign_in(&site, "stranger").await.location(),
            "/welcome",
            "{subject}"
        );
        assert_eq!(browser.account().await, site.account_of(subject).await);
    }
    assert_eq!(
        site.accounts().await,
        i64::try_from(subjects.len()).unwrap()
    );
    site.honest_sign_in_works().await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn only_clios_signature_counts(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    judge(
        &site,
        &[
            case(
                "token_signature",
                |s| s.sign_with(Signing::Corrupted),
                |s| s.sign_with(Signing::CurrentKey),
            ),
            fault("token_signature", |s| s.sign_with(Signing::AnotherKey)),
            fault("token_algorithm", |s| s.sign_with(Signing::Nothing)),
            fault("token_algorithm", |s| {
                s.sign_with(Signing::Hs256WithPublicKey);
            }),
            // The header lies.
            fault("token_signature", |s| {
                s.sign_with(Signing::Nothing);
                s.set_header("alg", "RS256");
            }),
            fault("token_signature", |s| {
                s.sign_with(Signing::Hs256WithPublicKey);
                s.set_header("alg", "RS256");
            }),
            fault("token_signature", |s| {
                s.sign_with(Signing::AnotherKey);
                s.set_header("jwk", forge::public_key());
            }),
        ],
    )
    .await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn only_rs256_and_ordinary_headers_are_considered(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    for alg in [
        json!("none"),
        json!("None"),
        json!("NONE"),
        json!("nOnE"),
        json!(""),
        json!("HS256"),
        json!("HS512"),
        json!("RS384"),
        json!("RS512"),
        json!("PS256"),
        json!("ES256"),
        json!("EdDSA"),
        json!("rs256"),
        json!("RS256 "),
        json!(["RS256"]),
        json!(null),
        json!(256),
    ] {
        let refusal = bent(&site, "not_verified", move |script| {
            script.set_header("alg", alg);
        })
        .await;
        assert_eq!(refusal.reason, "token_algorithm");
    }
    judge(
        &site,
        &[
            fault("token_algorithm", |s| s.remove_header("alg")),
            case(
                "token_algorithm",
                |s| s.set_header("typ", "at+jwt"),
                |s| s.set_header("typ", "jwt"),
            ),
            case(
                "token_algorithm",
                |s| s.set_header("typ", "logout+jwt"),
                |s| s.remove_header("typ"),
            ),
            fault("token_algorithm", |s| s.set_header("typ", 5)),
            fault("token_algorithm", |s| s.set_header("crit", json!(["exp"]))),
            fault("token_algorithm", |s| s.set_header("crit", json!([]))),
            fault("unknown_key", |s| s.set_header("kid", "another key")),
            fault("unknown_key", |s| s.set_header("kid", "")),
            fault("unknown_key", |s| s.set_header("kid", "../../etc/passwd")),
            case(
                "token_malformed",
                |s| s.set_header("kid", 5),
                |s| s.remove_header("kid"),
            ),
            fault("token_malformed", |s| s.set_header("kid", Value::Null)),
        ],
    )
    .await;
    // Who is told where to find the key doesn't go there.
    let trap = Trap::set().await;
    let trap_url = trap.url("/jwks.json");
    bent(&site, "not_verified", move |script| {
        script.sign_with(Signing::AnotherKey);
        script.set_header("jku", &*trap_url);
        script.set_header("x5u", &*trap_url);
        script.set_claim("iss", &*trap_url);
    })
    .await;
    trap.stays_unvisited("the key was asked for where the token said")
        .await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_published_key_signs_rs256_and_nothing_else(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    forge::publish(&site);
    for (how, alg) in [(forge::rs384(), "RS384"), (forge::ps256(), "PS256")] {
        for (claimed, reason) in [(alg, "token_algorithm"), ("RS256", "token_signature")] {
            let refusal = forge::refused(&site, move |script| {
                let header = json!({"alg": claimed, "kid": forge::KEY_ID}).to_string();
                forge::token_by(how, header, payload(script))
            })
            .await;
            assert_eq!(refusal.reason, reason, "{alg} as {claimed}");
        }
    }
    // Signed by one published key in the name of another.
    let clios = site.clio.jwks()["keys"][0]["kid"]
        .as_str()
        .unwrap()
        .to_owned();
    let refusal = forge::refused(&site, move |script| {
        let header = json!({"alg": "RS256", "kid": clios}).to_string();
        forge::token(header, payload(script))
    })
    .await;
    assert_eq!(refusal.reason, "token_signature");
    // Without a name, and two to choose from.
    let refusal = forge::refused(&site, |script| {
        forge::token(r#"{"alg":"RS256"}"#, payload(script))
    })
    .await;
    assert_eq!(refusal.reason, "unknown_key");
    site.honest_sign_in_works().await;
}
