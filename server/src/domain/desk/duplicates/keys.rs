//! What two accounts must have in common to be compared at all: comparing each with each would take
//! for ever.

use std::collections::BTreeSet;

use super::{Facts, names::Folded, telling_local_parts};

/// The keys of an account, each with a letter before it that says what it is of. Accounts that share none,
/// and no login, aren't compared.
pub fn keys(facts: &Facts) -> BTreeSet<String> {
    let mut keys: BTreeSet<String> = facts
        .emails
        .iter()
        .map(|email| format!("e{email}"))
        .collect();
    keys.extend(telling_local_parts(facts).map(|local| format!("l{local}")));
    let names = Folded::of(facts);
    if !names.first.is_empty() && !names.last.is_empty() {
        // Sorted, so that it doesn't matter which of them is taken for the first.
        let mut words: Vec<_> = names.words().collect();
        words.sort_unstable();
        keys.insert(format!("n{}", words.join(" ")));
        let initial = names.first.chars().take(1);
        keys.insert(format!("i{} {}", initial.collect::<String>(), names.last));
    }
    keys
}
