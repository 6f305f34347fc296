//! By which parts of the words that are searched for the index of words is asked.
//!
//! The index knows texts by each three letters of them, and reads for each three the list of the links that have
//! them. Of a word, a few are as good as all: where every `rpe` stands in `harper`, the long list of `har` needn't
//! be read. What is found is asked about the words themselves afterwards.

use super::texts::Texts;

/// How many letters the index knows texts by.
const LETTERS: usize = 3;

/// How many parts of the words are thought about, and how many of those that fewest links have are tried two by two.
const THOUGHT_ABOUT: usize = 8;
const TRIED: usize = 5;

/// What it costs to read that a link has three letters, to read a link, and to look at its text; in nanoseconds, round
/// figures.
const LISTED: usize = 25;
const READ: usize = 700;
const LOOKED_AT: usize = 150;

/// One or two parts of the words by which the index is best asked; the words themselves where they have none that it
/// knows.
pub(super) fn finders(sample: &Texts, words: &[&str]) -> Vec<String> {
    let mut known: Vec<_> = parts(words)
        .into_iter()
        .map(|part| {
            let having = sample.having(part);
            (count(&having), part, having)
        })
        .collect();
    known.sort_by_key(|(count, ..)| *count);
    known.truncate(TRIED);
    let alone = known.iter().map(|(count, part, _)| {
        let cost = count * (LISTED + READ + LOOKED_AT);
        (cost, vec![*part])
    });
    let pairs = known.iter().enumerate().flat_map(|(place, first)| {
        known.iter().skip(place + 1).map(|second| {
            let both = first.2.iter().zip(&second.2).filter(|(a, b)| **a && **b);
            let cost = (first.0 + second.0) * LISTED + both.count() * (READ + 2 * LOOKED_AT);
            (cost, vec![first.1, second.1])
        })
    });
    // One text to look for instead of two, and by two lists all the same.
    let rarest = known.first().map_or(0, |(count, ..)| *count);
    let short = words
        .iter()
        .filter(|word| word.chars().count() == LETTERS + 1);
    let short = short
        .filter(|word| parts_of(word).count() == 2)
        .map(|word| {
            let having = count(&sample.having(word));
            let cost = 2 * rarest * LISTED + having * READ;
            (cost, vec![*word])
        });
    let best = alone
        .chain(pairs)
        .chain(short)
        .min_by_key(|(cost, _)| *cost);
    match best {
        Some((_, parts)) => parts.into_iter().map(str::to_owned).collect(),
        None => words
            .iter()
            .take(2)
            .map(|word| (*word).to_owned())
            .collect(),
    }
}

fn count(having: &[bool]) -> usize {
    having.iter().filter(|has| **has).count()
}

/// Parts of the words that the index knows texts by, from all over the words.
fn parts<'a>(words: &[&'a str]) -> Vec<&'a str> {
    let mut parts: Vec<&str> = words.iter().flat_map(|word| parts_of(word)).collect();
    parts.sort_unstable();
    parts.dedup();
    let step = parts.len().div_ceil(THOUGHT_ABOUT).max(1);
    parts.into_iter().step_by(step).collect()
}

/// Each three letters of a word. What isn't a letter or a digit isn't in the index.
fn parts_of(word: &str) -> impl Iterator<Item = &str> {
    let starts = word.char_indices().map(|(start, _)| start);
    let ends = word.char_indices().map(|(start, _)| start).skip(LETTERS);
    let ends = ends.chain([word.len()]);
    let parts = starts
        .zip(ends)
        .filter_map(|(start, end)| word.get(start..end));
    parts.filter(|part| part.chars().count() == LETTERS && part.chars().all(char::is_alphanumeric))
}

#[cfg(test)]
mod tests {
    use time::OffsetDateTime;

    use super::*;
    use crate::{db::desk::links::Sampled, domain::desk::profile::Profile};

    fn sample(words: &[(&str, usize)]) -> Texts {
        let words = words
            .iter()
            .flat_map(|(words, times)| std::iter::repeat_n(*words, *times));
        let links = words.map(|words| Sampled {
            profile: Profile::new(2).unwrap(),
            linked_at: OffsetDateTime::UNIX_EPOCH,
            last_used_at: OffsetDateTime::UNIX_EPOCH,
            words: words.to_owned(),
        });
        Texts::of(links.collect())
    }

    #[test]
    fn the_index_is_asked_for_what_few_texts_have() {
        let sample = sample(&[
            ("harbour", 500),
            ("harper", 4),
            ("thorpe", 12),
            ("karpa", 9),
        ]);
        assert_eq!(finders(&sample, &["harper"]), ["per"]);
        assert_eq!(finders(&sample, &["karp"]), ["karp"]);
        let two = finders(&sample, &["arp", "rpe"]);
        assert_eq!(two.len(), 2);
    }

    #[test]
    fn without_anything_known_the_index_is_asked_for_a_part_or_the_words() {
        let nothing = sample(&[]);
        assert_eq!(finders(&nothing, &["harper"]).len(), 1);
        assert_eq!(finders(&nothing, &["a(b"]), ["a(b"]);
    }

    #[test]
    fn a_word_is_taken_apart_by_three_letters() {
        let of = |word| parts_of(word).collect::<Vec<_>>();
        assert_eq!(of("harper"), ["har", "arp", "rpe", "per"]);
        assert_eq!(of("žof"), ["žof"]);
        assert_eq!(of("ab"), [""; 0]);
        assert_eq!(of("a(bcd"), ["bcd"]);
    }

    #[test]
    fn of_many_parts_some_are_thought_about() {
        assert_eq!(parts(&["harper", "harp"]), ["arp", "har", "per", "rpe"]);
        assert!(parts(&["abcdefghijklmnopqrstuvwxyz"]).len() <= THOUGHT_ABOUT);
    }
}
