//! Bodies that Clio's endpoints say are something else than they are: compressed, or of another
//! type; and cookies along with them.

use std::io::Write;

use brotli::enc::BrotliEncoderParams;
use flate2::{
    Compression,
    write::{DeflateEncoder, GzEncoder, ZlibEncoder},
};
use http::StatusCode;
use serde_json::{Value, json};
use simulated_clio::{Answer, TokenScript};
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use crate::{
    forge,
    harness::{Browser, IN_TIME, Site, accepted, bent, refused_alone, within},
};

/// Packs a body, in every way that HTTP knows by name.
type Pack = fn(&[u8]) -> Vec<u8>;
const PACKED: [(&str, Pack); 5] = [
    ("gzip", gzip),
    ("x-gzip", gzip),
    ("deflate", |body| {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(body).unwrap();
        encoder.finish().unwrap()
    }),
    ("deflate", |body| {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(body).unwrap();
        encoder.finish().unwrap()
    }),
    ("br", |body| {
        let mut packed = Vec::new();
        let how = BrotliEncoderParams::default();
        brotli::BrotliCompress(&mut &*body, &mut packed, &how).unwrap();
        packed
    }),
];

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

/// A small body that unpacks to 64 MiB.
fn bomb() -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let zeros = vec![b' '; 1024 * 1024];
    for _ in 0..64 {
        encoder.write_all(&zeros).unwrap();
    }
    let packed = encoder.finish().unwrap();
    assert!(packed.len() < 128 * 1024, "{}", packed.len());
    packed
}

/// A good answer, signed by the forge, which must be published.
fn good(script: &TokenScript) -> Vec<u8> {
    let mut members = script.members.clone();
    let token = forge::token(forge::header(), forge::payload(script));
    members.insert("id_token".to_owned(), Value::String(token));
    Value::Object(members).to_string().into_bytes()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_packed_token_response_nobody_asked_for_is_an_outage(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    forge::publish(&site);
    for (name, pack) in PACKED {
        bent(&site, "clio_unavailable", move |script| {
            let body = pack(&good(script));
            script.answer_with(StatusCode::OK, body);
            script.answer.set_header("content-encoding", name);
        })
        .await;
        // Whether it says so or not.
        bent(&site, "clio_unavailable", move |script| {
            let body = pack(&good(script));
            script.answer_with(StatusCode::OK, body);
        })
        .await;
    }
    let asked = site.clio.token_requests();
    assert!(
        asked
            .iter()
            .all(|request| request.header("accept-encoding").is_none()),
        "nobody asks for it"
    );
    let exploding = bent(&site, "clio_unavailable", |script| {
        script.answer_with(StatusCode::OK, bomb());
        script.answer.set_header("content-encoding", "gzip");
    });
    within(IN_TIME, "a bomb", exploding).await;
    accepted(&site, "the same answer as it is", |script| {
        let body = good(script);
        script.answer_with(StatusCode::OK, body);
    })
    .await;
    accepted(&site, "packed in no way", |script| {
        script.answer.set_header("content-encoding", "identity");
    })
    .await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_packed_key_set_nobody_asked_for_is_an_outage_that_heals(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let set = site.clio.jwks().to_string().into_bytes();
    let mut bodies: Vec<(&str, Vec<u8>)> = PACKED
        .iter()
        .map(|(name, pack)| (*name, pack(&set)))
        .collect();
    bodies.push(("gzip", bomb()));
    for (name, body) in bodies {
        site.clio.every_jwks(move |answer: &mut Answer| {
            answer.replace(StatusCode::OK, body.clone());
            answer.set_header("content-encoding", name);
        });
        let (browser, callback) = Browser::back_from_clio(&site, "stranger").await;
        let refusing = refused_alone(&site, &browser, &callback, "clio_unavailable");
        let refusal = within(IN_TIME, name, refusing).await;
        assert_eq!(refusal.reason, "keys_malformed", "{name}");
        site.advance(std::time::Duration::from_secs(2));
    }
    site.clio.every_jwks(move |answer: &mut Answer| {
        answer.replace(StatusCode::OK, set.clone());
    });
    site.honest_sign_in_works().await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_token_response_is_json_by_its_type_or_an_outage(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    for kind in [
        "application/json",
        "application/json;charset=UTF-8",
        "application/json ; charset=utf-8",
        "APPLICATION/JSON",
    ] {
        accepted(&site, kind, move |script| {
            script.answer.set_header("content-type", kind);
        })
        .await;
    }
    for kind in [
        "text/html",
        "text/plain",
        "text/json",
        "application/jwt",
        "application/xml",
        "application/problem+json",
        "application/x-www-form-urlencoded",
        "application/octet-stream",
        "multipart/form-data; boundary=x",
        "x",
        "é",
    ] {
        bent(&site, "clio_unavailable", move |script| {
            script.answer.set_header("content-type", kind);
        })
        .await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_key_set_is_judged_by_what_it_holds_whatever_its_type_says(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    for kind in [
        "application/jwk-set+json",
        "application/json",
        "text/plain; charset=utf-16",
        "text/html",
        "image/png",
        "x",
    ] {
        site.clio.every_jwks(move |answer: &mut Answer| {
            answer.set_header("content-type", kind);
        });
        site.advance(std::time::Duration::from_hours(25));
        site.honest_sign_in_works().await;
        // And one that is none by what it holds, whatever its type says.
        site.clio.every_jwks(move |answer: &mut Answer| {
            answer.replace(StatusCode::OK, json!({"keys": "none"}).to_string());
            answer.set_header("content-type", kind);
        });
        site.advance(std::time::Duration::from_hours(25));
        bent(&site, "clio_unavailable", |_| ()).await;
        site.advance(std::time::Duration::from_secs(2));
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn cookies_of_clios_endpoints_are_neither_kept_nor_handed_on(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    for _ in 0..2 {
        site.clio.next_jwks(|answer| {
            answer.set_header("set-cookie", "vestibule=keys; Path=/");
        });
        site.clio.next_token(|script| {
            let cookie = "vestibule=token; Path=/; HttpOnly";
            script.answer.set_header("set-cookie", cookie);
        });
        let browser = Browser::new(&site);
        let reply = browser.sign_in(&site, "dana").await;
        let handed_on = reply.headers.get_all("set-cookie").iter();
        for line in handed_on.map(|line| line.to_str().unwrap()) {
            let ours = !line.contains("=token") && !line.contains("=keys");
            assert!(ours, "{line}");
        }
    }
    for request in site.clio.token_requests() {
        assert_eq!(request.header("cookie"), None);
    }
}
