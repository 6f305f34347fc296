//! The mails received, and waiting for one.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde::Serialize;
use time::OffsetDateTime;
use tokio::sync::watch;

use crate::sync::lock;

/// Older mails make room for newer ones.
const KEPT: usize = 500;

/// How long a test waits for a mail.
const PATIENCE: Duration = Duration::from_secs(10);

/// One mail as it came in, decoded.
#[derive(Clone, Debug, Serialize)]
pub struct Mail {
    /// Counts up from 1.
    pub id: u64,
    /// When it came.
    #[serde(with = "time::serde::rfc3339")]
    pub received_at: OffsetDateTime,
    /// The envelope's sender; empty for a bounce.
    pub envelope_from: String,
    /// The envelope's recipients.
    pub envelope_to: Vec<String>,
    /// The `From` header, decoded.
    pub from: String,
    /// The subject, decoded.
    pub subject: String,
    /// The text, decoded; made from the HTML if there is no text part.
    pub text: String,
    /// The HTML part, decoded, if there is one.
    pub html: Option<String>,
    /// All headers in order, as they came.
    pub headers: Vec<(String, String)>,
    /// The whole message as it came, dots unstuffed.
    #[serde(skip)]
    pub raw: Vec<u8>,
}

impl Mail {
    /// Whether it went to this address, whatever the case of its ASCII letters.
    pub fn is_to(&self, address: &str) -> bool {
        self.envelope_to
            .iter()
            .any(|own| own.eq_ignore_ascii_case(address))
    }
}

/// No mail came in time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no mail to {0} came in time")]
pub struct NoMail(pub String);

/// The mailbox of everybody.
#[derive(Debug, Default)]
pub(crate) struct Mailbox {
    kept: Mutex<Kept>,
    arrivals: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct Kept {
    last_id: u64,
    mails: VecDeque<(Arc<Mail>, Handed)>,
}

/// Whether a waiting test got the mail already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Handed {
    Yes,
    No,
}

impl Mailbox {
    /// Keeps a mail and wakes who waits for it.
    pub(crate) fn deliver(&self, mut mail: Mail) {
        let id = {
            let mut kept = lock(&self.kept);
            kept.last_id += 1;
            mail.id = kept.last_id;
            if kept.mails.len() == KEPT {
                kept.mails.pop_front();
            }
            kept.mails.push_back((Arc::new(mail), Handed::No));
            kept.last_id
        };
        self.arrivals.send_replace(id);
    }

    /// All mails, oldest first.
    pub(crate) fn all(&self) -> Vec<Arc<Mail>> {
        lock(&self.kept)
            .mails
            .iter()
            .map(|(mail, _)| Arc::clone(mail))
            .collect()
    }

    /// The mail with this id.
    pub(crate) fn by_id(&self, id: u64) -> Option<Arc<Mail>> {
        self.all().into_iter().find(|mail| mail.id == id)
    }

    /// Hands out the oldest mail to `to` that wasn't handed out before, waiting for one if need be.
    pub(crate) async fn wait_for(&self, to: &str) -> Result<Arc<Mail>, NoMail> {
        let mut arrivals = self.arrivals.subscribe();
        let arrival = async {
            loop {
                if let Some(mail) = self.hand_out(to) {
                    return mail;
                }
                // The sender lives in `self`, so this fails never.
                let _ = arrivals.changed().await;
            }
        };
        tokio::time::timeout(PATIENCE, arrival)
            .await
            .map_err(|_| NoMail(to.to_owned()))
    }

    fn hand_out(&self, to: &str) -> Option<Arc<Mail>> {
        let mut kept = lock(&self.kept);
        let (mail, handed) = kept
            .mails
            .iter_mut()
            .find(|(mail, handed)| *handed == Handed::No && mail.is_to(to))?;
        *handed = Handed::Yes;
        Some(Arc::clone(mail))
    }
}
