//! The links of a sample, with what they are searched for and sorted by.

use std::sync::OnceLock;

use memchr::memmem::find_iter;

use crate::{
    db::desk::links::Sampled,
    domain::desk::{
        links::{Key, Order},
        profile::Profile,
    },
};

/// What stands in searched text for what its database function `desk_searched` replaces, and for the end of a line.
const REPLACED: [(char, char); 9] = [
    ('ᚁ', '.'),
    ('ᚂ', '@'),
    ('ᚃ', '-'),
    ('ᚄ', '_'),
    ('ᚅ', '\''),
    ('ᚆ', ' '),
    ('ᚇ', '+'),
    ('ᚈ', '%'),
    ('ᚉ', '\\'),
];
const END_OF_LINE: char = 'ᚊ';

/// The links of a sample, with their texts one behind the other.
#[derive(Debug)]
pub(super) struct Texts {
    pub(super) links: Vec<Sampled>,
    /// The profiles that they have, and of each link which of them.
    pub(super) profiles: Vec<Profile>,
    pub(super) profile_of: Vec<usize>,
    text: Vec<u8>,
    /// Where the text of each link ends.
    ends: Vec<usize>,
    /// Where each stands in `links`, in each order that somebody has asked for.
    orders: [OnceLock<Vec<usize>>; 5],
}

impl Texts {
    pub(super) fn of(links: Vec<Sampled>) -> Self {
        let mut text = Vec::new();
        let ends = links.iter().map(|link| {
            text.extend_from_slice(link.words.as_bytes());
            // In no text and in no word: what is found doesn't begin in one link and end in the next.
            text.push(b'\n');
            text.len()
        });
        let ends = ends.collect();
        let mut profiles: Vec<_> = links.iter().map(|link| link.profile).collect();
        let of = profiles.clone();
        profiles.sort_unstable();
        profiles.dedup();
        let profile_of = of
            .iter()
            .map(|profile| profiles.partition_point(|it| it < profile));
        Self {
            profile_of: profile_of.collect(),
            profiles,
            ends,
            text,
            links,
            orders: Default::default(),
        }
    }

    /// For each link, whether its text has a word.
    pub(super) fn having(&self, word: &str) -> Vec<bool> {
        let mut having = vec![false; self.links.len()];
        let mut link = 0;
        for found in find_iter(&self.text, word) {
            while self.ends.get(link).is_some_and(|end| *end <= found) {
                link += 1;
            }
            if let Some(has) = having.get_mut(link) {
                *has = true;
            }
        }
        having
    }

    /// The links in an order; `None` for one that they don't know.
    pub(super) fn in_order(&self, of: Order) -> Option<&[usize]> {
        let order = self.orders.get(number(of)?)?;
        Some(order.get_or_init(|| {
            let mut places: Vec<_> = (0..self.links.len()).collect();
            places.sort_by_cached_key(|place| self.key(of, *place));
            places
        }))
    }

    /// What a link is sorted by, as well as its searched text tells.
    pub(super) fn key(&self, order: Order, place: usize) -> Option<Key> {
        let link = self.links.get(place)?;
        let mut lines = link.words.split(END_OF_LINE);
        Some(match order {
            Order::Linked => link.linked_at.into(),
            Order::Used => link.last_used_at.into(),
            Order::Person => last_name_first(&plain(lines.next()?)).into(),
            Order::Email => plain(lines.nth(1)?).into(),
            Order::ClioEmail => {
                let email = lines.nth(1)?;
                plain(lines.next().unwrap_or(email)).into()
            }
            Order::Reviewed => return None,
        })
    }
}

const fn number(order: Order) -> Option<usize> {
    Some(match order {
        Order::Person => 0,
        Order::Email => 1,
        Order::ClioEmail => 2,
        Order::Linked => 3,
        Order::Used => 4,
        Order::Reviewed => return None,
    })
}

/// Searched text as it was before.
fn plain(text: &str) -> String {
    let letters = text.chars().map(|letter| {
        let replaced = REPLACED.iter().find(|(by, _)| *by == letter);
        replaced.map_or(letter, |(_, what)| *what)
    });
    letters.collect()
}

/// A name as people are sorted by it; first names of two words are taken for one, and the rest for the last name.
fn last_name_first(name: &str) -> String {
    match name.split_once(' ') {
        Some((first, last)) => format!("{last} {first}"),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use time::OffsetDateTime;

    use super::*;

    fn texts(words: &[&str]) -> Texts {
        let links = words.iter().map(|words| Sampled {
            profile: Profile::new(2).unwrap(),
            linked_at: OffsetDateTime::UNIX_EPOCH,
            last_used_at: OffsetDateTime::UNIX_EPOCH,
            words: (*words).to_owned(),
        });
        Texts::of(links.collect())
    }

    #[test]
    fn a_word_is_found_within_one_text_and_not_across_two() {
        let texts = texts(&["anna", "hannaᚆsmith", "smit", "hoffmann", ""]);
        let of = |word| texts.having(word);
        assert_eq!(of("anna"), [true, true, false, false, false]);
        assert_eq!(of("smith"), [false, true, false, false, false]);
        assert_eq!(of("n"), [true, true, false, true, false]);
        assert_eq!(of("nnah"), [false; 5]);
    }

    #[test]
    fn searched_text_tells_what_a_link_is_sorted_by() {
        let texts = texts(&[
            "annaᚆvanᚆdenᚆbergᚊannaᚁb1ᚂfirmᚁtestᚊotherᚂmailᚁtest",
            "ᚊoᚅbrienᚃx+yᚂfirmᚁtest",
        ]);
        let text = |order, place| texts.key(order, place).unwrap();
        assert_eq!(
            text(Order::Person, 0),
            Key::Text("van den berg anna".to_owned())
        );
        assert_eq!(
            text(Order::Email, 0),
            Key::Text("anna.b1@firm.test".to_owned())
        );
        assert_eq!(
            text(Order::ClioEmail, 0),
            Key::Text("other@mail.test".to_owned())
        );
        assert_eq!(text(Order::Person, 1), Key::Text(String::new()));
        assert_eq!(
            text(Order::ClioEmail, 1),
            Key::Text("o'brien-x+y@firm.test".to_owned())
        );
        assert_eq!(texts.in_order(Order::Person), Some([1, 0].as_slice()));
        assert_eq!(texts.in_order(Order::Reviewed), None);
    }
}
