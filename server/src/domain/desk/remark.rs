//! What administrators write in their own words.

use crate::domain::name::is_unprintable;

/// The longest reason, in characters.
pub const LONGEST_REASON: usize = 500;
/// The longest note, in characters.
pub const LONGEST_NOTE: usize = 2_000;

/// Why something was done, or what others at the desk should know: at least one character, lines and
/// all, without what can't be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark(String);

/// More text than is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too long")]
pub struct TooLong;

impl Remark {
    /// Takes what somebody wrote; `None` when they wrote nothing.
    ///
    /// # Errors
    /// [`TooLong`] when it has more than `longest` characters.
    pub fn parse(text: &str, longest: usize) -> Result<Option<Self>, TooLong> {
        let seen: String = text
            .replace("\r\n", "\n")
            .chars()
            .filter(|c| *c == '\n' || !is_unprintable(*c))
            .collect();
        let seen = seen.trim();
        if seen.chars().count() > longest {
            return Err(TooLong);
        }
        Ok((!seen.is_empty()).then(|| Self(seen.to_owned())))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<String> {
        let remark = Remark::parse(text, 10).unwrap();
        remark.map(|remark| remark.as_str().to_owned())
    }

    #[test]
    fn what_is_seen_is_kept_and_nothing_else() {
        for (text, kept) in [
            ("  Left.\r\nHR ", Some("Left.\nHR")),
            ("a\0b\u{202e}c\u{200b}", Some("abc")),
            ("<b>&é", Some("<b>&é")),
            (" \n\0 ", None),
            ("", None),
        ] {
            assert_eq!(parsed(text).as_deref(), kept, "{text:?}");
        }
    }

    #[test]
    fn length_is_counted_in_characters_after_trimming() {
        assert_eq!(parsed(" éééééééééé ").as_deref(), Some("éééééééééé"));
        assert_eq!(Remark::parse("ééééééééééé", 10), Err(TooLong));
    }
}
