//! Text in headers: names and e-mails for reverse proxies, and what browsers call themselves.

use http::HeaderValue;
use percent_encoding::percent_decode_str;
use proptest::prelude::*;
use vestibule::{
    domain::device::{MAX_USER_AGENT_CHARS, in_words, storable},
    http::api::header_text,
};

use crate::made_up::{config, text};

fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, 0x20..=0x7e))
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn text_in_a_header_is_plain_ascii_and_comes_back(text in text(60)) {
        let header = header_text(&text);
        prop_assert!(is_plain(&header), "{:?}", header);
        prop_assert!(HeaderValue::from_str(&header).is_ok());
        if is_plain(&text) {
            prop_assert_eq!(header, text);
        } else {
            // Unreserved characters and percent signs, and nothing else (RFC 3986, section 2.3).
            let allowed = |c: char| c.is_ascii_alphanumeric() || "-._~%".contains(c);
            prop_assert!(header.chars().all(allowed), "{:?}", header);
            prop_assert_eq!(percent_decode_str(&header).decode_utf8().unwrap(), text);
        }
    }

    #[test]
    fn what_a_browser_calls_itself_is_cut_to_size_and_told_in_our_own_words(text in text(320)) {
        let stored = storable(&text);
        prop_assert!(stored.chars().count() <= MAX_USER_AGENT_CHARS);
        prop_assert!(!stored.chars().any(char::is_control));
        prop_assert_eq!(&storable(&stored), &stored);
        let words = in_words(&text);
        prop_assert!(words.len() <= 40 && words.chars().all(|c| c.is_ascii_alphabetic() || c == ' '));
    }
}
