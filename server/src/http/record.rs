//! The record of everything as a file: `/admin/audit.csv` and `/admin/audit.jsonl`, by the filter of
//! `/admin/audit`.
//!
//! The last line is the head of the chain, as `vestibule audit head` writes it: in CSV a row without
//! number whose act is `audit.head` and whose detail is the line, in JSONL an object
//! `{"audit_head": "…"}`. It is `null`, or nothing, when the chain is broken. What was recorded within
//! the last second may not be sealed yet, and is after it.

use std::sync::Arc;

use app::ErrorPage;
use axum::{extract::Request, response::Response};
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;

use super::{
    csv, desk, pages,
    rows::{self, Pieces},
};
use crate::{
    db::desk::record::PersonRow,
    domain::{
        desk::{
            record_filter::{Filter, Typed},
            rules::Right,
        },
        moment,
    },
    error_chain::error_chain,
    service::{
        ServiceError, Services,
        desk::{
            record::Entry,
            record_export::{self, Export, Format},
        },
    },
};

/// The columns of the CSV.
const COLUMNS: [&str; 13] = [
    "id",
    "at",
    "action",
    "actor_account_id",
    "actor_name",
    "actor_email",
    "account_id",
    "account_name",
    "account_email",
    "identity_id",
    "reference",
    "reason",
    "detail",
];

/// Writes the record out.
pub async fn export(services: Arc<Services>, format: Format, request: Request) -> Response {
    let live = match desk::visitor(&services, &request, Right::Look) {
        Ok(live) => live,
        Err(answer) => return answer,
    };
    let (parts, _) = request.into_parts();
    let problem = |error| pages::problem(&services.config, &parts.headers, error);
    let typed = typed(parts.uri.query().unwrap_or_default());
    let Ok(filter) = Filter::read(&typed) else {
        return problem(ErrorPage::BadRequest);
    };
    let export = match record_export::begin(&services, &live, format, &typed, &filter).await {
        Ok(export) => export,
        Err(error) => {
            tracing::error!(reason = error_chain(&error), "the record can't be exported");
            return problem(ErrorPage::Unavailable);
        }
    };
    let (kind, ending) = match format {
        Format::Csv => ("text/csv; charset=utf-8", "csv"),
        Format::Jsonl => ("application/jsonl", "jsonl"),
    };
    let day = moment::iso(services.now());
    let day = day.split('T').next().unwrap_or_default();
    let (response, pieces) = rows::download(kind, &format!("audit-{day}.{ending}"));
    tokio::spawn(async move {
        match write(&services, format, export, &pieces).await {
            Ok(true) => pieces.end().await,
            // Nobody reads any more.
            Ok(false) => {}
            Err(error) => {
                tracing::error!(
                    reason = error_chain(&error),
                    "an export of the record breaks off"
                );
            }
        }
    });
    response
}

/// The filter of a query string. What stands twice counts as it stands last.
fn typed(query: &str) -> Typed {
    let mut typed = Typed::default();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let field = match &*name {
            "person" => &mut typed.person,
            "act" => &mut typed.act,
            "from" => &mut typed.from,
            "to" => &mut typed.to,
            "reference" => &mut typed.reference,
            _ => continue,
        };
        *field = value.into_owned();
    }
    typed
}

/// Whether it came to its end, rather than the reader.
async fn write(
    services: &Services,
    format: Format,
    mut export: Export,
    pieces: &Pieces,
) -> Result<bool, ServiceError> {
    if format == Format::Csv && !pieces.send(csv::line(COLUMNS)).await {
        return Ok(false);
    }
    loop {
        let entries = export.next(services).await?;
        if entries.is_empty() {
            break;
        }
        let lines: String = entries
            .iter()
            .map(|entry| match format {
                Format::Csv => csv_line(entry),
                Format::Jsonl => format!("{}\n", json_line(entry)),
            })
            .collect();
        if !pieces.send(lines).await {
            return Ok(false);
        }
    }
    let head = Export::head(services).await?.map(|head| head.to_string());
    let last = match format {
        Format::Csv => {
            let mut cells = [""; COLUMNS.len()];
            cells[2] = "audit.head";
            cells[12] = head.as_deref().unwrap_or_default();
            csv::line(cells)
        }
        Format::Jsonl => format!("{}\n", json!({ "audit_head": head })),
    };
    Ok(pieces.send(last).await)
}

fn csv_line(entry: &Entry) -> String {
    let event = &entry.event;
    let id = |id: Option<uuid::Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
    let called = |person: &Option<PersonRow>| {
        person.as_ref().map_or_else(Default::default, |person| {
            let name = [person.first_name.as_str(), &person.last_name].join(" ");
            (name.trim().to_owned(), person.email.clone())
        })
    };
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let (actor_name, actor_email) = called(&entry.actor);
    let (account_name, account_email) = called(&entry.account);
    let cells = [
        event.id.to_string(),
        event.at.format(&Rfc3339).unwrap_or_default(),
        event.action.clone(),
        id(event.actor_account_id),
        actor_name,
        actor_email,
        id(event.account_id),
        account_name,
        account_email,
        id(event.identity_id),
        text(&event.reference),
        text(&event.reason),
        text(&event.detail),
    ];
    csv::line(cells.iter().map(String::as_str))
}

/// As `vestibule audit export` writes it, with the people as they are called now.
fn json_line(entry: &Entry) -> Value {
    let event = &entry.event;
    let person = |person: &Option<PersonRow>| {
        person.as_ref().map(|person| {
            json!({
                "email": person.email,
                "first_name": person.first_name,
                "last_name": person.last_name,
            })
        })
    };
    let detail = event
        .detail
        .as_deref()
        .and_then(|text| serde_json::from_str::<Value>(text).ok());
    json!({
        "id": event.id,
        "at": event.at.format(&Rfc3339).unwrap_or_default(),
        "action": event.action,
        "actor_account_id": event.actor_account_id,
        "actor": person(&entry.actor),
        "account_id": event.account_id,
        "account": person(&entry.account),
        "identity_id": event.identity_id,
        "reference": event.reference,
        "reason": event.reason,
        "detail": detail,
    })
}
