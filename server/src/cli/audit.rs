//! `vestibule audit`.

use std::path::Path;

use clap::Subcommand;
use serde_json::{Value, json};

use super::{
    CommandError,
    output::{Counter, say},
};
use crate::{
    db::audit_chain::EventRow,
    service::{
        Services,
        audit::{self, SignedHead, Verdict},
    },
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check that no event was altered, removed, put in or cut off
    Verify {
        /// A line of `vestibule audit head`, or a file of such lines: the chain must hold what they say
        #[arg(long, value_name = "LINE|FILE")]
        head: Vec<String>,
    },
    /// Write the signed end of the chain, in one line to keep elsewhere
    Head,
    /// Write all events as JSON, one a line
    Export,
}

pub(super) async fn run(command: Command) -> Result<(), CommandError> {
    let services = super::services()?;
    match command {
        Command::Verify { head } => verify(&services, &head).await,
        Command::Head => {
            super::seal(&services).await;
            say(audit::head(&services).await?)?;
            Ok(())
        }
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

async fn verify(services: &Services, given: &[String]) -> Result<(), CommandError> {
    let mut kept = Vec::new();
    for head in given {
        kept.extend(heads(head)?);
    }
    let mut counter = Counter::new("events");
    let verdict = audit::verify_with(services, &kept, |progress| {
        counter.show(progress.done, progress.all);
    });
    let verdict = verdict.await;
    counter.clear();
    match verdict? {
        Verdict::Intact { sealed, tail } => {
            say(format!(
                "Intact: {sealed} events in the chain, {} waiting to be sealed.",
                tail.count
            ))?;
            if let Some(newest) = kept.iter().map(SignedHead::position).max() {
                say(format!(
                    "It holds all {newest} events of the newest head that was kept."
                ))?;
            }
            Ok(())
        }
        Verdict::Broken(found) => Err(CommandError::Refused(format!(
            "the audit is broken: {found}"
        ))),
    }
}

/// The heads of a line, or of a file: one that a mail has broken into several lines, or one a line.
fn heads(given: &str) -> Result<Vec<SignedHead>, CommandError> {
    if let Ok(head) = given.parse() {
        return Ok(vec![head]);
    }
    let refused = |why: &str| CommandError::Refused(format!("--head: {why}"));
    if !Path::new(given).exists() {
        return Err(refused(
            "neither a line of `vestibule audit head` nor a file",
        ));
    }
    let text = std::fs::read_to_string(given)?;
    if let Ok(head) = text.parse() {
        return Ok(vec![head]);
    }
    let lines = text.lines().enumerate();
    let heads: Result<Vec<SignedHead>, CommandError> = lines
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(number, line)| {
            let number = number + 1;
            line.parse()
                .map_err(|error| refused(&format!("line {number} of the file: {error}")))
        })
        .collect();
    let heads = heads?;
    if heads.is_empty() {
        return Err(refused("the file is empty"));
    }
    Ok(heads)
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
