//! `vestibule audit`.

use clap::Subcommand;
use serde_json::{Value, json};

use super::{CommandError, output::say};
use crate::{
    db::audit_chain::EventRow,
    service::audit::{self, Verdict},
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check that no event was altered, removed, put in or cut off
    Verify,
    /// Write all events as JSON, one a line
    Export,
}

pub(super) async fn run(command: Command) -> Result<(), CommandError> {
    let services = super::services()?;
    match command {
        Command::Verify => match audit::verify(&services).await? {
            Verdict::Intact { sealed, tail } => {
                say(format!(
                    "Intact: {sealed} events in the chain, {} waiting to be sealed.",
                    tail.count
                ))?;
                Ok(())
            }
            Verdict::Broken(found) => Err(CommandError::Refused(format!(
                "the audit is broken: {found}"
            ))),
        },
        Command::Export => {
            let mut last = 0;
            loop {
                let page = audit::page(&services, last).await?;
                let Some(newest) = page.last() else {
                    return Ok(());
                };
                last = newest.id;
                for event in &page {
                    say(line(event))?;
                }
            }
        }
    }
}

fn line(event: &EventRow) -> Value {
    let at = event
        .at
        .format(&time::format_description::well_known::Rfc3339)
        .unwrap_or_default();
    let detail = event
        .detail
        .as_deref()
        .and_then(|text| serde_json::from_str::<Value>(text).ok());
    json!({
        "id": event.id,
        "at": at,
        "action": event.action,
        "actor_account_id": event.actor_account_id,
        "account_id": event.account_id,
        "identity_id": event.identity_id,
        "reference": event.reference,
        "reason": event.reason,
        "detail": detail,
    })
}
