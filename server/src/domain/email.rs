//! E-mail addresses: parsed at the edge, compared in one way.

use std::fmt;

/// A well-formed e-mail address, as it was written.
///
/// At most 254 bytes (RFC 5321, section 4.5.3.1, less the angle brackets): a dot-atom of at most
/// 64 bytes, `@`, and a domain of at least two labels. Letters and digits beyond ASCII are taken
/// as they are (RFC 6531); quoted local parts and address literals are refused.
#[derive(Clone, PartialEq, Eq)]
pub struct Email(String);

/// A text that isn't a usable e-mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a usable e-mail address")]
pub struct MalformedEmail;

impl Email {
    /// The longest address, in bytes.
    pub const MAX_BYTES: usize = 254;

    /// Parses an address.
    ///
    /// # Errors
    /// [`MalformedEmail`] for whatever isn't of the form described at [`Email`].
    pub fn parse(text: &str) -> Result<Self, MalformedEmail> {
        let (local, domain) = text.split_once('@').ok_or(MalformedEmail)?;
        let well_formed = text.len() <= Self::MAX_BYTES
            && local.len() <= 64
            && local.split('.').all(is_atom)
            && domain.contains('.')
            && domain.split('.').all(is_label);
        if well_formed {
            Ok(Self(text.to_owned()))
        } else {
            Err(MalformedEmail)
        }
    }

    /// The address as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What two addresses are compared by: ASCII case folded, nothing more. The database's
    /// `lower(email COLLATE "C")` gives the same.
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }

    /// The domain, ASCII case folded.
    pub fn domain(&self) -> String {
        self.0
            .rsplit_once('@')
            .map(|(_, domain)| domain.to_ascii_lowercase())
            .unwrap_or_default()
    }
}

/// Shows no address: it would end up in logs.
impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(..)")
    }
}

/// An atom of RFC 5322, section 3.2.3, with RFC 6531's letters.
fn is_atom(atom: &str) -> bool {
    !atom.is_empty()
        && atom
            .chars()
            .all(|c| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c))
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.chars().all(|c| c.is_alphanumeric() || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_addresses_are_taken_as_written() {
        for text in [
            "d.whitlock@harbourlane.test",
            "Dana+clio@Sub.HarbourLane.test",
            "o'hara@firm.test",
            "jörg@kanzlei.test",
        ] {
            assert_eq!(Email::parse(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn malformed_addresses_are_refused() {
        let long = format!("{}@firm.test", "a".repeat(65));
        let too_long = format!("a@{}.test", ["b".repeat(60).as_str(); 5].join("."));
        for text in [
            "",
            "@",
            "a@",
            "@firm.test",
            "a@firm",
            "a b@firm.test",
            "a@firm..test",
            ".a@firm.test",
            "a.@firm.test",
            "a@b@firm.test",
            "a@-firm.test",
            "a@firm.test\n",
            "a\0@firm.test",
            "<a@firm.test>",
            "\"a b\"@firm.test",
            "a@[127.0.0.1]",
            "a\u{202e}@firm.test",
            &long,
            &too_long,
        ] {
            assert_eq!(Email::parse(text), Err(MalformedEmail), "{text:?}");
        }
    }

    #[test]
    fn only_ascii_case_is_folded() {
        let key = |text: &str| Email::parse(text).unwrap().key();
        assert_eq!(key("DANA@Firm.Test"), key("dana@firm.test"));
        // U+212A KELVIN SIGN lowers to k under Unicode's rules.
        assert_ne!(key("\u{212a}im@firm.test"), key("kim@firm.test"));
        assert_ne!(key("JÖRG@firm.test"), key("jörg@firm.test"));
        assert_ne!(key("dana+1@firm.test"), key("dana@firm.test"));
    }
}
