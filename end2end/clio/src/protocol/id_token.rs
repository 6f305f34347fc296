//! The ID token (OpenID Connect Core §2), with the claims of Clio's guide and those that Hydra adds.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;

use super::keys::{KeyError, Keys};
use crate::login::Grant;
use crate::random;
use crate::script::{Signing, TokenScript};

/// An ID token lives one hour.
const LIFE_SECONDS: i64 = 3600;

/// The header of an honest token.
pub(crate) fn header(keys: &Keys) -> Map<String, Value> {
    members([
        ("alg", json!("RS256")),
        ("kid", json!(keys.current_id())),
        ("typ", json!("JWT")),
    ])
}

/// The claims of an honest token.
pub(crate) fn claims(
    issuer: &str,
    client_id: &str,
    grant: &Grant,
    access_token: &str,
    now: OffsetDateTime,
) -> Map<String, Value> {
    let now = now.unix_timestamp();
    let mut claims = members([
        ("iss", json!(issuer)),
        ("sub", json!(grant.person.subject)),
        ("aud", json!([client_id])),
        ("exp", json!(now + LIFE_SECONDS)),
        ("iat", json!(now)),
        ("rat", json!(grant.request.requested_at.unix_timestamp())),
        ("auth_time", json!(grant.auth_time.unix_timestamp())),
        ("jti", json!(random::uuid())),
        ("at_hash", json!(at_hash(access_token))),
        ("sid", json!(grant.sid)),
    ]);
    let optional = [
        ("nonce", &grant.request.nonce),
        ("email", &grant.person.email),
        ("first_name", &grant.person.first_name),
        ("last_name", &grant.person.last_name),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            claims.insert(name.to_owned(), json!(value));
        }
    }
    claims
}

/// The compact form, signed as the script says.
pub(crate) fn sign(script: &TokenScript, keys: &Keys) -> Result<String, KeyError> {
    let payload = payload(script);
    let header = Value::Object(script.header.clone()).to_string();
    let message = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header),
        URL_SAFE_NO_PAD.encode(payload)
    );
    let bytes = message.as_bytes();
    let signature = match script.signing {
        Signing::CurrentKey => keys.sign(bytes)?,
        Signing::AnotherKey => keys.sign_with_stranger(bytes)?,
        Signing::Corrupted => {
            let mut signature = keys.sign(bytes)?;
            signature.iter_mut().take(1).for_each(|byte| *byte ^= 1);
            signature
        }
        Signing::Nothing => Vec::new(),
        Signing::Hs256WithPublicKey => keys.sign_with_public_key(bytes),
    };
    Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

fn payload(script: &TokenScript) -> Vec<u8> {
    if let Some(raw) = &script.raw_payload {
        return raw.clone();
    }
    let mut payload = Value::Object(script.claims.clone()).to_string();
    for (name, value) in &script.doubled_claims {
        payload.pop();
        let separator = if payload.ends_with('{') { "" } else { "," };
        let member = format!("{separator}{}:{value}}}", json!(name));
        payload.push_str(&member);
    }
    payload.into_bytes()
}

/// The left half of the access token's hash (OpenID Connect Core §3.1.3.6).
fn at_hash(access_token: &str) -> String {
    let hash = Sha256::digest(access_token);
    let (left, _) = hash.split_at(hash.len() / 2);
    URL_SAFE_NO_PAD.encode(left)
}

fn members<const N: usize>(members: [(&str, Value); N]) -> Map<String, Value> {
    members
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}
