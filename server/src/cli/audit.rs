//! `vestibule audit`.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::{
    CommandError,
    output::{Counter, say},
};
use crate::service::{
    ServiceError, Services,
    audit::{self, Line, SignedHead, Verdict},
    desk::reviews::pack,
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check that no event was altered, removed, put in or cut off
    Verify {
        /// A line of `vestibule audit head`, or a file of such lines: the chain must hold what they say
        #[arg(long, value_name = "LINE|FILE")]
        head: Vec<String>,
        /// The evidence of a review, as it was downloaded: it must be what was written, and the chain
        /// must hold what it names
        #[arg(long, value_name = "FILE")]
        pack: Option<PathBuf>,
    },
    /// Write the signed end of the chain, in one line to keep elsewhere
    Head,
    /// Write all events as JSON, one a line, with the chain and its signed end
    Export,
}

pub(super) async fn run(command: Command) -> Result<(), CommandError> {
    let services = super::services()?;
    match command {
        Command::Verify { head, pack } => {
            let mut kept = Vec::new();
            for head in &head {
                kept.extend(heads(head)?);
            }
            match pack {
                Some(pack) => verify_pack(&services, &pack, kept).await,
                None => verify(&services, &kept).await,
            }
        }
        Command::Head => {
            super::seal(&services).await;
            say(audit::head(&services).await?)?;
            Ok(())
        }
        Command::Export => {
            super::seal(&services).await;
            export(&services).await
        }
    }
}

/// Writes all events, a JSON object a line. The last one bears the signed end of the chain.
async fn export(services: &Services) -> Result<(), CommandError> {
    let mut export = audit::export(services).await?;
    let mut last = None;
    loop {
        let page = export.next().await?;
        if page.is_empty() {
            break;
        }
        for row in &page {
            if let Some(line) = last.replace(Line::of(row)) {
                say(line)?;
            }
        }
    }
    if let Some(line) = last {
        say(line.with_head(export.head.as_ref()))?;
    }
    Ok(export.end().await?)
}

async fn verify(services: &Services, kept: &[SignedHead]) -> Result<(), CommandError> {
    let verdict = compare(services, kept).await;
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

/// Reads the whole chain, and shows on a terminal how far it has come.
async fn compare(services: &Services, kept: &[SignedHead]) -> Result<Verdict, ServiceError> {
    let mut counter = Counter::new("events");
    let verdict = audit::verify_with(services, kept, |progress| {
        counter.show(progress.done, progress.all);
    });
    let verdict = verdict.await;
    counter.clear();
    verdict
}

/// Compares the evidence of a review with what it says of itself, and the audit with what it names.
async fn verify_pack(
    services: &Services,
    path: &Path,
    mut kept: Vec<SignedHead>,
) -> Result<(), CommandError> {
    let pack = std::fs::read(path)?;
    let checked = pack::check(&services.config.master_key, &pack)
        .map_err(|error| CommandError::Refused(format!("--pack: {error}")))?;
    // An end that wasn't signed here says nothing about the audit.
    if checked.is_signed {
        kept.push(checked.head.clone());
    }
    let verdict = compare(services, &kept).await?;
    let (is_intact, record) = match &verdict {
        Verdict::Broken(found) => (false, format!("the audit is broken: {found}")),
        Verdict::Intact { .. } if checked.is_signed => (
            true,
            format!(
                "the audit holds the {} events that it names",
                checked.head.position()
            ),
        ),
        Verdict::Intact { .. } => (true, "the audit itself is intact".to_owned()),
    };
    let contents = if checked.has_its_contents {
        format!("the pack’s {} links fit its checksum", checked.links)
    } else {
        "the pack’s contents were altered".to_owned()
    };
    let signature = if checked.is_signed {
        "its signature is this installation’s"
    } else {
        "its signature doesn’t fit: it was altered, or signed with another SECRET_KEY"
    };
    let says = format!("{contents}; {signature}; {record}.");
    if checked.has_its_contents && checked.is_signed && is_intact {
        say(format!("Intact: {says}"))?;
        return Ok(());
    }
    Err(CommandError::Refused(format!("Not intact: {says}")))
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
