//! Places to return to, put together from what URL parsers care about.

use proptest::prelude::*;

use crate::{
    holds,
    made_up::{config, text},
};

fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        9 => prop::sample::select(vec![
            "/", "//", "\\", ".", "..", "%2e", "%2E%2e", "%2f", "%5c", "%00", "%0a", "%25", "@", ":", "?", "#",
            "auth/", "auth/clio/start", "sign-in", "link", "account", "matters", "evil.test", "https:",
            "javascript:", "\t", "\n", " ", "&", "=", ";", "%", "%2", "[::1]",
        ]).prop_map(str::to_owned),
        1 => text(4),
    ]
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn whatever_is_taken_leads_to_a_page_of_ours(
        pieces in proptest::collection::vec(piece(), 0..8),
        slash in any::<bool>(),
    ) {
        let text = format!("{}{}", if slash { "/" } else { "" }, pieces.concat());
        holds::return_to::holds(text.as_bytes());
    }

    #[test]
    fn an_honest_path_is_taken(path in "(/[a-z0-9-]{1,10}){1,5}") {
        holds::return_to::holds(format!("/matters{path}").as_bytes());
    }

    #[test]
    fn no_bytes_upset_the_reader_of_places(bytes in any::<Vec<u8>>()) {
        holds::return_to::holds(&bytes);
    }
}
