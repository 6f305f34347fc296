//! The authorization request: which ones are good, and where a bad one is answered.

use time::OffsetDateTime;

use super::callback;
use super::error::{self, ProtocolError};
use super::parameters::Parameters;
use crate::provider::Provider;

/// Hydra refuses a state or nonce with fewer characters.
const MINIMUM_ENTROPY: usize = 8;

/// The length of a SHA-256 hash in base64url without padding (RFC 7636 §4.2).
const CHALLENGE_LENGTH: usize = 43;

/// A good authorization request.
#[derive(Clone, Debug)]
pub(crate) struct AuthorizationRequest {
    pub(crate) redirect_uri: String,
    pub(crate) state: String,
    pub(crate) nonce: Option<String>,
    pub(crate) code_challenge: Option<String>,
    pub(crate) requested_at: OffsetDateTime,
    /// The person types the password again, whoever is logged in.
    asks_for_login: bool,
    /// The person types the password again, if that was longer ago than this many seconds.
    max_age: Option<u32>,
}

/// Where a bad request is answered.
#[derive(Debug)]
pub(crate) enum Refused {
    /// On a page of ours: client or redirect URI can't be trusted (RFC 6749 §4.1.2.1).
    OnOurPage(ProtocolError),
    /// At the client, by sending the browser to this URL.
    AtTheClient(String),
}

impl AuthorizationRequest {
    /// Reads the parameters of a request; the checks are in Hydra's order.
    pub(crate) fn read(provider: &Provider, parameters: &Parameters) -> Result<Self, Refused> {
        let redirect_uri =
            trusted_redirect_uri(provider, parameters).map_err(Refused::OnOurPage)?;
        Self::check(parameters, redirect_uri, provider.clock.now()).map_err(|error| {
            let state = parameters.get("state");
            Refused::AtTheClient(callback::with_error(redirect_uri, &error, state))
        })
    }

    fn check(
        parameters: &Parameters,
        redirect_uri: &str,
        requested_at: OffsetDateTime,
    ) -> Result<Self, ProtocolError> {
        if let Some(name) = parameters.doubled() {
            let hint = format!("The '{name}' parameter is included more than once.");
            return Err(error::invalid_request().hint(hint));
        }
        if parameters.get("response_type") != Some("code") {
            return Err(error::unsupported_response_type());
        }
        if parameters
            .get("response_mode")
            .is_some_and(|mode| mode != "query")
        {
            return Err(error::invalid_request().hint("The only 'response_mode' is 'query'."));
        }
        let state = parameters
            .get("state")
            .filter(|state| is_long_enough(state));
        let state = state.ok_or_else(error::invalid_state)?;
        if parameters.get("scope") != Some("openid") {
            return Err(error::invalid_scope()
                .hint("The OAuth 2.0 Client is only allowed to request scope 'openid'."));
        }
        let nonce = parameters.get("nonce");
        if nonce.is_some_and(|nonce| !is_long_enough(nonce)) {
            return Err(error::insufficient_entropy());
        }
        let code_challenge = code_challenge(parameters)?;
        let max_age = parameters.get("max_age").map(str::parse).transpose();
        let max_age =
            max_age.map_err(|_| error::invalid_request().hint("'max_age' must be a number."))?;
        Ok(Self {
            redirect_uri: redirect_uri.to_owned(),
            state: state.to_owned(),
            nonce: nonce.map(str::to_owned),
            code_challenge: code_challenge.map(str::to_owned),
            requested_at,
            asks_for_login: asks_for_login(parameters)?,
            max_age,
        })
    }

    /// Whether a password typed at `auth_time` is too old for this request (OpenID Connect Core §3.1.2.1).
    pub(crate) fn wants_password_again(&self, auth_time: OffsetDateTime) -> bool {
        let age = (self.requested_at - auth_time).whole_seconds();
        self.asks_for_login || self.max_age.is_some_and(|max_age| age > i64::from(max_age))
    }

    /// Where the browser goes with `error`.
    pub(crate) fn callback_with_error(&self, error: &ProtocolError) -> String {
        callback::with_error(&self.redirect_uri, error, Some(&self.state))
    }
}

fn trusted_redirect_uri<'a>(
    provider: &Provider,
    parameters: &'a Parameters,
) -> Result<&'a str, ProtocolError> {
    for name in ["client_id", "redirect_uri"] {
        if parameters.is_doubled(name) {
            let hint = format!("The '{name}' parameter is included more than once.");
            return Err(error::invalid_request().hint(hint));
        }
    }
    if parameters.get("client_id") != Some(provider.client.id.as_str()) {
        return Err(error::invalid_client().hint("The requested OAuth 2.0 Client does not exist."));
    }
    let redirect_uri = parameters.get("redirect_uri").ok_or_else(|| {
        error::invalid_request()
            .hint("The 'redirect_uri' parameter is required when using OpenID Connect 1.0.")
    })?;
    if !provider.client.has_redirect_uri(redirect_uri) {
        return Err(error::invalid_request().hint("The 'redirect_uri' parameter does not match any of the OAuth 2.0 Client's pre-registered redirect urls."));
    }
    Ok(redirect_uri)
}

fn is_long_enough(value: &str) -> bool {
    value.chars().count() >= MINIMUM_ENTROPY
}

/// The S256 challenge; without a method it would be a plain one (RFC 7636 §4.3), which is refused.
fn code_challenge(parameters: &Parameters) -> Result<Option<&str>, ProtocolError> {
    let method = parameters.get("code_challenge_method");
    match (parameters.get("code_challenge"), method) {
        (None, None) => Ok(None),
        (None, Some(_)) => Err(error::invalid_request()
            .hint("'code_challenge_method' is set but 'code_challenge' is missing.")),
        (Some(challenge), Some("S256")) if is_hash(challenge) => Ok(Some(challenge)),
        (Some(_), Some("S256")) => Err(error::invalid_request()
            .hint("The 'code_challenge' is not a SHA-256 hash in base64url without padding.")),
        (Some(_), None | Some(_)) => Err(error::invalid_request()
            .hint("Clients must use code_challenge_method=S256, plain is not allowed.")),
    }
}

fn is_hash(challenge: &str) -> bool {
    challenge.len() == CHALLENGE_LENGTH
        && challenge
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

/// Reads `prompt`. Consent is asked for at every sign-in, so `none` can't be served.
fn asks_for_login(parameters: &Parameters) -> Result<bool, ProtocolError> {
    let prompts = parameters.get("prompt").unwrap_or_default();
    let mut asks_for_login = false;
    for prompt in prompts.split_ascii_whitespace() {
        match prompt {
            "login" | "select_account" => asks_for_login = true,
            "consent" => {}
            "none" => return Err(error::consent_required()),
            _ => {
                return Err(
                    error::invalid_request().hint("Used unknown value for the 'prompt' parameter.")
                );
            }
        }
    }
    Ok(asks_for_login)
}
