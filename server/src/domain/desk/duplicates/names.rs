//! How alike two people's names are.

use super::{Facts, Reason};
use crate::domain::desk::folding;

/// The names of an account, folded.
pub(super) struct Folded {
    pub(super) first: String,
    pub(super) last: String,
}

impl Folded {
    pub(super) fn of(facts: &Facts) -> Self {
        Self {
            first: folding::name(&facts.first_name),
            last: folding::name(&facts.last_name),
        }
    }

    /// All the words of both names.
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        self.first
            .split_whitespace()
            .chain(self.last.split_whitespace())
    }
}

/// What the names say, for and against. A name that isn't given says nothing.
pub(super) fn compare(one: &Facts, other: &Facts) -> Vec<Reason> {
    let (one, other) = (Folded::of(one), Folded::of(other));
    let have_both = [&one, &other]
        .iter()
        .all(|names| !names.first.is_empty() && !names.last.is_empty());
    if have_both {
        if one.first == other.first && one.last == other.last {
            return vec![Reason::SameNames];
        }
        if one.first == other.last && one.last == other.first {
            return vec![Reason::NamesSwapped];
        }
        if one.last == other.last && is_initial(&one.first, &other.first) {
            return vec![Reason::Initial];
        }
        if is_similar(&one.first, &other.first) && is_similar(&one.last, &other.last) {
            return vec![Reason::SimilarNames];
        }
        // The same words, cut elsewhere: "Ana Lucia" "Prado", and "Ana" "Lucia Prado".
        if one.words().eq(other.words()) {
            return vec![Reason::SameNames];
        }
    }
    let differ = |one: &str, other: &str| {
        !one.is_empty() && !other.is_empty() && !is_similar(one, other) && !is_initial(one, other)
    };
    let mut against = Vec::new();
    against.extend(differ(&one.first, &other.first).then_some(Reason::DifferentFirstNames));
    against.extend(differ(&one.last, &other.last).then_some(Reason::DifferentLastNames));
    against
}

/// Whether one is the first letter of the other.
fn is_initial(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() <= other.len() {
        (one, other)
    } else {
        (other, one)
    };
    short.chars().count() == 1 && long.starts_with(short)
}

/// Whether two names may be one with a slip of the pen: a letter in eight, at least one.
fn is_similar(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    let shorter = one.chars().count().min(other.chars().count());
    let slips = match shorter {
        0..4 => 0,
        4..8 => 1,
        _ => 2,
    };
    slips > 0 && distance(one, other) <= slips
}

/// How many letters have to be put in, left out, replaced or exchanged with their neighbour to make one
/// of the other.
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut before_last = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (row, ours) in one.iter().enumerate() {
        let mut now = vec![row + 1];
        for (column, theirs) in other.iter().enumerate() {
            let replaced = last[column] + usize::from(ours != theirs);
            let mut slips = replaced.min(last[column + 1] + 1).min(now[column] + 1);
            let is_exchanged =
                row > 0 && column > 0 && *ours == other[column - 1] && one[row - 1] == *theirs;
            if is_exchanged {
                slips = slips.min(before_last[column - 1] + 1);
            }
            now.push(slips);
        }
        before_last = std::mem::replace(&mut last, now);
    }
    last[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_counted() {
        for (one, other, slips) in [
            ("", "", 0),
            ("dana", "dana", 0),
            ("dana", "dena", 1),
            ("dana", "danae", 1),
            ("dana", "adna", 1),
            ("whitlock", "withlock", 2),
            ("dana", "", 4),
        ] {
            assert_eq!(distance(one, other), slips, "{one} {other}");
            assert_eq!(distance(other, one), slips, "{other} {one}");
        }
    }

    #[test]
    fn short_names_are_the_same_or_another() {
        assert!(!is_similar("ann", "anne") && !is_similar("jo", "jon"));
        assert!(is_similar("anna", "anne") && is_similar("whitlock", "withlock"));
        assert!(!is_similar("dana", "dino"));
    }
}
