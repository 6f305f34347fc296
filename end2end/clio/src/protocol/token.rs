//! The token request (RFC 6749 §4.1.3, RFC 7636 §4.5), as strict as Hydra, and the answer to a good one.

use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::error::{self, ProtocolError};
use super::id_token;
use super::keys::KeyError;
use super::parameters::Parameters;
use crate::login::Grant;
use crate::provider::Provider;
use crate::random;
use crate::script::IdTokenMember;
use crate::script::TokenScript;

const BASIC_REFUSED: &str = "The OAuth 2.0 Client supports client authentication method 'client_secret_post', but method 'client_secret_basic' was requested.";

/// The verifier's bounds (RFC 7636 §4.1).
const VERIFIER_LENGTHS: std::ops::RangeInclusive<usize> = 43..=128;

/// Checks a token request and takes the grant behind its code. A refused request leaves the code as it was.
pub(crate) fn redeem(
    provider: &Provider,
    headers: &HeaderMap,
    fields: &Parameters,
) -> Result<Grant, ProtocolError> {
    check_form(headers, fields)?;
    authenticate(provider, headers, fields)?;
    match fields.get("grant_type") {
        Some("authorization_code") => {}
        Some(_) => return Err(error::unsupported_grant_type()),
        None => {
            return Err(error::invalid_request().hint("Request parameter 'grant_type' is missing."));
        }
    }
    let code = fields.get("code").unwrap_or_default();
    provider
        .take_grant(code, |grant| check_grant(grant, fields))
        .unwrap_or_else(|| Err(error::invalid_grant()))
}

fn check_form(headers: &HeaderMap, fields: &Parameters) -> Result<(), ProtocolError> {
    let content_type = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    let essence = content_type
        .and_then(|value| value.split(|byte| *byte == b';').next())
        .map(<[u8]>::trim_ascii);
    if !essence.is_some_and(|own| own.eq_ignore_ascii_case(b"application/x-www-form-urlencoded")) {
        return Err(error::invalid_request()
            .hint("The content type must be 'application/x-www-form-urlencoded'."));
    }
    match fields.doubled() {
        Some(name) => {
            let hint = format!("The '{name}' parameter is included more than once.");
            Err(error::invalid_request().hint(hint))
        }
        None => Ok(()),
    }
}

/// `client_secret_post` only: Clio's guide puts key and secret into the body.
fn authenticate(
    provider: &Provider,
    headers: &HeaderMap,
    fields: &Parameters,
) -> Result<(), ProtocolError> {
    if headers.contains_key(AUTHORIZATION) {
        return Err(error::invalid_client().hint(BASIC_REFUSED));
    }
    let is_ours = fields.get("client_id") == Some(provider.client.id.as_str())
        && fields.get("client_secret") == Some(provider.client.secret.as_str());
    is_ours.then_some(()).ok_or_else(error::invalid_client)
}

fn check_grant(grant: &Grant, fields: &Parameters) -> Result<(), ProtocolError> {
    if fields.get("redirect_uri") != Some(grant.request.redirect_uri.as_str()) {
        return Err(error::invalid_grant()
            .hint("The 'redirect_uri' from this request does not match the one from the authorize request."));
    }
    let verifier = fields.get("code_verifier");
    match (&grant.request.code_challenge, verifier) {
        (None, None) => Ok(()),
        (Some(challenge), Some(verifier)) if matches(challenge, verifier) => Ok(()),
        (Some(_) | None, _) => {
            Err(error::invalid_grant()
                .hint("The PKCE code challenge did not match the code verifier."))
        }
    }
}

fn matches(challenge: &str, verifier: &str) -> bool {
    let well_formed = VERIFIER_LENGTHS.contains(&verifier.len())
        && verifier
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte));
    well_formed && URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) == challenge
}

/// The honest answer for `grant`, bent by its outcome and by the scripts.
pub(crate) fn script(provider: &Provider, grant: &Grant) -> TokenScript {
    let access_token = format!("ory_at_{}", random::secret());
    let now = provider.clock.now();
    let claims = id_token::claims(
        &provider.issuer,
        &provider.client.id,
        grant,
        &access_token,
        now,
    );
    let header = id_token::header(&provider.keys);
    let mut script = TokenScript::new(header, claims, answer_members(access_token));
    grant.outcome.edit(&mut script);
    provider.token_edits.apply(&mut script);
    script
}

/// The honest body of a scripted answer.
pub(crate) fn body(provider: &Provider, script: &TokenScript) -> Result<Vec<u8>, KeyError> {
    let mut members = script.members.clone();
    let id_token = match &script.id_token {
        IdTokenMember::Signed => Some(Value::String(id_token::sign(script, &provider.keys)?)),
        IdTokenMember::Omitted => None,
        IdTokenMember::Instead(value) => Some(value.clone()),
    };
    if let Some(id_token) = id_token {
        members.insert("id_token".to_owned(), id_token);
    }
    Ok(Value::Object(members).to_string().into_bytes())
}

fn answer_members(access_token: String) -> Map<String, Value> {
    let mut members = Map::new();
    members.insert("access_token".to_owned(), access_token.into());
    members.insert("expires_in".to_owned(), json!(3600));
    members.insert(
        "refresh_token".to_owned(),
        format!("ory_rt_{}", random::secret()).into(),
    );
    members.insert("scope".to_owned(), json!("openid"));
    members.insert("token_type".to_owned(), json!("bearer"));
    members
}
