//! Whether a request may change anything: only one that a page of ours sent.

use http::{HeaderMap, Method, header::ORIGIN};

/// Whether a request of this method may pass.
///
/// Anything but GET and HEAD needs an `Origin` equal to ours, which browsers always send along with
/// such requests (WHATWG Fetch, section 3.2), and, where the browser says whose page it is from, the
/// word `same-origin`.
pub fn may_pass(method: &Method, headers: &HeaderMap, own: &str) -> bool {
    if matches!(*method, Method::GET | Method::HEAD) {
        return true;
    }
    let mut origins = headers.get_all(ORIGIN).iter();
    let same_origin =
        origins.next().is_some_and(|origin| origin == own) && origins.next().is_none();
    let site = headers.get("sec-fetch-site");
    same_origin && site.is_none_or(|site| site == "same-origin")
}

/// Whether another site sent the browser here, as far as the browser says.
pub fn is_from_elsewhere(headers: &HeaderMap) -> bool {
    headers
        .get("sec-fetch-site")
        .is_some_and(|site| site == "cross-site" || site == "same-site")
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "https://sign-in.firm.test";

    fn post(lines: &[(&'static str, &str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, value.parse().unwrap());
        }
        may_pass(&Method::POST, &headers, OWN)
    }

    #[test]
    fn a_form_of_our_own_page_passes() {
        assert!(post(&[("origin", OWN), ("sec-fetch-site", "same-origin")]));
        assert!(post(&[("origin", OWN)]));
    }

    #[test]
    fn everybody_elses_is_refused() {
        assert!(!post(&[]));
        assert!(!post(&[("sec-fetch-site", "same-origin")]));
        assert!(!post(&[("origin", "null")]));
        assert!(!post(&[("origin", "https://evil.test")]));
        assert!(!post(&[("origin", "http://sign-in.firm.test")]));
        assert!(!post(&[("origin", "https://sign-in.firm.test:444")]));
        assert!(!post(&[("origin", OWN), ("origin", "https://evil.test")]));
        for site in ["cross-site", "same-site", "none"] {
            assert!(
                !post(&[("origin", OWN), ("sec-fetch-site", site)]),
                "{site}"
            );
        }
    }

    #[test]
    fn reading_needs_no_origin() {
        assert!(may_pass(&Method::GET, &HeaderMap::new(), OWN));
        assert!(!may_pass(&Method::OPTIONS, &HeaderMap::new(), OWN));
    }
}
