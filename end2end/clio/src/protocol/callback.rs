//! The URL that a browser is sent back to.

use form_urlencoded::Serializer;

use super::error::ProtocolError;

/// The redirect URI with a code.
pub(crate) fn with_code(redirect_uri: &str, code: &str, state: &str) -> String {
    with_query(
        redirect_uri,
        &[("code", code), ("scope", "openid"), ("state", state)],
    )
}

/// The redirect URI with an error, and the state if the request had one.
pub(crate) fn with_error(redirect_uri: &str, error: &ProtocolError, state: Option<&str>) -> String {
    let mut query = vec![
        ("error", error.name),
        ("error_description", error.description),
    ];
    if let Some(hint) = &error.hint {
        query.push(("error_hint", hint));
    }
    if let Some(state) = state {
        query.push(("state", state));
    }
    with_query(redirect_uri, &query)
}

/// Adds to the query that the redirect URI may have (RFC 6749 §3.1.2).
fn with_query(redirect_uri: &str, query: &[(&str, &str)]) -> String {
    let separator = if redirect_uri.contains('?') { '&' } else { '?' };
    let query = Serializer::new(String::new()).extend_pairs(query).finish();
    format!("{redirect_uri}{separator}{query}")
}
