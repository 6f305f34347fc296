//! Where a person wants to go after signing in: a path of this site, and nothing else.

/// A path of this site with its query, safe in a `Location` header.
///
/// Parsed once, stored, and used as stored. At most 2,000 bytes of printable ASCII; other
/// characters arrive percent-encoded. It begins with exactly one slash and holds no backslash,
/// which URL parsers take for a slash (WHATWG URL, path state), nor tabs or line breaks, which they
/// drop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnTo(String);

impl ReturnTo {
    /// The longest path, in bytes.
    pub const MAX_BYTES: usize = 2000;

    /// Parses a path; `None` for anything that isn't a place of this site worth returning to.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = text.bytes();
        let stays_here = bytes.next() == Some(b'/') && bytes.next() != Some(b'/');
        let harmless = text.len() <= Self::MAX_BYTES
            && text.bytes().all(|b| matches!(b, 0x21..=0x7e) && b != b'\\');
        if stays_here && harmless && !is_part_of_the_flow(text) {
            Some(Self(text.to_owned()))
        } else {
            None
        }
    }

    /// The path.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The pages of the sign-in flow itself, where a return would go round in circles.
fn is_part_of_the_flow(text: &str) -> bool {
    let path = text.split(['?', '#']).next().unwrap_or(text);
    path.starts_with("/auth/")
        || ["/", "/sign-in", "/link", "/welcome", "/pending", "/claim"].contains(&path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_this_site_are_taken_as_they_are() {
        for text in [
            "/account",
            "/matters/12?tab=notes&x=%2F%2Fevil",
            "/a//b",
            "/stra%C3%9Fe#part",
            "/sign-in-help",
        ] {
            assert_eq!(ReturnTo::parse(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn everything_else_is_dropped() {
        let long = format!("/{}", "a".repeat(2000));
        for text in [
            "",
            "account",
            "//evil.test",
            "///evil.test",
            "/\\evil.test",
            "\\\\evil.test",
            "/a\\b",
            "/\t/evil.test",
            "/\r\nSet-Cookie: a=b",
            "/a b",
            "/é",
            "/\0",
            "https://evil.test",
            "javascript:alert(1)",
            " /account",
            "/",
            "/sign-in?return_to=/sign-in",
            "/auth/clio/start",
            &long,
        ] {
            assert_eq!(ReturnTo::parse(text), None, "{text:?}");
        }
    }
}
