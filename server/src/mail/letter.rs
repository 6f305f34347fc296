//! What a letter is made of, and its two forms: text and HTML from the same words.
//!
//! What it says is in [`super::letters`]. Here is how it looks: no pictures, nothing loaded from
//! anywhere, styles on the elements themselves, since mail programs drop what stands apart.

use std::{borrow::Cow, fmt::Write as _};

use html_escape::{encode_double_quoted_attribute, encode_text};

use crate::domain::name::is_unprintable;

/// The longest line of the text, in characters, unless one word is longer: what a narrow window
/// shows without wrapping it again.
const LINE: usize = 72;

/// A letter to be put into the outbox.
///
/// It is built of blocks, from top to bottom. Whatever goes into one is shown as text: control
/// characters and those that reorder or hide the text around them are dropped, line breaks become
/// spaces, so that no name and no device can add a line to a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// What kind, in a fixed word of at most 60 characters.
    pub kind: &'static str,
    /// The subject; also the heading of the HTML. Nothing that a person typed belongs here, since
    /// it becomes a header.
    pub subject: String,
    blocks: Vec<Block>,
}

/// One block of a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Block {
    Paragraph(String),
    Code { label: String, digits: String },
    Button { label: String, url: String },
    Facts(Vec<(String, String)>),
    FinePrint(String),
}

impl Letter {
    /// A letter without a word yet.
    pub fn new(kind: &'static str, subject: &str) -> Self {
        Self {
            kind,
            subject: clean(subject),
            blocks: Vec::new(),
        }
    }

    /// Goes on with a paragraph.
    #[must_use]
    pub fn paragraph(self, words: &str) -> Self {
        self.with(Block::Paragraph(clean(words)))
    }

    /// Goes on with a code to be typed, shown large, after what it is.
    #[must_use]
    pub fn code(self, label: &str, digits: &str) -> Self {
        self.with(Block::Code {
            label: clean(label),
            digits: clean(digits),
        })
    }

    /// Goes on with a button that opens `url`: absolute, `https` or `http`, one of our own. In the
    /// text it is the label, a colon and the URL on a line of its own; under the button the URL is
    /// shown too, for who reads before clicking.
    #[must_use]
    pub fn button(self, label: &str, url: &str) -> Self {
        let url = url.chars().filter(|c| !is_gap(*c)).collect();
        self.with(Block::Button {
            label: clean(label),
            url,
        })
    }

    /// Goes on with facts, each a label and its value. Those without a value are left out.
    #[must_use]
    pub fn facts(self, facts: &[(&str, &str)]) -> Self {
        let facts: Vec<_> = facts
            .iter()
            .map(|(label, value)| (clean(label), clean(value)))
            .filter(|(_, value)| !value.is_empty())
            .collect();
        if facts.is_empty() {
            return self;
        }
        self.with(Block::Facts(facts))
    }

    /// Goes on with a paragraph in small type.
    #[must_use]
    pub fn fine_print(self, words: &str) -> Self {
        self.with(Block::FinePrint(clean(words)))
    }

    fn with(mut self, block: Block) -> Self {
        self.blocks.push(block);
        self
    }

    /// The letter as plain text: blocks apart by an empty line, lines of at most 72 characters
    /// but for URLs and other long words, which are never broken. Ends with a line break.
    pub fn text(&self) -> String {
        let blocks: Vec<String> = self.blocks.iter().map(Block::text).collect();
        blocks.join("\n\n") + "\n"
    }

    /// The letter as one HTML document with the same words in the same order, below the subject as
    /// heading. A few kilobytes.
    pub fn html(&self) -> String {
        let subject = encode_text(&self.subject);
        let paper = format!(
            "{}{}",
            shade("background-color", PAPER),
            shade("color", INK)
        );
        let mut html = format!(
            "<!DOCTYPE html>\n\
             <html lang=\"en\" style=\"color-scheme:light dark\">\n\
             <head>\n\
             <meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n\
             <meta name=\"supported-color-schemes\" content=\"light dark\">\n\
             <title>{subject}</title>\n\
             </head>\n\
             <body style=\"margin:0;padding:0;{paper}\">\n\
             <div lang=\"en\" style=\"max-width:36rem;margin:0 auto;padding:32px 24px;\
             font:16px/1.5 system-ui,sans-serif;{paper}\">\n\
             <h1 style=\"margin:0 0 24px;font:600 23px/1.25 {SERIF};{}\">{subject}</h1>\n",
            shade("color", INK),
        );
        for block in &self.blocks {
            block.write_html(&mut html);
        }
        html.push_str("</div>\n</body>\n</html>\n");
        html
    }
}

