//! Queries of the sign-in flow, honest and spoilt.

use proptest::prelude::*;

use crate::{
    holds,
    made_up::{config, text},
};

fn parameter() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec![
        "code",
        "state",
        "iss",
        "error",
        "error_hint",
        "return_to",
        "claim",
        "scope",
        "c%6Fde",
        "code[]",
        "state.x",
        "code[a]",
        "return_to%5B%5D",
        "%00",
        "",
    ]);
    let value = prop_oneof![
        3 => "[a-zA-Z0-9_.~-]{0,20}",
        2 => text(10).prop_map(|text| form_urlencoded::byte_serialize(text.as_bytes()).collect()),
        1 => "(%[0-9a-fA-F]{2}){0,8}",
        1 => "[a-z%+=;/?]{0,10}",
    ];
    (name, value).prop_map(|(name, value)| format!("{name}={value}"))
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_passes_is_what_was_sent_less_what_is_not_ours(
        parameters in proptest::collection::vec(parameter(), 0..6),
    ) {
        holds::callback_query::holds(parameters.join("&").as_bytes());
    }

    #[test]
    fn no_bytes_upset_the_reader_of_queries(bytes in any::<Vec<u8>>()) {
        holds::callback_query::holds(&bytes);
    }
}
