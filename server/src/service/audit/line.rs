//! An event as it is exported: a JSON object, one a line, with its link of the chain.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use uuid::Uuid;

use super::head::{NotAHead, SignedHead, hex, read_hex};
use crate::db::{audit_chain::EventRow, audit_export::ExportRow};

/// A line of an export.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Line {
    id: i64,
    at: String,
    action: String,
    actor_account_id: Option<Uuid>,
    account_id: Option<Uuid>,
    identity_id: Option<Uuid>,
    reference: Option<String>,
    reason: Option<String>,
    detail: Option<Value>,
    /// The place in the chain; none while the event waits to be sealed.
    place: Option<i64>,
    /// The hash there, in hexadecimal.
    link: Option<String>,
    /// On the last line: the end of the chain, as `vestibule audit head` writes it; empty when the chain
    /// is broken.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    audit_head: Option<String>,
}

/// What a line says.
#[derive(Clone, Debug)]
pub(super) struct Read {
    /// The event, its detail as it stands in the line.
    pub(super) event: EventRow,
    /// Its place and the hash there.
    pub(super) link: Option<(i64, [u8; 32])>,
    /// The end of the chain; `None` inside when there is none.
    pub(super) head: Option<Result<SignedHead, NotAHead>>,
}

impl Line {
    /// The line of an event.
    pub fn of(row: &ExportRow) -> Self {
        let event = &row.event;
        Self {
            id: event.id,
            at: event.at.format(&Rfc3339).unwrap_or_default(),
            action: event.action.clone(),
            actor_account_id: event.actor_account_id,
            account_id: event.account_id,
            identity_id: event.identity_id,
            reference: event.reference.clone(),
            reason: event.reason.clone(),
            detail: event
                .detail
                .as_deref()
                .and_then(|text| serde_json::from_str(text).ok()),
            place: row.link.as_ref().map(|(place, _)| *place),
            link: row.link.as_ref().map(|(_, hash)| hex(hash)),
            audit_head: None,
        }
    }

    /// The same as the last line of its export.
    #[must_use]
    pub fn with_head(self, head: Option<&SignedHead>) -> Self {
        Self {
            audit_head: Some(head.map(ToString::to_string).unwrap_or_default()),
            ..self
        }
    }

    /// What it says; `None` when it makes no sense.
    pub(super) fn read(self) -> Option<Read> {
        let link = match (self.place, self.link) {
            (Some(place), Some(link)) => Some((place, read_hex(&link).ok()?)),
            (None, None) => None,
            _ => return None,
        };
        Some(Read {
            event: EventRow {
                id: self.id,
                at: OffsetDateTime::parse(&self.at, &Rfc3339).ok()?,
                action: self.action,
                actor_account_id: self.actor_account_id,
                account_id: self.account_id,
                identity_id: self.identity_id,
                reference: self.reference,
                reason: self.reason,
                detail: self.detail.map(|detail| detail.to_string()),
            },
            link,
            head: self.audit_head.map(|head| head.parse()),
        })
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}
