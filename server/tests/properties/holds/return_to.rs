//! `return_to`: what is taken leads to a page of ours by a browser's rules, and outside the flow.

use http::HeaderValue;
use url::Url;
use vestibule::domain::return_to::ReturnTo;

/// Pages of sites that might send the `Location`.
const PAGES: [&str; 3] = [
    "https://sign-in.firm.test/auth/clio/callback?code=a&state=b",
    "https://sign-in.firm.test:8443/sign-in",
    "http://127.0.0.1:3000/auth/local/password",
];

/// Holds for any `return_to`.
pub fn holds(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    match ReturnTo::parse(text) {
        Some(taken) => {
            assert_eq!(taken.as_str(), text, "taken as it is or not at all");
            assert!(HeaderValue::from_str(text).is_ok(), "{text:?} in a header");
            for page in PAGES {
                stays(page, text);
            }
        }
        None => assert!(!is_plainly_ours(text), "{text:?} is an honest path"),
    }
}

fn stays(page: &str, text: &str) {
    let base = Url::parse(page).unwrap();
    let url = base.join(text).unwrap();
    assert_eq!(url.origin(), base.origin(), "{text:?} leaves the site");
    assert!(url.username().is_empty() && url.password().is_none());
    assert!(
        !url.path().starts_with("/auth/") && url.path() != "/sign-in" && url.path() != "/",
        "{text:?} leads into the flow, to {url}"
    );
    // What the browser would show in its address bar is taken as well, and leads to the same place.
    let shown = url
        .as_str()
        .split_at(base.origin().ascii_serialization().len())
        .1;
    if shown.len() <= ReturnTo::MAX_BYTES {
        assert!(
            ReturnTo::parse(shown).is_some(),
            "{text:?} shown as {shown:?}"
        );
    }
    assert_eq!(base.join(shown).unwrap(), url);
}

/// Whether a text is a path that nobody could mistake for anything else: words between single
/// slashes, outside the flow.
fn is_plainly_ours(text: &str) -> bool {
    text.len() <= ReturnTo::MAX_BYTES
        && text.strip_prefix("/matters/").is_some_and(|rest| {
            rest.split('/').all(|word| {
                !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            })
        })
}
