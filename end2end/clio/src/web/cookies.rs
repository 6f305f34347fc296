//! The login cookie of a browser.

use axum::http::HeaderMap;
use axum::http::header::COOKIE;

/// Distinct from the product's cookies: browsers share cookies between the ports of a host.
const NAME: &str = "simulated_clio_login";

/// The value of the login cookie, if the browser sent one.
pub(crate) fn login(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == NAME)
        .map(|(_, value)| value)
}

/// The `Set-Cookie` value: for the browser's session, or for `kept_for`.
pub(crate) fn set_login(value: &str, kept_for: Option<time::Duration>) -> String {
    let max_age = kept_for.map_or_else(String::new, |life| {
        format!("; Max-Age={}", life.whole_seconds())
    });
    format!("{NAME}={value}; Path=/; HttpOnly; SameSite=Lax{max_age}")
}
