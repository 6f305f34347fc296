//! From the bytes of a message to a [`Mail`].

use mail_parser::{Address, MessageParser};
use time::OffsetDateTime;

use super::mailbox::Mail;

/// The envelope of a message (RFC 5321 §2.3.1).
#[derive(Debug, Default)]
pub(crate) struct Envelope {
    pub(crate) from: String,
    pub(crate) to: Vec<String>,
}

/// Decodes headers (RFC 2047) and text parts. What can't be parsed is shown as it came.
pub(crate) fn read(raw: Vec<u8>, envelope: Envelope, received_at: OffsetDateTime) -> Mail {
    let parsed = MessageParser::default().parse(&raw);
    let whole = || String::from_utf8_lossy(&raw).into_owned();
    let (from, subject, text, html, headers) = match &parsed {
        Some(message) => (
            message.from().map(sender).unwrap_or_default(),
            message.subject().unwrap_or_default().to_owned(),
            message.body_text(0).map_or_else(whole, Into::into),
            message
                .html_bodies()
                .next()
                .filter(|part| part.is_text_html())
                .and_then(|part| part.text_contents())
                .map(str::to_owned),
            message
                .headers_raw()
                .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
                .collect(),
        ),
        None => (String::new(), String::new(), whole(), None, Vec::new()),
    };
    Mail {
        id: 0,
        received_at,
        envelope_from: envelope.from,
        envelope_to: envelope.to,
        from,
        subject,
        text,
        html,
        headers,
        raw,
    }
}

fn sender(addresses: &Address) -> String {
    let Some(first) = addresses.first() else {
        return String::new();
    };
    match (first.name(), first.address()) {
        (Some(name), Some(address)) => format!("{name} <{address}>"),
        (name, address) => name.or(address).unwrap_or_default().to_owned(),
    }
}
