//! The shape of ID tokens: what no two readers could read differently, and nothing else.

use serde_json::{Map, Value};
use simulated_clio::TokenScript;
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use crate::{
    forge::{self, payload},
    harness::{Site, bent},
};

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_token_is_three_parts_of_canonical_base64url_and_nothing_else(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    forge::publish(&site);
    type Mangle = fn(String) -> String;
    let honest: Mangle = |token| token;
    let mangled: [(&str, Mangle); 15] = [
        ("a line break at the end", |token| format!("{token}\n")),
        ("a space before", |token| format!(" {token}")),
        ("padding", |token| format!("{token}==")),
        ("an empty fourth part", |token| format!("{token}.")),
        ("an empty part before", |token| format!(".{token}")),
        ("a fourth part", |token| format!("{token}.e30")),
        ("no signature", |token| {
            token.rsplit_once('.').unwrap().0.to_owned()
        }),
        ("an empty signature", |token| {
            format!("{}.", token.rsplit_once('.').unwrap().0)
        }),
        ("the signature cut", |token| {
            token.split_at(token.len() - 4).0.to_owned()
        }),
        ("the signature doubled", |token| {
            format!("{token}{}", token.rsplit_once('.').unwrap().1)
        }),
        ("a line break inside", |token| token.replacen('.', "\n.", 1)),
        ("base64 of the other alphabet", |token| {
            token.replace('-', "+").replace('_', "/")
        }),
        // 256 bytes leave four bits of the last character unused: they must be nought.
        ("an unused bit set", |token| {
            let (most, last) = token.split_at(token.len() - 1);
            let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
            let next = alphabet.find(last).unwrap() + 1;
            format!("{most}{}", &alphabet[next..=next])
        }),
        ("commas for dots", |token| token.replace('.', ",")),
        ("a detached payload", |token| {
            let parts: Vec<&str> = token.split('.').collect();
            format!("{}..{}", parts[0], parts[2])
        }),
    ];
    for (what, mangle) in mangled {
        let refusal = forge::refused(&site, move |script| {
            mangle(forge::token(forge::header(), payload(script)))
        })
        .await;
        assert!(
            ["token_malformed", "token_signature"].contains(&&*refusal.reason),
            "{what}: {}",
            refusal.reason
        );
    }
    forge::accepted(&site, "the same token unharmed", move |script| {
        honest(forge::token(forge::header(), payload(script)))
    })
    .await;
    site.honest_sign_in_works().await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn headers_and_payloads_that_two_readers_could_read_differently_are_refused(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    forge::publish(&site);
    type Make = fn(String, String) -> String;
    let cases: [(&str, Make); 17] = [
        ("a subject before the subject", |h, p| {
            forge::token(h, p.replacen('{', "{\"sub\":\"boss\",", 1))
        }),
        ("a subject after the subject", |h, p| {
            forge::token(h, format!("{},\"sub\":\"boss\"}}", &p[..p.len() - 1]))
        }),
        ("the same subject twice", |h, p| {
            forge::token(h, format!("{},\"sub\":\"stranger\"}}", &p[..p.len() - 1]))
        }),
        ("the subject's name escaped", |h, p| {
            forge::token(h, format!("{},\"s\\u0075b\":\"boss\"}}", &p[..p.len() - 1]))
        }),
        ("a doubled nonce", |h, p| {
            forge::token(h, p.replacen('{', "{\"nonce\":\"x\",", 1))
        }),
        ("a doubled member deep inside", |h, p| {
            forge::token(h, p.replacen('{', "{\"x\":[{\"a\":1,\"a\":2}],", 1))
        }),
        ("two algorithms", |_, p| {
            forge::token(
                format!(
                    "{{\"alg\":\"none\",\"alg\":\"RS256\",\"kid\":\"{}\"}}",
                    forge::KEY_ID
                ),
                p,
            )
        }),
        ("two keys", |_, p| {
            forge::token(
                format!(
                    "{{\"alg\":\"RS256\",\"kid\":\"x\",\"kid\":\"{}\"}}",
                    forge::KEY_ID
                ),
                p,
            )
        }),
        ("a list for a payload", |h, _| forge::token(h, "[]")),
        ("no payload", |h, _| forge::token(h, "")),
        ("a text for a payload", |h, _| forge::token(h, "\"sub\"")),
        ("two payloads", |h, p| forge::token(h, format!("{p}{p}"))),
        ("a byte order mark", |h, p| {
            forge::token(h, format!("\u{feff}{p}"))
        }),
        ("broken UTF-8", |h, p| {
            forge::token(
                h,
                [&p.as_bytes()[..p.len() - 1], b",\"x\":\"\xff\"}"].concat(),
            )
        }),
        ("a lone surrogate", |h, p| {
            forge::token(h, p.replacen('{', "{\"x\":\"\\ud800\",", 1))
        }),
        ("nesting without end", |h, p| {
            forge::token(
                h,
                p.replacen(
                    '{',
                    &format!("{{\"x\":{}{},", "[".repeat(4000), "]".repeat(4000)),
                    1,
                ),
            )
        }),
        ("a header that is no object", |_, p| forge::token("[]", p)),
    ];
    for (what, make) in cases {
        let refusal =
            forge::refused(&site, move |script| make(forge::header(), payload(script))).await;
        assert_eq!(refusal.reason, "token_malformed", "{what}");
    }
    for (what, make) in [
        (
            "white space",
            (|h, p| forge::token(h, format!(" \n{p}\n "))) as Make,
        ),
        ("an escaped name", |h, p| {
            forge::token(h, p.replacen("\"sub\"", "\"s\\u0075b\"", 1))
        }),
        ("members of the same name at different depths", |h, p| {
            forge::token(h, p.replacen('{', "{\"x\":{\"sub\":\"boss\"},", 1))
        }),
        ("nesting", |h, p| {
            forge::token(
                h,
                p.replacen(
                    '{',
                    &format!("{{\"x\":{}{},", "[".repeat(30), "]".repeat(30)),
                    1,
                ),
            )
        }),
    ] {
        forge::accepted(&site, what, move |script| {
            make(forge::header(), payload(script))
        })
        .await;
    }
    site.honest_sign_in_works().await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_token_may_have_16_kib_and_not_a_byte_more(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    forge::publish(&site);
    /// The longest token of at most `limit` bytes, and the next longer one.
    fn sized(script: &TokenScript, over: bool) -> String {
        let with_pad = |pad: usize| {
            let mut claims: Map<String, Value> = script.claims.clone();
            claims.insert("pad".into(), "x".repeat(pad).into());
            forge::token(forge::header(), Value::Object(claims).to_string())
        };
        let base = with_pad(0).len();
        let mut pad = (16 * 1024 - base) * 3 / 4 - 4;
        while with_pad(pad + 1).len() <= 16 * 1024 {
            pad += 1;
        }
        let token = with_pad(if over { pad + 1 } else { pad });
        assert_eq!(token.len() > 16 * 1024, over);
        token
    }
    let refusal = forge::refused(&site, |script| sized(script, true)).await;
    assert_eq!(refusal.reason, "token_too_large");
    forge::accepted(&site, "16 KiB", |script| sized(script, false)).await;
    bent(&site, "not_verified", |script| {
        script.set_claim("pad", "x".repeat(150_000));
    })
    .await;
    site.honest_sign_in_works().await;
}
