//! `Cookie` headers: ours are found by their exact names, and only where everybody agrees on them.

use http::{HeaderMap, HeaderValue, header::COOKIE};
use vestibule::{
    http::cookies::{Brought, Cookies},
    service::visit::{BrowserSecret, SessionKey},
};

/// A key that nobody else has.
const OTHER: &str = "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz";

/// Holds for any `Cookie` headers, one on each line.
pub fn holds(bytes: &[u8]) {
    let lines: Vec<HeaderValue> = bytes
        .split(|byte| *byte == b'\n')
        .filter_map(|line| HeaderValue::from_bytes(line).ok())
        .collect();
    for cookies in [Cookies::new(true), Cookies::new(false)] {
        let brought = read(cookies, &lines);
        let (session, attempt) = (cookies.session_name(), cookies.attempt_name());
        let key = brought.session.as_ref().map(SessionKey::as_str);
        stands_there(&lines, session, key);
        let secret = brought.browser.as_ref().map(BrowserSecret::as_str);
        stands_there(&lines, attempt, secret);

        let mut turned = lines.clone();
        turned.reverse();
        assert_eq!(read(cookies, &turned), brought, "whatever the order");
        for foreign in ["x=y", "%5F%5FHost-vestibule=x", "Vestibule=x", "="] {
            let mut more = lines.clone();
            more.push(HeaderValue::from_static(foreign));
            assert_eq!(read(cookies, &more), brought, "whatever else comes along");
        }
        if let Some(key) = key.filter(|key| *key != OTHER) {
            let mut tossed = lines.clone();
            tossed.push(HeaderValue::from_str(&format!("{session}={OTHER}")).unwrap());
            let read = read(cookies, &tossed);
            assert_eq!(read.session, None, "{key} and another");
            assert_eq!(read.browser, brought.browser);
        }
        comes_back(cookies, &brought);
    }
}

fn read(cookies: Cookies, lines: &[HeaderValue]) -> Brought {
    let mut headers = HeaderMap::new();
    for line in lines {
        headers.append(COOKIE, line.clone());
    }
    cookies.read(&headers)
}

/// A value that was found stands behind exactly this name, and no other value does; and it has the
/// form of those that we set.
fn stands_there(lines: &[HeaderValue], name: &str, found: Option<&str>) {
    let mut values: Vec<&str> = lines
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim_matches(' ').strip_prefix(name)?.strip_prefix('='))
        .collect();
    values.sort_unstable();
    values.dedup();
    let well_formed = |value: &&str| {
        value.len() == 43
            && value
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
    };
    match values.as_slice() {
        [only] => assert_eq!(found, Some(*only).filter(well_formed), "{name}"),
        _ => assert_eq!(found, None, "{name} of {values:?}"),
    }
}

/// What we set is what we read.
fn comes_back(cookies: Cookies, brought: &Brought) {
    let set = [
        brought.session.as_ref().map(|key| cookies.set_session(key)),
        brought.browser.as_ref().map(|own| cookies.set_browser(own)),
    ];
    let lines: Vec<HeaderValue> = set
        .into_iter()
        .flatten()
        .map(|line| {
            let line = line.unwrap();
            let pair = line.to_str().unwrap().split(';').next().unwrap();
            HeaderValue::from_str(pair).unwrap()
        })
        .collect();
    assert_eq!(&read(cookies, &lines), brought);
}
