//! Reading an ID token: shape, algorithm, signature, and then the rules of the domain.
//!
//! `openidconnect`'s own verifier isn't used here: it parses all standard claims strictly, so that
//! one malformed optional claim would keep out a person already linked, it knows no leeway, and it
//! leaves out the rules named in [`crate::domain::id_token`].

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::{
    json::parse_object,
    keys::{Key, KeyError},
};
use crate::domain::{
    email::Email,
    id_token::{Claims, Expected, Fault, check},
    login::Login,
    name::Name,
};

/// The largest ID token, in bytes.
const MAX_TOKEN: usize = 16 * 1024;

/// Why an ID token isn't believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenFault {
    /// Beyond 16 KiB.
    #[error("token_too_large")]
    TooLarge,
    /// Not three parts of base64url with JSON objects in them, or required claims are missing.
    #[error("token_malformed")]
    Malformed,
    /// Not RS256, or not an ID token by its type.
    #[error("token_algorithm")]
    Algorithm,
    /// No key of Clio's has this id.
    #[error("unknown_key")]
    UnknownKey,
    /// The signature isn't by that key.
    #[error("token_signature")]
    Signature,
    /// A rule about the claims is broken.
    #[error("token_{0}")]
    Claims(Fault),
    /// Clio's keys can't be had.
    #[error(transparent)]
    Keys(KeyError),
}

/// A token whose shape and header are acceptable; its claims aren't believed yet.
pub struct Unverified<'a> {
    key_id: Option<String>,
    signing_input: &'a str,
    payload: Vec<u8>,
    signature: Vec<u8>,
}

impl<'a> Unverified<'a> {
    /// Takes a token in compact form (RFC 7515, section 3.1) apart.
    ///
    /// # Errors
    /// [`TokenFault`] for what is too large, has another shape, or a header that isn't acceptable.
    pub fn parse(token: &'a str) -> Result<Self, TokenFault> {
        if token.len() > MAX_TOKEN {
            return Err(TokenFault::TooLarge);
        }
        let (signing_input, signature) = token.rsplit_once('.').ok_or(TokenFault::Malformed)?;
        let (header, payload) = signing_input.split_once('.').ok_or(TokenFault::Malformed)?;
        let decode = |part: &str| {
            BASE64_URL_SAFE_NO_PAD
                .decode(part)
                .map_err(|_| TokenFault::Malformed)
        };
        let header = parse_object(&decode(header)?).ok_or(TokenFault::Malformed)?;
        let key_id = key_id(&header)?;
        Ok(Self {
            key_id,
            signing_input,
            payload: decode(payload)?,
            signature: decode(signature)?,
        })
    }

    /// The id of the key that is to have signed it, if the header names one.
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// Checks signature and claims, and gives the login.
    pub(super) fn verify(self, key: &Key, expected: &Expected<'_>) -> Result<Login, TokenFault> {
        if !key.verifies(self.signing_input.as_bytes(), &self.signature) {
            return Err(TokenFault::Signature);
        }
        login(&self.payload, expected)
    }
}

/// Reads a payload whose signature is good, checks its claims, and gives the login.
///
/// # Errors
/// [`TokenFault::Malformed`] when it isn't one JSON object with the claims that are judged, and
/// [`TokenFault::Claims`] when one of them breaks a rule.
pub fn login(payload: &[u8], expected: &Expected<'_>) -> Result<Login, TokenFault> {
    let members = parse_object(payload).ok_or(TokenFault::Malformed)?;
    let claims = claims(&members).ok_or(TokenFault::Malformed)?;
    check(&claims, expected).map_err(TokenFault::Claims)?;
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    Ok(Login {
        issuer: claims.issuer,
        subject: claims.subject,
        email: text("email").and_then(|email| Email::parse(email).ok()),
        first_name: Name::from_provider(text("first_name").unwrap_or_default()),
        last_name: Name::from_provider(text("last_name").unwrap_or_default()),
        authenticated_at: members.get("auth_time").and_then(seconds),
    })
}

/// The `at_hash` that goes with an access token (OpenID Connect Core 1.0, section 3.1.3.6).
pub(super) fn access_token_hash(access_token: &str) -> String {
    let digest: [u8; 32] = Sha256::digest(access_token.as_bytes()).into();
    let (left, _) = digest.split_at(16);
    BASE64_URL_SAFE_NO_PAD.encode(left)
}

/// Judges the header: RS256 only, no extensions that must be understood (RFC 7515, section
/// 4.1.11), and no type but that of an ordinary token (RFC 8725, section 3.11).
fn key_id(header: &Map<String, Value>) -> Result<Option<String>, TokenFault> {
    let algorithm = header.get("alg").and_then(Value::as_str);
    let ordinary = match header.get("typ") {
        None => true,
        Some(Value::String(kind)) => kind.eq_ignore_ascii_case("JWT"),
        Some(_) => false,
    };
    if algorithm != Some("RS256") || !ordinary || header.contains_key("crit") {
        return Err(TokenFault::Algorithm);
    }
    match header.get("kid") {
        None => Ok(None),
        Some(Value::String(id)) => Ok(Some(id.clone())),
        Some(_) => Err(TokenFault::Malformed),
    }
}

