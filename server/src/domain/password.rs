//! Which passwords are taken, as far as rules tell: long enough, and not made of the names that
//! everybody around the person knows.
//!
//! Clio asks the same of its users: a phrase longer than 8 characters that is neither the firm’s
//! name nor one’s own. There is no rule about kinds of characters, which NIST SP 800-63B, section
//! 5.1.1.2, advises against; against common passwords stands a list, in the service.
//!
//! A password is its bytes: nothing is normalised, so an é in one character and an é in two are
//! different passwords. Whoever types it again on the same system sends the same bytes.

use std::fmt;

/// The shortest password, in characters: longer than 8.
pub const MIN_CHARS: usize = 9;
/// The longest password, in characters.
pub const MAX_CHARS: usize = 128;
/// The longest password that is looked at, in bytes.
pub const MAX_BYTES: usize = 1024;

/// The shortest word that counts as a name, in letters: shorter ones are in many words.
const MIN_WORD: usize = 3;
/// How many letters there must be beside the names.
const MIN_OTHER_LETTERS: usize = 6;

/// Why a password isn’t taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Weakness {
    /// Fewer than [`MIN_CHARS`] or more than [`MAX_CHARS`] characters.
    #[error("password_length")]
    Length,
    /// Made of the person’s own names, their e-mail or the firm’s name.
    #[error("password_personal")]
    Personal,
    /// Among the first that somebody would try who knows what people choose.
    #[error("password_common")]
    Common,
}

/// The words that everybody around a person knows. Never shown.
#[derive(Clone)]
pub struct PersonalWords(Vec<Vec<char>>);

impl PersonalWords {
    /// The words of a person’s names (first name, last name), their e-mail and their firm: each
    /// part of 3 letters or more, and the parts of each name written as one word. Of the e-mail’s
    /// domain, the last label doesn’t count.
    pub fn new(names: &[&str], email: &str, firm: &str) -> Self {
        let (local, domain) = email.rsplit_once('@').unwrap_or((email, ""));
        let labels = domain.rsplit_once('.').map_or(domain, |(labels, _)| labels);
        let backwards: Vec<&str> = names.iter().rev().copied().collect();
        let mut words = Words(Vec::new());
        words.add(&names.join(" "));
        words.add(&backwards.join(" "));
        words.add(local);
        words.add(firm);
        for label in labels.split('.') {
            words.add(label);
        }
        words.0.sort_unstable();
        words.0.dedup();
        Self(words.0)
    }
}

impl fmt::Debug for PersonalWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonalWords(..)")
    }
}

/// Words being gathered.
struct Words(Vec<Vec<char>>);

impl Words {
    /// Adds the parts of a name, and the whole.
    fn add(&mut self, name: &str) {
        let parts = name.split(|c: char| !c.is_alphanumeric());
        for text in parts.chain([name]) {
            for reading in [Digits::StandForLetters, Digits::Padding] {
                let word: Vec<char> = fold(text, reading).map(|folded| folded.letter).collect();
                if word.len() >= MIN_WORD {
                    self.0.push(word);
                }
            }
        }
    }
}

/// Judges a password by its length and by the names in it. Whether it is a common one
/// ([`Weakness::Common`]) isn’t told here.
///
/// A password is made of names when it holds one, whatever the case, with anything but letters in
/// between and digits or signs in place of letters (0 for o, 1 for l or i, 3 for e, 4 and @ for a,
/// 5 and $ for s), and fewer than 6 letters stand beside them.
///
/// # Errors
/// [`Weakness::Length`] or [`Weakness::Personal`].
pub fn judge(password: &str, about: &PersonalWords) -> Result<(), Weakness> {
    // The bytes first, so that nobody has megabytes counted.
    let fits =
        password.len() <= MAX_BYTES && (MIN_CHARS..=MAX_CHARS).contains(&password.chars().count());
    if !fits {
        return Err(Weakness::Length);
    }
    let is_personal = [Digits::StandForLetters, Digits::Padding]
        .into_iter()
        .any(|reading| is_made_of(about, password, reading));
    if is_personal {
        Err(Weakness::Personal)
    } else {
        Ok(())
    }
}

/// Whether there are words in a password, and too few other letters.
fn is_made_of(PersonalWords(words): &PersonalWords, password: &str, reading: Digits) -> bool {
    let password: Vec<Folded> = fold(password, reading).collect();
    let mut in_word = vec![false; password.len()];
    for word in words {
        for (start, window) in password.windows(word.len()).enumerate() {
            let letters = window.iter().map(|folded| &folded.letter);
            if letters.eq(word) {
                in_word[start..start + word.len()].fill(true);
            }
        }
    }
    let other_letters = password
        .iter()
        .zip(&in_word)
        .filter(|(folded, in_word)| folded.written && !**in_word)
        .count();
    in_word.contains(&true) && other_letters < MIN_OTHER_LETTERS
}

