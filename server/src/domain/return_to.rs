//! Where a person wants to go after signing in: a path of this site, and nothing else.

/// A path of this site with its query, safe in a `Location` header.
///
/// Parsed once, stored, and used as stored. At most 2,000 bytes of printable ASCII; other
/// characters arrive percent-encoded. It begins with exactly one slash and holds no backslash,
/// which URL parsers take for a slash (WHATWG URL, path state), nor tabs or line breaks, which they
/// drop, nor dot segments, which they resolve: `/a/../b` would be judged as one page and lead to
/// another.
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
        let path = text.split(['?', '#']).next().unwrap_or(text);
        if stays_here && harmless && !has_dot_segment(path) && !is_part_of_the_flow(path) {
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
fn is_part_of_the_flow(path: &str) -> bool {
    path.starts_with("/auth/")
        || ["/", "/sign-in", "/link", "/welcome", "/pending", "/claim"].contains(&path)
}

/// Whether a segment means this or the parent folder, percent-encoded or not (WHATWG URL, section
/// 4.1). Browsers resolve them before they show an address, so that no honest one has any.
fn has_dot_segment(path: &str) -> bool {
    path.split('/').any(|segment| {
        let plain = segment.to_ascii_lowercase().replace("%2e", ".");
        plain == "." || plain == ".."
    })
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
            "/.well-known/x...y/%2e%2e%2e?a=/../b#/./",
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
            "/account/../auth/clio/start",
            "/./sign-in",
            "/%2E/sign-in",
            "/a/.%2e/",
            "/a/..",
            &long,
        ] {
            assert_eq!(ReturnTo::parse(text), None, "{text:?}");
        }
    }
}
