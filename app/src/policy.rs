//! What a page allows itself, as a `Content-Security-Policy`.
//!
//! A page without an island runs no script at all, and its policy says so. Only the component that
//! needs more widens the policy of its own answer, so the two can't drift apart: the one that loads
//! the islands, and the one whose form leads away from this site.

use http::{HeaderValue, header::CONTENT_SECURITY_POLICY};
use leptos::{nonce::Nonce, prelude::use_context};
use leptos_axum::ResponseOptions;

/// The policy of a page that runs no script.
pub const STILL_PAGE: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Allows the page that is being made nothing but its stylesheet, its drawings and its forms.
pub fn still() {
    set(STILL_PAGE);
}

/// Allows the page that is being made its islands, too: the one script that carries the nonce, what
/// that script imports, and calls to this site.
pub fn with_islands(nonce: &Nonce) {
    widen(|policy| {
        format!("{policy}; script-src 'nonce-{nonce}' 'wasm-unsafe-eval'; connect-src 'self'")
    });
}

/// Allows the forms of the page that is being made to end at Clio, too.
///
/// Chromium holds every redirect after a form against the policy of the form's page. Clio stands
/// next in that chain, and after it whatever sign-in a firm has put before Clio, at an address that
/// nobody here knows: so any address with https, and Clio's own origin, which has none in a
/// demonstration. The form itself is still sent to this site, because the page says so.
pub fn with_forms_to_clio(clio_origin: &str) {
    if is_origin(clio_origin) {
        widen(|policy| {
            policy.replace(
                "form-action 'self'",
                &format!("form-action 'self' https: {clio_origin}"),
            )
        });
    }
}

/// Whether this is one word of a policy, and can't begin another.
fn is_origin(text: &str) -> bool {
    text.split_once("://").is_some_and(|(scheme, host)| {
        ["http", "https"].contains(&scheme)
            && !host.is_empty()
            && host
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte))
    })
}

fn set(policy: &str) {
    if let (Some(options), Ok(policy)) = (
        use_context::<ResponseOptions>(),
        HeaderValue::from_str(policy),
    ) {
        options.insert_header(CONTENT_SECURITY_POLICY, policy);
    }
}

/// Changes what the page has allowed itself so far.
fn widen(change: impl FnOnce(&str) -> String) {
    let Some(options) = use_context::<ResponseOptions>() else {
        return;
    };
    // Held no longer than this: setting the header takes the same lock.
    let widened = options.0.read().ok().and_then(|parts| {
        let policy = parts.headers.get(CONTENT_SECURITY_POLICY)?;
        policy.to_str().ok().map(change)
    });
    if let Some(policy) = widened {
        set(&policy);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_origin_becomes_part_of_a_policy() {
        for origin in [
            "https://account.clio.com",
            "http://127.0.0.1:3001",
            "http://[::1]:3001",
        ] {
            assert!(is_origin(origin), "{origin}");
        }
        for odd in [
            "",
            "https://",
            "account.clio.com",
            "data://x",
            "https://a; script-src *",
            "https://a/b",
            "https://*",
            "https://é",
        ] {
            assert!(!is_origin(odd), "{odd:?}");
        }
    }
}