impl Block {
    fn text(&self) -> String {
        match self {
            Self::Paragraph(words) | Self::FinePrint(words) => wrapped(words, ""),
            Self::Code { label, digits } => format!("{label}: {digits}"),
            Self::Button { label, url } => format!("{}\n{url}", wrapped(&format!("{label}:"), "")),
            Self::Facts(facts) => {
                let lines: Vec<String> = facts
                    .iter()
                    .map(|(label, value)| wrapped(&format!("{label}: {value}"), "  "))
                    .collect();
                lines.join("\n")
            }
        }
    }

    fn write_html(&self, html: &mut String) {
        let ink = shade("color", INK);
        let muted = shade("color", MUTED);
        // Writing to a string can't fail.
        let _ = match self {
            Self::Paragraph(words) => writeln!(
                html,
                "<p style=\"margin:0 0 16px;{ink}\">{}</p>",
                encode_text(words)
            ),
            Self::Code { label, digits } => writeln!(
                html,
                "<p style=\"margin:24px 0;{muted}\">{}<br>\n\
                 <strong style=\"font:700 32px/1.5 {MONO};letter-spacing:4px;{ink}\">{}</strong></p>",
                encode_text(label),
                encode_text(digits)
            ),
            Self::Button { label, url } => writeln!(
                html,
                "<p style=\"margin:24px 0 4px\"><a href=\"{}\" style=\"display:inline-block;\
                 padding:12px 20px;border-radius:6px;font-weight:600;text-decoration:none;{}{}\">{}</a></p>\n\
                 <p style=\"margin:0 0 24px;font-size:13px;overflow-wrap:anywhere;word-break:break-word;\
                 {muted}\">{}</p>",
                encode_double_quoted_attribute(url),
                shade("background-color", BRASS),
                shade("color", ON_BRASS),
                encode_text(label),
                encode_text(url)
            ),
            Self::Facts(facts) => {
                html.push_str(
                    "<table style=\"margin:16px 0 24px;border-collapse:collapse;font-size:16px\">\n",
                );
                for (label, value) in facts {
                    let _ = writeln!(
                        html,
                        "<tr><th scope=\"row\" style=\"padding:4px 16px 4px 0;text-align:left;\
                         vertical-align:top;font-weight:400;{muted}\">{}</th>\
                         <td style=\"padding:4px 0;vertical-align:top;overflow-wrap:anywhere;\
                         word-break:break-word;{ink}\">{}</td></tr>",
                        encode_text(label),
                        encode_text(value)
                    );
                }
                writeln!(html, "</table>")
            }
            Self::FinePrint(words) => writeln!(
                html,
                "<p style=\"margin:0 0 16px;font-size:14px;{muted}\">{}</p>",
                encode_text(words)
            ),
        };
    }
}

/// A colour on light and on dark paper; see `style/00-tokens.css`.
type Shades = (&'static str, &'static str);

const PAPER: Shades = ("#fbfaf7", "#12161b");
const INK: Shades = ("#17212b", "#ece8e0");
const MUTED: Shades = ("#5a6570", "#a3adb8");
const BRASS: Shades = ("#7a5417", "#e0b566");
const ON_BRASS: Shades = ("#ffffff", "#12161b");

const SERIF: &str =
    "'Iowan Old Style','Palatino Nova','URW Palladio L',P052,Palatino,Georgia,serif";
const MONO: &str = "ui-monospace,SFMono-Regular,Menlo,Consolas,monospace";

/// A declaration for light, and the same for both: a mail program that doesn't know `light-dark()`
/// keeps the first, for paper and ink alike, so that what is read always stands on its own paper.
fn shade(property: &str, (light, dark): Shades) -> String {
    format!("{property}:{light};{property}:light-dark({light},{dark});")
}

/// Whether nothing is to be seen of a character: it separates, controls, reorders or hides.
fn is_gap(c: char) -> bool {
    c.is_whitespace() || is_unprintable(c)
}

/// Text in one line, words apart by one space, without what can't be seen.
fn clean(text: &str) -> String {
    let words = text.split(char::is_whitespace).map(|word| {
        if word.contains(is_unprintable) {
            Cow::Owned(word.replace(is_unprintable, ""))
        } else {
            Cow::Borrowed(word)
        }
    });
    let mut line = String::with_capacity(text.len());
    for word in words.filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&word);
    }
    line
}

