//! OAuth errors, worded as Hydra words them (RFC 6749 §4.1.2.1 and §5.2, OpenID Connect Core §3.1.2.6).

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, PRAGMA};
use axum::response::{IntoResponse, Response};
use serde_json::json;

const MALFORMED: &str = "The request is missing a required parameter, includes an invalid parameter value, includes a parameter more than once, or is otherwise malformed.";
const CLIENT: &str = "Client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method).";
const GRANT: &str = "The provided authorization grant (e.g., authorization code, resource owner credentials) or refresh token is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.";

/// One error, as it goes to the redirect URI, into a token answer or onto the error page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProtocolError {
    pub(crate) status: StatusCode,
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) hint: Option<String>,
}

impl ProtocolError {
    fn new(status: StatusCode, name: &'static str, description: &'static str) -> Self {
        Self {
            status,
            name,
            description,
            hint: None,
        }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

pub(crate) fn invalid_request() -> ProtocolError {
    ProtocolError::new(StatusCode::BAD_REQUEST, "invalid_request", MALFORMED)
}

pub(crate) fn invalid_client() -> ProtocolError {
    ProtocolError::new(StatusCode::UNAUTHORIZED, "invalid_client", CLIENT)
}

pub(crate) fn invalid_grant() -> ProtocolError {
    ProtocolError::new(StatusCode::BAD_REQUEST, "invalid_grant", GRANT)
}

pub(crate) fn unsupported_grant_type() -> ProtocolError {
    ProtocolError::new(
        StatusCode::BAD_REQUEST,
        "unsupported_grant_type",
        "The authorization grant type is not supported by the authorization server.",
    )
}

pub(crate) fn unsupported_response_type() -> ProtocolError {
    ProtocolError::new(
        StatusCode::BAD_REQUEST,
        "unsupported_response_type",
        "The authorization server does not support obtaining a token using this method.",
    )
}

pub(crate) fn invalid_scope() -> ProtocolError {
    ProtocolError::new(
        StatusCode::BAD_REQUEST,
        "invalid_scope",
        "The requested scope is invalid, unknown, or malformed.",
    )
}

pub(crate) fn invalid_state() -> ProtocolError {
    ProtocolError::new(
        StatusCode::BAD_REQUEST,
        "invalid_state",
        "The state is missing or does not have enough characters and is therefore considered too weak.",
    )
    .hint("Request parameter 'state' must be at least be 8 characters long to ensure sufficient entropy.")
}

pub(crate) fn insufficient_entropy() -> ProtocolError {
    ProtocolError::new(
        StatusCode::FORBIDDEN,
        "insufficient_entropy",
        "The request used a security parameter (e.g., anti-replay, anti-csrf) with insufficient entropy.",
    )
    .hint("Parameter 'nonce' is set but does not satisfy the minimum entropy of 8 characters.")
}

pub(crate) fn consent_required() -> ProtocolError {
    ProtocolError::new(
        StatusCode::BAD_REQUEST,
        "consent_required",
        "The Authorization Server requires End-User consent.",
    )
}

pub(crate) fn access_denied() -> ProtocolError {
    ProtocolError::new(
        StatusCode::FORBIDDEN,
        "access_denied",
        "The resource owner denied the request",
    )
}

/// Not of OAuth but of Clio's guide to single sign-on.
pub(crate) fn invalid_credentials() -> ProtocolError {
    ProtocolError::new(
        StatusCode::UNAUTHORIZED,
        "invalid_credentials",
        "Your email/password is invalid.",
    )
}

pub(crate) fn server_error() -> ProtocolError {
    ProtocolError::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "server_error",
        "The authorization server encountered an unexpected condition that prevented it from fulfilling the request.",
    )
}

pub(crate) fn temporarily_unavailable() -> ProtocolError {
    ProtocolError::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "temporarily_unavailable",
        "The authorization server is currently unable to handle the request due to a temporary overloading or maintenance of the server.",
    )
}

impl IntoResponse for ProtocolError {
    /// The JSON of the token endpoint.
    fn into_response(self) -> Response {
        let mut body = json!({
            "error": self.name,
            "error_description": self.description,
            "status_code": self.status.as_u16(),
        });
        if let Some(hint) = self.hint {
            body["error_hint"] = hint.into();
        }
        let uncached = [(CACHE_CONTROL, "no-store"), (PRAGMA, "no-cache")];
        (self.status, uncached, Json(body)).into_response()
    }
}
