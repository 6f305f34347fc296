//! `Cookie` headers that look like ours, nearly or wholly.

use proptest::prelude::*;

use crate::{
    holds,
    made_up::{config, text},
};

/// One cookie: its name and value.
fn pair() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        6 => prop::sample::select(vec![
            "__Host-vestibule", "__Host-vestibule-attempt", "vestibule", "vestibule-attempt",
        ]).prop_map(str::to_owned),
        2 => prop::sample::select(vec![
            "%5F%5FHost-vestibule", "__host-vestibule", "__Host-vestibule ", "\t__Host-vestibule",
            "\u{2000}__Host-vestibule", "Vestibule", "vestibule[]", "$Version", "",
        ]).prop_map(str::to_owned),
        1 => text(8),
    ];
    let value = prop_oneof![
        4 => prop::sample::select(vec!["A", "B"]).prop_map(|letter| letter.repeat(43)),
        2 => "[A-Za-z0-9_-]{43}",
        2 => "\"?[A-Za-z0-9_%=. -]{40,46}\"?",
        1 => text(8),
    ];
    (name, value).prop_map(|(name, value)| format!("{name}={value}"))
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn our_cookies_are_found_by_name_and_only_where_all_agree(
        lines in proptest::collection::vec(proptest::collection::vec(pair(), 1..4), 1..4),
        parted_by in prop::sample::select(vec!["; ", ";", " ;  ", ",", "\t; "]),
    ) {
        let lines: Vec<String> = lines.iter().map(|pairs| pairs.join(parted_by)).collect();
        holds::cookies::holds(lines.join("\n").as_bytes());
    }

    #[test]
    fn no_bytes_upset_the_reader_of_cookies(bytes in any::<Vec<u8>>()) {
        holds::cookies::holds(&bytes);
    }
}