/// Breaks text between words into lines of at most [`LINE`] characters; all but the first begin
/// with `indent`.
fn wrapped(text: &str, indent: &str) -> String {
    let mut lines = String::with_capacity(text.len() + 8);
    let mut used = 0;
    for word in text.split(' ') {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > LINE {
            lines.push('\n');
            lines.push_str(indent);
            used = indent.len();
        } else if used > 0 {
            lines.push(' ');
            used += 1;
        }
        lines.push_str(word);
        used += length;
    }
    lines
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The words that a reader of the HTML sees, in order.
    pub fn words_of_html(html: &str) -> Vec<String> {
        let body = html.split_once("<body").unwrap().1;
        let mut seen = String::new();
        for part in body.split('<').skip(1) {
            seen.push(' ');
            seen.push_str(part.split_once('>').unwrap().1);
        }
        words_of_text(&html_escape::decode_html_entities(&seen))
    }

    /// The words of the text, in order, without the colons that only the text has after labels.
    pub fn words_of_text(text: &str) -> Vec<String> {
        text.split_whitespace()
            .map(|word| word.strip_suffix(':').unwrap_or(word).to_owned())
            .collect()
    }

    fn every_block() -> Letter {
        Letter::new("test", "A letter & its subject")
            .paragraph("One paragraph.")
            .code("Your code", "012345")
            .button("Open it", "https://door.test/a?b=1&c=\"2\"")
            .facts(&[("When", "today"), ("Device", "")])
            .fine_print("Small.")
    }

    #[test]
    fn the_text_has_a_block_after_the_other_and_urls_on_lines_of_their_own() {
        assert_eq!(
            every_block().text(),
            "One paragraph.\n\n\
             Your code: 012345\n\n\
             Open it:\nhttps://door.test/a?b=1&c=\"2\"\n\n\
             When: today\n\n\
             Small.\n"
        );
    }

    #[test]
    fn the_html_has_the_words_of_the_text_in_the_same_order_below_the_subject() {
        let letter = every_block();
        let mut expected = words_of_text(&letter.subject);
        expected.extend(words_of_text(&letter.text()));
        assert_eq!(words_of_html(&letter.html()), expected);
    }

    #[test]
    fn the_html_loads_nothing_and_is_laid_out_for_light_and_dark() {
        let html = every_block().html();
        for part in [
            "<html lang=\"en\"",
            "<meta charset=\"utf-8\">",
            "<meta name=\"color-scheme\" content=\"light dark\">",
            "max-width:36rem",
            "<h1 ",
            "<th scope=\"row\"",
            "<a href=\"https://door.test/a?b=1&amp;c=&quot;2&quot;\"",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        for part in [
            "src=", "url(", "@import", "<style", "<link", "<script", "<img",
        ] {
            assert!(!html.contains(part), "{part}: {html}");
        }
        assert!(html.len() < 4096, "{}", html.len());
    }

    #[test]
    fn hostile_words_are_text_in_both_forms() {
        let hostile = "</title><script>alert(1)</script>\r\nBcc: x\0\u{202e}\" onclick=\"a&amp;b";
        let letter = Letter::new("test", hostile)
            .paragraph(hostile)
            .code(hostile, hostile)
            .button(hostile, "https://door.test/\"><img src=x>\r\n")
            .facts(&[(hostile, hostile)])
            .fine_print(hostile);
        let shown = "</title><script>alert(1)</script> Bcc: x\" onclick=\"a&amp;b";
        assert_eq!(letter.subject, shown);
        let text = letter.text();
        assert!(text.starts_with(&wrapped(shown, "")), "{text}");
        for text in [&text, &letter.html()] {
            assert!(
                !text.contains(|c: char| c != '\n' && is_unprintable(c)),
                "{text:?}"
            );
        }
        assert!(!text.contains("\nBcc"), "{text}");
        let html = letter.html();
        assert!(
            !html.contains("<script") && !html.contains("<img"),
            "{html}"
        );
        assert_eq!(html.matches("</title>").count(), 1);
        assert!(html.contains("href=\"https://door.test/&quot;&gt;&lt;imgsrc=x&gt;\""));
        let mut expected = words_of_text(shown);
        expected.extend(words_of_text(&text));
        assert_eq!(words_of_html(&html), expected);
    }

    #[test]
    fn lines_end_between_words_and_long_words_stay_whole() {
        let url = format!("https://door.test/{}", "x".repeat(200));
        let text = Letter::new("test", "s")
            .paragraph(&"word ".repeat(60))
            .paragraph(&format!("See {url} now"))
            .facts(&[("Device", &"ab ".repeat(60))])
            .button("Open", &url)
            .text();
        for line in text.lines() {
            assert!(line.chars().count() <= LINE || line == url, "{line}");
        }
        assert!(text.contains(&format!("\n\nSee\n{url}\nnow\n\n")), "{text}");
        assert!(text.contains(&format!("\n\nOpen:\n{url}\n")), "{text}");
        assert!(text.contains("ab\n  ab"), "{text}");
    }
}
