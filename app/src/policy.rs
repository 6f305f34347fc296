//! What a page allows itself, as a `Content-Security-Policy`.
//!
//! A page without an island runs no script at all, and its policy says so. Only the component that
//! loads the islands widens the policy of its own answer, so the two can't drift apart.

use http::{HeaderValue, header::CONTENT_SECURITY_POLICY};
use leptos::{nonce::Nonce, prelude::use_context};
use leptos_axum::ResponseOptions;

/// The policy of a page that runs no script.
pub const STILL_PAGE: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Allows the page that is being made nothing but its stylesheet, its drawings and its forms.
pub fn still() {
    set(HeaderValue::from_static(STILL_PAGE));
}

/// Allows the page that is being made its islands, too: the one script that carries the nonce, what
/// that script imports, and calls to this site.
pub fn with_islands(nonce: &Nonce) {
    let policy =
        format!("{STILL_PAGE}; script-src 'nonce-{nonce}' 'wasm-unsafe-eval'; connect-src 'self'");
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        set(policy);
    }
}

fn set(policy: HeaderValue) {
    if let Some(options) = use_context::<ResponseOptions>() {
        options.insert_header(CONTENT_SECURITY_POLICY, policy);
    }
}
