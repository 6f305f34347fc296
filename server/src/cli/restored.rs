//! `vestibule restored`.

use std::{fs::File, io::BufReader, path::PathBuf};

use clap::Args;
use time::format_description::well_known::Rfc3339;

use super::{CommandError, output::say};
use crate::service::restored::{self, Ended, FromExport, Replayed};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// What `vestibule audit export` wrote after the backup was made: what was taken away since is taken
    /// away again
    #[arg(long, value_name = "FILE")]
    replay: Option<PathBuf>,
}

pub(super) async fn run(arguments: Arguments) -> Result<(), CommandError> {
    let services = super::services()?;
    let export = match &arguments.replay {
        Some(path) => Some(BufReader::new(File::open(path).map_err(|error| {
            CommandError::Refused(format!(
                "--replay: the file can’t be read: {}",
                error.kind()
            ))
        })?)),
        None => None,
    };
    let done = restored::finish(&services, export)
        .await?
        .map_err(|refused| {
            CommandError::Refused(format!("--replay: {refused}. Nothing was changed."))
        })?;
    super::seal(&services).await;
    tell_ended(done.ended)?;
    match &done.from_export {
        Some(export) => tell_replayed(export)?,
        None => say(
            "Nothing was replayed: what was taken away since the backup was made is given again. \
             Name an export of the audit with --replay.",
        )?,
    }
    Ok(())
}

fn tell_ended(ended: Ended) -> std::io::Result<()> {
    say(format!(
        "Ended: {} sessions, {} sign-in attempts, {} pending links, {} mailed codes, {} one-time links.",
        ended.sessions, ended.attempts, ended.link_requests, ended.codes, ended.claims
    ))?;
    say(format!(
        "Dropped: {} letters that weren’t sent. Stopped: {} decisions about many, {} lists of people.",
        ended.letters, ended.bulk_acts, ended.imports
    ))
}

fn tell_replayed(export: &FromExport) -> std::io::Result<()> {
    let at = export.at.format(&Rfc3339).unwrap_or_default();
    say(format!(
        "The export fits: it has places 1 to {} in common with this database, and ends at place {}, {at}.",
        export.common, export.end
    ))?;
    if export.unsealed > 0 {
        say(format!(
            "Its last {} events weren’t sealed when it was written: nothing proves them, look at them by hand.",
            export.unsealed
        ))?;
    }
    if !export.is_new {
        say("It has been replayed before: nothing was taken away.")?;
        return tell_held_back(&export.replayed);
    }
    let replayed = &export.replayed;
    say(format!(
        "Taken away again, of {} events: {} accounts closed, {} roles lowered, {} Clio logins disconnected, \
         {} passwords removed, {} e-mails no longer proved.",
        replayed.events,
        replayed.closed,
        replayed.demoted,
        replayed.disconnected,
        replayed.passwords,
        replayed.mailboxes
    ))?;
    tell_looks(replayed)
}

/// What the operator has to look at.
fn tell_looks(replayed: &Replayed) -> std::io::Result<()> {
    tell_held_back(replayed)?;
    if !replayed.unknown.is_empty() {
        let closed: Vec<String> = replayed
            .unknown_closed
            .iter()
            .map(ToString::to_string)
            .collect();
        say(format!(
            "{} accounts were made since and aren’t here: their people are strangers, about whom ADMISSION \
             decides. Closed in the end, and not to be let in again: {}.",
            replayed.unknown.len(),
            if closed.is_empty() {
                "none".to_owned()
            } else {
                closed.join(", ")
            }
        ))?;
    }
    let (given, lost): (Vec<_>, Vec<_>) = replayed
        .looks
        .iter()
        .partition(|(_, looked)| looked.hint.is_none());
    if !lost.is_empty() {
        say("To be looked at by hand, in the export:")?;
    }
    for (act, looked) in lost {
        let hint = looked.hint.unwrap_or_default();
        say(format!("{:>7} {act}: {hint}", looked.times))?;
    }
    if !given.is_empty() {
        say("Given since, and not given again:")?;
    }
    for (act, looked) in given {
        say(format!("{:>7} {act}", looked.times))?;
    }
    Ok(())
}

fn tell_held_back(replayed: &Replayed) -> std::io::Result<()> {
    if replayed.held_back.is_empty() {
        return Ok(());
    }
    let places: Vec<String> = replayed.held_back.iter().map(ToString::to_string).collect();
    say(format!(
        "Held back, since nobody else would be an owner who can get in: places {}. \
         Make somebody else an owner (`vestibule admin grant EMAIL --role owner`) and run this again.",
        places.join(", ")
    ))
}
