//! First and last names.

/// A first or last name, at most 100 characters, without control or formatting characters, trimmed.
/// May be empty: not everybody has both, and Clio may send neither.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name(String);

/// A text that can't be a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a name")]
pub struct MalformedName;

impl Name {
    /// The longest name, in characters.
    pub const MAX_CHARS: usize = 100;

    /// Parses what a person typed.
    ///
    /// # Errors
    /// [`MalformedName`] when it is too long or holds characters that no name has.
    pub fn parse(text: &str) -> Result<Self, MalformedName> {
        let text = text.trim();
        if text.chars().count() > Self::MAX_CHARS || text.chars().any(is_unprintable) {
            return Err(MalformedName);
        }
        Ok(Self(text.to_owned()))
    }

    /// Makes a name of what a provider sent: drops what no name has and cuts what is too long, so
    /// that an odd name never keeps a person out.
    pub fn from_provider(text: &str) -> Self {
        let cleaned: String = text
            .chars()
            .filter(|c| !is_unprintable(*c))
            .take(Self::MAX_CHARS)
            .collect();
        Self(cleaned.trim().to_owned())
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Control characters, and those that reorder or hide the text around them (bidirectional
/// controls, zero-width characters but the joiners that some scripts need, line separators, tags).
pub(crate) fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

/// First and last name in one line, or the e-mail where there is neither.
pub fn full_name(first: &str, last: &str, email: &str) -> String {
    match (first, last) {
        ("", "") => email.to_owned(),
        ("", one) | (one, "") => one.to_owned(),
        (first, last) => format!("{first} {last}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_all_scripts_are_kept() {
        for text in [
            "Dana",
            "O’Hara-Smith",
            "Mei-Lin",
            "Ōe",
            "نور",
            "क्षितिज",
            "<script>",
        ] {
            assert_eq!(Name::parse(text).unwrap().as_str(), text);
            assert_eq!(Name::from_provider(text).as_str(), text);
        }
    }

    #[test]
    fn typed_names_with_control_characters_or_too_long_are_refused() {
        let long = "a".repeat(101);
        for text in ["a\0b", "a\nb", "a\u{202e}b", long.as_str()] {
            assert_eq!(Name::parse(text), Err(MalformedName), "{text:?}");
        }
    }

    #[test]
    fn a_providers_odd_name_is_mended() {
        assert_eq!(Name::from_provider(" a\0\u{202e}b\r\n").as_str(), "ab");
        assert_eq!(
            Name::from_provider(&"é".repeat(500))
                .as_str()
                .chars()
                .count(),
            100
        );
    }

    #[test]
    fn a_person_without_names_is_called_by_e_mail() {
        assert_eq!(full_name("", "", "a@b.test"), "a@b.test");
        assert_eq!(full_name("Dana", "", "a@b.test"), "Dana");
        assert_eq!(full_name("Dana", "Whitlock", "a@b.test"), "Dana Whitlock");
    }
}
