//! ID tokens: one meaning for every reader, and no login without every judged claim.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};
use vestibule::{
    clio::{
        id_token::{Unverified, login},
        json::parse_object,
    },
    domain::{id_token::Expected, login::Login},
};

/// What the claims are held against.
pub const EXPECTED: Expected<'static> = Expected {
    issuer: "https://clio.test/",
    client_id: "key",
    nonce: Some("nonce"),
    access_token_hash: "77QmUPtjPfzWtF2AnpK9RQ",
    now: 1_800_000_000,
};

/// The claims that make a login; `sub` may be another.
pub fn good() -> Map<String, Value> {
    let claims = json!({
        "iss": EXPECTED.issuer, "sub": "person-1", "aud": EXPECTED.client_id,
        "exp": EXPECTED.now + 3600, "iat": EXPECTED.now, "nonce": EXPECTED.nonce, "sid": "sid",
    });
    claims.as_object().unwrap().clone()
}

/// Holds for any payload, header or token.
pub fn holds(bytes: &[u8]) {
    read_strictly(bytes);
    if let Ok(login) = login(bytes, &EXPECTED) {
        believed_for_good_reason(bytes, &login);
    }
    read_as_header(bytes);
    if let Ok(text) = std::str::from_utf8(bytes)
        && Unverified::parse(text).is_ok()
    {
        assert_eq!(text.split('.').count(), 3, "{text:?}");
    }
}

fn object(bytes: &[u8]) -> Option<Map<String, Value>> {
    serde_json::from_slice(bytes).ok()
}

/// Members that stand once are read as everybody reads them.
fn read_strictly(bytes: &[u8]) {
    let strict = parse_object(bytes);
    let lenient = object(bytes);
    if let Some(members) = &strict {
        assert_eq!(Some(members), lenient.as_ref(), "another meaning");
    }
    let Some(members) = lenient else {
        return;
    };
    let written = serde_json::to_vec(&members).unwrap();
    assert_eq!(parse_object(&written).as_ref(), object(&written).as_ref());
    // Twice is once too often, also with the same value.
    if let Some((name, value)) = members.iter().next() {
        let member = format!("{}:{value}", json!(name));
        let twice = format!("{{{member},\"a b\":0,{member}}}");
        assert!(object(twice.as_bytes()).is_some() && parse_object(twice.as_bytes()).is_none());
    }
    nobody_is_kept_out(members);
}

/// Whatever a payload says besides, the judged claims alone decide.
fn nobody_is_kept_out(mut members: Map<String, Value>) {
    for judged in ["azp", "nbf", "at_hash", "events"] {
        members.remove(judged);
    }
    members.extend(good());
    let payload = serde_json::to_vec(&members).unwrap();
    let Ok(login) = login(&payload, &EXPECTED) else {
        panic!("kept out by {members:?}");
    };
    believed_for_good_reason(&payload, &login);
    for needed in good().keys() {
        let mut without = members.clone();
        without.remove(needed);
        refused(&without);
    }
    members.insert("events".to_owned(), Value::Null);
    refused(&members);
}

fn refused(members: &Map<String, Value>) {
    let payload = serde_json::to_vec(members).unwrap();
    assert!(login(&payload, &EXPECTED).is_err(), "{members:?}");
}

fn believed_for_good_reason(payload: &[u8], login: &Login) {
    let claims = Value::Object(object(payload).unwrap());
    assert_eq!(claims["iss"], EXPECTED.issuer);
    assert_eq!(login.issuer, EXPECTED.issuer);
    assert_eq!(claims["sub"], login.subject);
    assert!((1..=255).contains(&login.subject.len()));
    assert!(login.subject.bytes().all(|b| (0x20..0x7f).contains(&b)));
    match &claims["aud"] {
        Value::Array(all) => assert!(!all.is_empty() && all.iter().all(|a| a == "key")),
        one => assert_eq!(one, "key"),
    }
    assert!(claims.get("azp").is_none_or(|azp| azp == "key"));
    assert_eq!(claims["nonce"], "nonce");
    assert!(claims["sid"].as_str().is_some_and(|sid| !sid.is_empty()));
    let hash = claims.get("at_hash");
    assert!(hash.is_none_or(|hash| hash == EXPECTED.access_token_hash));
    assert!(claims.get("events").is_none());
    #[expect(clippy::cast_precision_loss, reason = "to a second is exact enough")]
    let now = EXPECTED.now as f64;
    let time = |name: &str| claims[name].as_f64().unwrap();
    assert!(time("exp") > now - 60.0 && time("exp") - time("iat") < 31.0 * 86_400.0 + 1.0);
    assert!((now - 661.0..now + 61.0).contains(&time("iat")));
    assert!(claims.get("nbf").is_none() || time("nbf") < now + 61.0);
    if let Some(email) = &login.email {
        assert_eq!(claims["email"], email.as_str());
    }
    for name in [&login.first_name, &login.last_name] {
        assert!(name.as_str().chars().count() <= 100);
        assert!(!name.as_str().chars().any(char::is_control));
    }
}

/// Bytes as the header of a token: only RS256 goes on.
fn read_as_header(bytes: &[u8]) {
    let token = format!("{}.e30.", BASE64_URL_SAFE_NO_PAD.encode(bytes));
    let Ok(unverified) = Unverified::parse(&token) else {
        return;
    };
    let header = Value::Object(object(bytes).unwrap());
    assert_eq!(header["alg"], "RS256");
    assert!(header.get("crit").is_none());
    let typ = header.get("typ").map(|typ| typ.as_str().unwrap());
    assert!(typ.is_none_or(|typ| typ.to_lowercase() == "jwt"));
    let key_id = header.get("kid").map(|kid| kid.as_str().unwrap());
    assert_eq!(unverified.key_id(), key_id);
}
