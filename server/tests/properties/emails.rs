//! E-mail addresses: taken as they are or refused, and compared with ASCII case folded and nothing
//! more.

use proptest::prelude::*;
use vestibule::domain::email::Email;

use crate::made_up::{config, odd, text};

/// A well-formed address.
fn address() -> impl Strategy<Value = String> {
    let atom = "[a-zA-Z0-9!#$%&'*+/=?^_`{|}~éßжŞſ-]{1,10}";
    let label = "[a-zA-Z0-9éжK]([a-zA-Z0-9é-]{0,8}[a-zA-Z0-9é])?";
    (
        proptest::collection::vec(atom, 1..4),
        proptest::collection::vec(label, 2..5),
    )
        .prop_map(|(local, domain)| format!("{}@{}", local.join("."), domain.join(".")))
}

fn parse(text: &str) -> Email {
    Email::parse(text).unwrap_or_else(|_| panic!("{text:?} is refused"))
}

/// What no address may hold, wherever it stands.
const NEVER: &str =
    "\0\t\r\n \"(),:;<>@[\\]\u{7f}\u{85}\u{a0}\u{200b}\u{202e}\u{2028}\u{feff}\u{fffd}\u{301}";

proptest! {
    #![proptest_config(config())]

    #[test]
    fn well_formed_addresses_are_taken_as_written(text in address()) {
        let email = parse(&text);
        prop_assert_eq!(email.as_str(), &text);
        prop_assert_eq!(email.domain(), text.split_once('@').unwrap().1.to_ascii_lowercase());
        prop_assert!(!format!("{email:?}").contains('@'), "an address would end up in logs");
    }

    #[test]
    fn whatever_is_taken_is_an_address(text in text(80)) {
        if let Ok(email) = Email::parse(&text) {
            prop_assert_eq!(email.as_str(), &text);
            prop_assert!(text.len() <= Email::MAX_BYTES);
            prop_assert_eq!(text.matches('@').count(), 1);
            prop_assert!(!text.chars().any(|c| c.is_whitespace() || c.is_control()));
        }
    }

    #[test]
    fn an_address_is_refused_with_anything_in_it_that_no_address_holds(
        good in address(),
        at in any::<prop::sample::Index>(),
        bad in prop::sample::select(NEVER.chars().collect::<Vec<_>>()),
    ) {
        let mut characters: Vec<char> = good.chars().collect();
        characters.insert(at.index(characters.len() + 1), bad);
        let text = String::from_iter(characters);
        prop_assert!(Email::parse(&text).is_err(), "{:?}", text);
    }

    #[test]
    fn an_address_without_one_of_its_parts_is_refused(good in address()) {
        let (local, domain) = good.split_once('@').unwrap();
        let host = domain.split('.').next().unwrap();
        for text in [
            local.to_owned(), domain.to_owned(), format!("@{domain}"), format!("{local}@"),
            format!("{local}@{host}"), format!(".{good}"), format!("{good}."),
            format!("{local}.@{domain}"), format!("{local}@.{domain}"), format!("{local}@-{domain}"),
            format!("{local}@{domain}-"), format!("{local}@{}.{domain}", "a".repeat(64)),
            format!("{}@{domain}", "a".repeat(65)), format!("{local}@{}test", "a.".repeat(130)),
        ] {
            prop_assert!(Email::parse(&text).is_err(), "{:?}", text);
        }
    }

    #[test]
    fn ascii_case_makes_no_difference(good in address(), upper in any::<u64>()) {
        let turned: String = good
            .chars()
            .enumerate()
            .map(|(place, c)| if upper >> (place % 64) & 1 == 1 {
                c.to_ascii_uppercase()
            } else {
                c.to_ascii_lowercase()
            })
            .collect();
        prop_assert_eq!(parse(&good).key(), parse(&turned).key());
        // The key is an address itself, and its own key.
        prop_assert_eq!(parse(&parse(&good).key()).key(), parse(&good).key());
    }

    #[test]
    fn two_addresses_are_the_same_if_ascii_case_alone_tells_them_apart(
        one in address(),
        at in any::<prop::sample::Index>(),
        other in odd(),
    ) {
        let mut characters: Vec<char> = one.chars().collect();
        let at = at.index(characters.len());
        characters[at] = other;
        let changed = String::from_iter(characters);
        if let Ok(changed) = Email::parse(&changed) {
            let same = changed.as_str().eq_ignore_ascii_case(&one);
            prop_assert_eq!(parse(&one).key() == changed.key(), same, "{:?} {:?}", one, changed);
        }
    }

    #[test]
    fn what_unicode_takes_for_another_case_or_form_is_somebody_else(
        good in address(),
        pair in prop::sample::select(vec![
            ('k', '\u{212a}'), ('s', '\u{17f}'), ('i', '\u{130}'), ('i', '\u{131}'), ('é', 'É'),
            ('ß', 'ẞ'), ('σ', 'ς'), ('Σ', 'σ'), ('ж', 'Ж'), ('a', 'ａ'), ('o', 'о'), ('1', '①'),
        ]),
    ) {
        let [one, two] = [pair.0, pair.1].map(|c| parse(&format!("{c}{good}")));
        prop_assert_ne!(one.key(), two.key());
        let [one, two] = [pair.0, pair.1].map(|c| parse(&format!("{good}{c}")));
        prop_assert_ne!(one.key(), two.key());
        prop_assert_ne!(one.domain(), two.domain());
    }
}
