//! What fuzzing has gathered, through the same checks as there.

use std::{fs, path::Path};

use crate::holds;

/// Every file of a target's corpus.
fn replay(target: &str, holds: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/corpus")
        .join(target);
    let mut files = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        let outcome = std::panic::catch_unwind(|| holds(&bytes));
        assert!(outcome.is_ok(), "{} breaks what holds", path.display());
        files += 1;
    }
    assert!(files > 20, "{files} files in {}", folder.display());
}

#[test]
fn the_corpus_of_callback_queries_is_judged_well() {
    replay("callback_query", holds::callback_query::holds);
}

#[test]
fn the_corpus_of_cookies_is_read_well() {
    replay("cookies", holds::cookies::holds);
}

#[test]
fn the_corpus_of_lists_to_import_is_read_well() {
    replay("import_list", holds::import_list::holds);
}

#[test]
fn the_corpus_of_return_to_stays_on_the_site() {
    replay("return_to", holds::return_to::holds);
}

#[test]
fn the_corpus_of_claims_is_believed_for_good_reason() {
    replay("token_claims", holds::token_claims::holds);
}
