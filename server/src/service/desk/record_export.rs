//! The record of everything, written out: from the oldest event that is asked for to the moment in
//! which it was asked for, and last the head of the chain.

use serde_json::json;

use super::record::{Asked, Entry, place_of, with_people};
use crate::{
    db::{
        audit::{self as events, NewEvent},
        desk::record::{self, Order},
        sessions::LiveSession,
    },
    domain::desk::{
        record::{Place, Topic},
        record_filter::{Filter, Typed, Whose},
    },
    service::{
        ServiceError, Services,
        audit::{self, SignedHead},
    },
};

/// How many events are read at once: what an export holds in memory, however long it is.
const PAGE: i64 = 1_000;

/// What is exported as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values.
    Csv,
    /// A JSON object a line.
    Jsonl,
}

impl Format {
    /// The word in the record.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
        }
    }
}

/// An export under way. It holds no connection and no transaction between its pages.
pub struct Export {
    /// `None` when nobody has the e-mail that was asked for.
    asked: Option<Asked>,
    next: Place,
    end: Place,
}

/// Begins an export, and records who exports what.
pub async fn begin(
    services: &Services,
    session: &LiveSession,
    format: Format,
    typed: &Typed,
    filter: &Filter,
) -> Result<Export, ServiceError> {
    let now = services.now();
    let mut connection = services.pool.acquire().await?;
    let asked = Asked::resolve(&mut connection, filter).await?;
    let about = match &filter.whose {
        Some(Whose::Account(account)) => Some(*account),
        _ => None,
    };
    let known =
        |act: &str| Topic::of(act).is_some() || Topic::ALL.iter().any(|topic| topic.word() == act);
    let act = match typed.act.trim() {
        "" => None,
        act if known(act) => Some(act),
        // What was typed is nobody's business but the fixed words.
        _ => Some("other"),
    };
    // Days that were read are digits and dashes.
    let day = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
    let event = NewEvent {
        action: "audit.exported",
        actor: Some(session.account),
        account: about,
        detail: Some(json!({
            "format": format.as_str(),
            "act": act,
            "from": day(&typed.from),
            "to": day(&typed.to),
            "by_person": filter.whose.is_some(),
            "by_reference": filter.reference.is_some(),
        })),
        ..NewEvent::default()
    };
    events::record(&mut connection, &event, now).await?;
    connection.give_back();
    services.recorded();
    let end = filter.stretch.before(Place::before(now)).before;
    Ok(Export {
        asked,
        next: filter.stretch.after,
        end,
    })
}

impl Export {
    /// The next entries, the oldest first; none at the end.
    pub async fn next(&mut self, services: &Services) -> Result<Vec<Entry>, ServiceError> {
        let Some(asked) = &self.asked else {
            return Ok(Vec::new());
        };
        let mut question = asked.question();
        question.stretch = question.stretch.after(self.next).before(self.end);
        let mut connection = services.pool.acquire().await?;
        let events = record::events(&mut connection, &question, Order::OldestFirst, PAGE).await?;
        if let Some(last) = events.last() {
            self.next = place_of(last);
        }
        let entries = with_people(&mut connection, events).await?;
        connection.give_back();
        Ok(entries)
    }

    /// The head of the chain, which says how far what was exported is sealed; `None` when the chain is
    /// broken, which whoever verifies it learns in full.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub async fn head(services: &Services) -> Result<Option<SignedHead>, ServiceError> {
        match audit::head(services).await {
            Ok(head) => Ok(Some(head)),
            Err(ServiceError::AuditBroken(found)) => {
                tracing::error!(reason = %found, "the audit is broken");
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}
