//! The two cookies, read strictly and written in one way.
//!
//! Names are compared byte for byte and nothing is decoded: libraries that decode names let
//! `%5F%5FHost-…` pass for `__Host-…`, which browsers let any page of the domain set. A cookie that
//! comes twice with different values counts as absent.

use http::{HeaderMap, HeaderValue, header::COOKIE};

use crate::{
    db::{attempts, links},
    service::visit::{BrowserSecret, SessionKey},
};

/// The names of the cookies, and how they are set.
#[derive(Clone, Copy, Debug)]
pub struct Cookies {
    secure: bool,
}

/// What a request brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Brought {
    /// The session.
    pub session: Option<SessionKey>,
    /// The browser.
    pub browser: Option<BrowserSecret>,
}

impl Cookies {
    /// Cookies for a site that is, or isn't, served by https.
    pub const fn new(secure: bool) -> Self {
        Self { secure }
    }

    /// The session cookie's name. The prefix makes browsers refuse it from anybody but this very
    /// host by https (RFC 6265bis, section 4.1.3.2).
    pub const fn session_name(self) -> &'static str {
        if self.secure {
            "__Host-vestibule"
        } else {
            "vestibule"
        }
    }

    /// The attempt cookie's name.
    pub const fn attempt_name(self) -> &'static str {
        if self.secure {
            "__Host-vestibule-attempt"
        } else {
            "vestibule-attempt"
        }
    }

    /// Reads our cookies from a request.
    pub fn read(self, headers: &HeaderMap) -> Brought {
        Brought {
            session: only(headers, self.session_name()).and_then(SessionKey::parse),
            browser: only(headers, self.attempt_name()).and_then(BrowserSecret::parse),
        }
    }

    /// Sets the session cookie. It lives as long as the browser; the table decides how long the
    /// session does.
    pub fn set_session(self, key: &SessionKey) -> Option<HeaderValue> {
        self.compose(self.session_name(), key.as_str(), None)
    }

    /// Removes the session cookie.
    pub fn clear_session(self) -> Option<HeaderValue> {
        self.compose(self.session_name(), "", Some(0))
    }

    /// Sets the attempt cookie, which outlives the attempt by the time a pending link takes.
    pub fn set_browser(self, browser: &BrowserSecret) -> Option<HeaderValue> {
        let seconds = (attempts::LIFETIME + links::LIFETIME).whole_seconds();
        self.compose(self.attempt_name(), browser.as_str(), Some(seconds))
    }

    /// `SameSite=Lax`: `Strict` isn't sent on the way back from Clio.
    fn compose(self, name: &str, value: &str, max_age: Option<i64>) -> Option<HeaderValue> {
        let secure = if self.secure { "; Secure" } else { "" };
        let age = max_age.map_or_else(String::new, |seconds| format!("; Max-Age={seconds}"));
        HeaderValue::from_str(&format!(
            "{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}"
        ))
        .ok()
    }
}

/// The value of a cookie, if all that come by this name agree.
fn only<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut found = None;
    for line in headers.get_all(COOKIE) {
        // A line that isn't ASCII holds nothing of ours.
        let Ok(line) = line.to_str() else {
            continue;
        };
        for pair in line.split(';') {
            let Some((key, value)) = pair.trim_matches(' ').split_once('=') else {
                continue;
            };
            if key == name {
                match found {
                    Some(other) if other != value => return None,
                    _ => found = Some(value),
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    const OTHER: &str = "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB";

    fn session(lines: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(COOKIE, HeaderValue::from_bytes(line.as_bytes()).unwrap());
        }
        let brought = Cookies::new(true).read(&headers);
        brought.session.map(|key| key.as_str().to_owned())
    }

    #[test]
    fn our_cookie_is_found_among_others() {
        let line = format!("a=b; __Host-vestibule={KEY}; c");
        assert_eq!(session(&[&line]).as_deref(), Some(KEY));
        assert_eq!(session(&["a=b", &line]).as_deref(), Some(KEY));
        assert_eq!(session(&[&line, "caf\u{e9}=1"]).as_deref(), Some(KEY));
    }

    #[test]
    fn names_that_only_look_alike_are_not_ours() {
        for name in [
            "%5F%5FHost-vestibule",
            "__host-vestibule",
            "vestibule",
            "\u{2000}__Host-vestibule",
            "__Host-vestibule\u{2000}",
            "\t__Host-vestibule",
            "__Host-vestibule-attempt",
        ] {
            assert_eq!(session(&[&format!("{name}={KEY}")]), None, "{name:?}");
        }
    }

    #[test]
    fn a_cookie_that_comes_twice_with_two_values_counts_as_absent() {
        let (one, two) = (
            format!("__Host-vestibule={KEY}"),
            format!("__Host-vestibule={OTHER}"),
        );
        assert_eq!(session(&[&format!("{one}; {two}")]), None);
        assert_eq!(session(&[&one, &two]), None);
        assert_eq!(session(&[&format!("{one}; {one}")]).as_deref(), Some(KEY));
    }

    #[test]
    fn values_of_another_form_are_not_taken() {
        for value in [
            "",
            "short",
            &format!("\"{KEY}\""),
            &format!("{KEY}A"),
            &KEY.replace('A', "%"),
        ] {
            assert_eq!(
                session(&[&format!("__Host-vestibule={value}")]),
                None,
                "{value:?}"
            );
        }
    }

    #[test]
    fn cookies_are_locked_down() {
        let key = SessionKey::parse(KEY).unwrap();
        let secure = Cookies::new(true).set_session(&key).unwrap();
        assert_eq!(
            secure.to_str().unwrap(),
            format!("__Host-vestibule={KEY}; Path=/; HttpOnly; SameSite=Lax; Secure")
        );
        let plain = Cookies::new(false).set_session(&key).unwrap();
        assert_eq!(
            plain.to_str().unwrap(),
            format!("vestibule={KEY}; Path=/; HttpOnly; SameSite=Lax")
        );
    }
}
