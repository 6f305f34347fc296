//! Claims and headers of made-up ID tokens.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::{
    holds::{
        self,
        token_claims::{EXPECTED, good},
    },
    made_up::{config, text},
};

/// Any JSON, not too deep.
fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (-3_000_000..3_000_000_i64).prop_map(|off| Value::from(EXPECTED.now + off)),
        text(12).prop_map(Value::from),
        prop::sample::select(vec![
            "key",
            "nonce",
            "RS256",
            "none",
            "JWT",
            "jwt",
            "logout+jwt",
            EXPECTED.issuer,
            EXPECTED.access_token_hash,
            "d.whitlock@firm.test",
            "",
        ])
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(text(4), inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        9 => prop::sample::select(vec![
            "iss", "sub", "aud", "azp", "exp", "iat", "nbf", "nonce", "at_hash", "sid", "events",
            "email", "first_name", "last_name", "auth_time", "alg", "typ", "kid", "crit",
        ]).prop_map(str::to_owned),
        1 => text(4),
    ]
}

fn members() -> impl Strategy<Value = Map<String, Value>> {
    proptest::collection::btree_map(name(), json(), 0..5)
        .prop_map(|members| members.into_iter().collect())
}

fn holds_for(members: &Map<String, Value>) {
    holds::token_claims::holds(&serde_json::to_vec(members).unwrap());
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn judged_claims_decide_and_others_keep_nobody_out(members in members()) {
        holds_for(&members);
    }

    #[test]
    fn a_good_token_with_some_claims_changed_is_believed_for_good_reason_or_not_at_all(members in members()) {
        let mut changed = good();
        changed.extend(members);
        holds_for(&changed);
    }

    #[test]
    fn a_header_with_some_members_changed_goes_on_only_with_rs256(members in members()) {
        let mut header = Map::new();
        header.insert("alg".to_owned(), json!("RS256"));
        header.insert("kid".to_owned(), json!("k"));
        header.extend(members);
        holds_for(&header);
    }

    #[test]
    fn no_bytes_upset_the_reader_of_tokens(bytes in any::<Vec<u8>>()) {
        holds::token_claims::holds(&bytes);
    }

    #[test]
    fn no_text_upsets_the_reader_of_tokens(text in "[\\[\\]{}\",:.a-c0-9eE\\\\u-]{0,60}") {
        holds::token_claims::holds(text.as_bytes());
    }
}
