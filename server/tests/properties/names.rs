//! Names: typed ones are taken or refused, a provider's are mended, and none can do harm.

use proptest::prelude::*;
use vestibule::domain::name::{Name, full_name};

use crate::made_up::{config, text};

/// What hides or turns around the text beside it. Written down here apart from the rule.
const UNSEEN: &str = "\u{200b}\u{200e}\u{200f}\u{61c}\u{2028}\u{2029}\u{202a}\u{202b}\u{202c}\u{202d}\
    \u{202e}\u{2060}\u{2061}\u{2066}\u{2067}\u{2068}\u{2069}\u{206f}\u{feff}\u{fff9}\u{fffb}\
    \u{e0001}\u{e0041}\u{e007f}";

fn harmless(name: &Name) {
    let text = name.as_str();
    assert_eq!(text.trim(), text);
    assert!(text.chars().count() <= Name::MAX_CHARS);
    assert!(
        !text.chars().any(|c| c.is_control() || UNSEEN.contains(c)),
        "{text:?}"
    );
    assert_eq!(Name::parse(text).as_ref(), Ok(name));
    assert_eq!(&Name::from_provider(text), name);
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn whatever_is_typed_is_taken_as_it_is_or_refused(text in text(104)) {
        if let Ok(name) = Name::parse(&text) {
            prop_assert_eq!(name.as_str(), text.trim());
            harmless(&name);
        } else {
            let text = text.trim();
            let odd = |c: char| c.is_control() || UNSEEN.contains(c) || u32::from(c) > 0x2000;
            prop_assert!(text.chars().count() > 100 || text.chars().any(odd), "{:?}", text);
        }
    }

    #[test]
    fn whatever_a_provider_sends_becomes_a_name(text in text(130)) {
        harmless(&Name::from_provider(&text));
    }

    #[test]
    fn a_provider_s_name_keeps_all_that_can_be_seen(
        name in "[A-ZÉŌא-ת][a-zé’ -]{0,40}[a-z]",
        at in any::<prop::sample::Index>(),
        bad in prop::sample::select(UNSEEN.chars().collect::<Vec<_>>()),
    ) {
        let mut characters: Vec<char> = name.chars().collect();
        characters.insert(at.index(characters.len() + 1), bad);
        let spoilt = String::from_iter(characters);
        let mended = Name::from_provider(&spoilt);
        prop_assert_eq!(mended.as_str(), name);
    }

    #[test]
    fn somebody_always_has_a_name_to_be_called_by(first in text(20), last in text(20)) {
        let (first, last) = (Name::from_provider(&first), Name::from_provider(&last));
        let called = full_name(first.as_str(), last.as_str(), "a@firm.test");
        prop_assert!(!called.is_empty() && called.trim() == called);
        prop_assert!(called.contains(first.as_str()) && called.contains(last.as_str()));
    }
}
