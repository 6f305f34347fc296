//! Escaping, and links in plain text.

use std::fmt::{self, Write as _};

/// Text for HTML content and quoted attributes.
pub(crate) struct Escaped<'a>(&'a str);

/// Escapes `text`.
pub(crate) fn esc(text: &str) -> Escaped<'_> {
    Escaped(text)
}

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some((at, special)) = rest.char_indices().find_map(special) {
            formatter.write_str(&rest[..at])?;
            formatter.write_str(special)?;
            // Every special character is one byte long.
            rest = &rest[at + 1..];
        }
        formatter.write_str(rest)
    }
}

fn special((at, character): (usize, char)) -> Option<(usize, &'static str)> {
    let escape = match character {
        '&' => "&amp;",
        '<' => "&lt;",
        '>' => "&gt;",
        '"' => "&quot;",
        '\'' => "&#39;",
        '\0' => "\u{fffd}",
        _ => return None,
    };
    Some((at, escape))
}

/// Plain text as HTML, with its `http:` and `https:` URLs as links.
pub(super) fn with_links(text: &str) -> String {
    let mut html = String::new();
    let mut rest = text;
    while let Some(at) = next_url(rest) {
        let (before, from_url) = rest.split_at(at);
        let end = from_url
            .find(|end: char| end.is_whitespace() || "<>\"".contains(end))
            .unwrap_or(from_url.len());
        let url = from_url[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '\'']);
        // Writing to a string can't fail.
        let _ = write!(
            html,
            "{}<a href=\"{url}\">{url}</a>",
            esc(before),
            url = esc(url)
        );
        rest = &from_url[url.len()..];
    }
    let _ = write!(html, "{}", esc(rest));
    html
}

fn next_url(text: &str) -> Option<usize> {
    [text.find("https://"), text.find("http://")]
        .into_iter()
        .flatten()
        .min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_text_is_shown_not_obeyed() {
        let shown = esc("<img src=x onerror='a(\"b\")'>&\0é").to_string();
        assert_eq!(
            shown,
            "&lt;img src=x onerror=&#39;a(&quot;b&quot;)&#39;&gt;&amp;\u{fffd}é"
        );
    }

    #[test]
    fn a_url_in_a_mail_becomes_a_link_without_its_full_stop() {
        assert_eq!(
            with_links("See <http://localhost:3000/a?b=1&c=2>. Or https://x.test/y."),
            "See &lt;<a href=\"http://localhost:3000/a?b=1&amp;c=2\">http://localhost:3000/a?b=1&amp;c=2</a>&gt;. \
             Or <a href=\"https://x.test/y\">https://x.test/y</a>."
        );
    }

    #[test]
    fn a_bare_scheme_ends_the_search() {
        assert_eq!(
            with_links("http:// and on"),
            "<a href=\"http://\">http://</a> and on"
        );
    }
}