/// How digits and signs are read that may stand for letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Digits {
    /// “Wh1tl0ck”.
    StandForLetters,
    /// “Whit1lock”.
    Padding,
}

/// A letter as it is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Folded {
    /// In lower case; i and l are one, since 1 stands for both.
    letter: char,
    /// Whether a letter was written, not a digit or a sign in its place.
    written: bool,
}

/// The letters of a text as they are compared; all else is left out.
fn fold(text: &str, reading: Digits) -> impl Iterator<Item = Folded> {
    text.chars()
        .flat_map(char::to_lowercase)
        .filter_map(move |c| {
            let meant = match c {
                '0' => 'o',
                '1' => 'i',
                '3' => 'e',
                '4' | '@' => 'a',
                '5' | '$' => 's',
                c => c,
            };
            let written = meant == c;
            let counts = meant.is_alphabetic() && (written || reading == Digits::StandForLetters);
            let letter = if meant == 'l' { 'i' } else { meant };
            counts.then_some(Folded { letter, written })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dana() -> PersonalWords {
        PersonalWords::new(
            &["Dana", "Whitlock"],
            "d.whitlock@mail.harbourlane.test",
            "Harbour & Lane",
        )
    }

    #[test]
    fn passwords_beside_the_names_are_taken() {
        for password in [
            "harbour bell lantern",
            "paper, ink & brass",
            "correct horse battery staple",
            // Names in longer words, and names beside enough else.
            "planetarium visit",
            "Dana likes walking",
            "harbour lane bridge",
            "testing the tests",
            // 9 characters, whatever they are.
            "384920117",
            "日本語のパスワード",
            "🌊🏔🌋🌊🏔🌋🌊🏔🌋",
        ] {
            assert_eq!(judge(password, &dana()), Ok(()), "{password}");
        }
    }

    #[test]
    fn passwords_made_of_names_are_refused_however_they_are_dressed_up() {
        for password in [
            "Harbour&Lane1",
            "harbourlane",
            "HARBOUR LANE",
            "Whitlock2024",
            "wh1tl0ck!!",
            "Wh!i!t!l!o!c!k",
            "whit7lock99",
            "whit1lock99",
            "whitlock000000",
            "Dana.Whitlock",
            "WhitlockDana",
            "d@n@wh1t10ck",
            "D.Whitlock7",
            "xWhitlockx",
            "Harbour 8291736450",
            "Lane lane lane",
            "LANE-HARBOUR-DANA",
            "H4r80urL4n3 dana",
        ] {
            assert_eq!(
                judge(password, &dana()),
                Err(Weakness::Personal),
                "{password}"
            );
        }
    }

    #[test]
    fn a_password_has_more_than_8_and_at_most_128_characters() {
        let characters = |count| "é".repeat(count);
        for (count, verdict) in [
            (0, Err(Weakness::Length)),
            (8, Err(Weakness::Length)),
            (9, Ok(())),
            (128, Ok(())),
            (129, Err(Weakness::Length)),
            (100_000, Err(Weakness::Length)),
        ] {
            assert_eq!(judge(&characters(count), &dana()), verdict, "{count}");
        }
        // The longest in bytes that 128 characters can be.
        assert_eq!(judge(&"🌊".repeat(128), &dana()), Ok(()));
    }

    #[test]
    fn names_of_other_scripts_and_short_parts_count_as_one_word() {
        let ivanova = PersonalWords::new(&["Анна", "Иванова"], "a@b.test", "Wu & Li LLP");
        for password in ["ИВАНОВА 2024", "анна-иванова", "Wu&LiLLP2024"] {
            assert_eq!(
                judge(password, &ivanova),
                Err(Weakness::Personal),
                "{password}"
            );
        }
        let li = PersonalWords::new(&["Li", "Wu"], "", "");
        for password in ["LiWu20242024", "wu li 20242024"] {
            assert_eq!(judge(password, &li), Err(Weakness::Personal), "{password}");
        }
    }

    #[test]
    fn without_names_nothing_is_personal() {
        let nobody = PersonalWords::new(&["", ""], "", "");
        assert_eq!(judge("1234567890", &nobody), Ok(()));
        let odd = PersonalWords::new(&[], "@@", "& 1 -");
        assert_eq!(judge("1234567890", &odd), Ok(()));
    }

    #[test]
    fn the_words_are_not_shown_by_debug() {
        assert_eq!(format!("{:?}", dana()), "PersonalWords(..)");
    }
}