/// Reads the claims that are judged; `None` when one of them is missing or of the wrong type.
fn claims(members: &Map<String, Value>) -> Option<Claims> {
    let text = |name: &str| match members.get(name) {
        None => Some(None),
        Some(Value::String(text)) => Some(Some(text.clone())),
        Some(_) => None,
    };
    let time = |name: &str| match members.get(name) {
        None => Some(None),
        Some(value) => seconds(value).map(Some),
    };
    Some(Claims {
        issuer: text("iss")??,
        subject: text("sub")??,
        audience: audience(members.get("aud")?)?,
        authorized_party: text("azp")?,
        expires: time("exp")??,
        issued: time("iat")??,
        not_before: time("nbf")?,
        nonce: text("nonce")?,
        access_token_hash: text("at_hash")?,
        session: text("sid")?,
        has_events: members.contains_key("events"),
    })
}

fn audience(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::String(one) => Some(vec![one.clone()]),
        Value::Array(many) if many.len() <= 16 => many
            .iter()
            .map(|item| item.as_str().map(str::to_owned))
            .collect(),
        _ => None,
    }
}

/// A `NumericDate` (RFC 7519, section 2), which may have a fraction.
fn seconds(value: &Value) -> Option<i64> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the fraction is meant to go, and a float beyond the range becomes its end"
    )]
    let from_float = |float: f64| float.floor() as i64;
    value
        .as_i64()
        .or_else(|| value.as_u64().map(|_| i64::MAX))
        .or_else(|| value.as_f64().map(from_float))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn token(header: &Value) -> String {
        let encode = |value: &str| BASE64_URL_SAFE_NO_PAD.encode(value);
        format!(
            "{}.{}.{}",
            encode(&header.to_string()),
            encode("{}"),
            encode("x")
        )
    }

    fn fault(text: &str) -> Option<TokenFault> {
        Unverified::parse(text).err()
    }

    #[test]
    fn only_rs256_tokens_of_the_ordinary_type_are_considered() {
        assert_eq!(
            fault(&token(&json!({"alg": "RS256", "kid": "k", "typ": "JWT"}))),
            None
        );
        assert_eq!(fault(&token(&json!({"alg": "RS256"}))), None);
        for header in [
            json!({"alg": "none"}),
            json!({"alg": "HS256"}),
            json!({"alg": "rs256"}),
            json!({"alg": ["RS256"]}),
            json!({}),
            json!({"alg": "RS256", "typ": "logout+jwt"}),
            json!({"alg": "RS256", "crit": ["b64"]}),
        ] {
            assert_eq!(
                fault(&token(&header)),
                Some(TokenFault::Algorithm),
                "{header}"
            );
        }
    }

    #[test]
    fn what_is_not_a_token_is_refused() {
        let odd_id = token(&json!({"alg": "RS256", "kid": 7}));
        for text in ["", ".", "..", "a.b", "a.b.c", "!!.e30.e30", odd_id.as_str()] {
            assert_eq!(fault(text), Some(TokenFault::Malformed), "{text}");
        }
        assert_eq!(
            fault(&"a".repeat(MAX_TOKEN + 1)),
            Some(TokenFault::TooLarge)
        );
    }

    #[test]
    fn times_with_fractions_and_beyond_all_range_are_read() {
        assert_eq!(seconds(&json!(12.9)), Some(12));
        assert_eq!(seconds(&json!(u64::MAX)), Some(i64::MAX));
        assert_eq!(seconds(&json!(1e300)), Some(i64::MAX));
        assert_eq!(seconds(&json!("12")), None);
    }

    #[test]
    fn judged_claims_of_the_wrong_type_are_not_taken_for_absent() {
        let good = json!({"iss": "i", "sub": "s", "aud": "a", "exp": 1, "iat": 1});
        let read = |name: &str, value: Value| {
            let mut members = good.clone();
            members[name] = value;
            claims(members.as_object().unwrap())
        };
        assert!(claims(good.as_object().unwrap()).is_some());
        for name in [
            "iss", "sub", "aud", "azp", "exp", "iat", "nbf", "nonce", "at_hash", "sid",
        ] {
            assert!(read(name, json!({})).is_none(), "{name}");
            assert!(read(name, json!(null)).is_none(), "{name}");
        }
    }

    #[test]
    fn the_hash_of_an_access_token_is_its_left_half() {
        // The example of OpenID Connect Core 1.0, appendix A.3.
        assert_eq!(
            access_token_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"),
            "77QmUPtjPfzWtF2AnpK9RQ"
        );
    }
}
