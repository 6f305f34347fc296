//! Letters: whatever goes into one is text there, in its plain form and in HTML.

use proptest::prelude::*;
use vestibule::mail::letter::Letter;

use crate::made_up::{config, text};

/// A letter with one text at every place where words go.
fn letter(words: &str) -> Letter {
    Letter::new("test", words)
        .paragraph(words)
        .code(words, words)
        .facts(&[("Name", words), (words, "value")])
        .fine_print(words)
}

/// The tags of a document, without what they say.
fn tags(html: &str) -> Vec<String> {
    html.split('<')
        .skip(1)
        .map(|tag| tag.split(['>', ' ']).next().unwrap_or_default().to_owned())
        .collect()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn no_words_add_a_line_or_a_tag_to_a_letter(words in text(100)) {
        let odd = letter(&words);
        prop_assert!(!odd.subject.chars().any(char::is_control));
        for form in [odd.text(), odd.html()] {
            prop_assert!(!form.chars().any(|c| c.is_control() && c != '\n'), "{:?}", form);
        }
        // As many as with a plain name, or one fact less where nothing is to be seen of the words.
        let (found, plain) = (tags(&odd.html()), tags(&letter("Dana").html()));
        let facts = |tags: &[String]| tags.iter().filter(|tag| *tag == "tr").count();
        if facts(&found) == facts(&plain) {
            prop_assert_eq!(found, plain);
        } else {
            prop_assert!(odd.subject.is_empty(), "{:?}", odd.subject);
        }
    }

    #[test]
    fn the_lines_of_a_letter_are_short_unless_a_word_is_long(
        words in proptest::collection::vec("[^\\s]{1,80}", 0..8),
    ) {
        let letter = Letter::new("test", "").paragraph(&words.join(" "));
        for line in letter.text().lines() {
            let width = line.chars().count();
            prop_assert!(width <= 72 || !line.contains(' '), "{:?}", line);
        }
    }
}
