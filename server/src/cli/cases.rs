//! `vestibule cases`.

use clap::Subcommand;

use super::{CommandError, output::say};
use crate::{
    db::cases::{Case, Kind},
    domain::not_me::Kind as NoticeKind,
    domain::{moment, name::full_name},
    service::cases::{self, Decided},
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List what waits for a decision, oldest first
    List,
    /// Do what is asked for: link the login, take the new e-mail, undo what wasn't the person
    Approve {
        /// The reference of the case
        reference: String,
    },
    /// Don't do it; restore what was the person after all
    Decline {
        /// The reference of the case
        reference: String,
    },
}

pub(super) async fn run(command: Command) -> Result<(), CommandError> {
    let services = super::services()?;
    let (reference, decided, done) = match command {
        Command::List => {
            for case in cases::waiting(&services).await? {
                say(line(&case))?;
            }
            return Ok(());
        }
        Command::Approve { reference } => {
            let decided = cases::approve(&services, &reference).await?;
            (reference, decided, "approved")
        }
        Command::Decline { reference } => {
            let decided = cases::decline(&services, &reference).await?;
            (reference, decided, "declined")
        }
    };
    super::seal(&services).await;
    match decided {
        Decided::Done(case) => {
            say(format!("{} is {done}; a mail says so.", case.reference))?;
            Ok(())
        }
        Decided::NotFound => Err(CommandError::Refused(format!(
            "no case waits under {reference}"
        ))),
        Decided::Impossible(why) => Err(CommandError::Refused(format!(
            "{reference} can't be settled like that: {}",
            why.in_words()
        ))),
    }
}

fn line(case: &Case) -> String {
    let asks = match case.kind {
        Kind::LinkAsked => "asks to link",
        Kind::EmailChange => "new e-mail at Clio",
        Kind::EmailCollision => "new e-mail at Clio, which another account has",
        Kind::NotMe => not_me(case),
    };
    let login = full_name(
        &case.first_name,
        &case.last_name,
        case.email.as_deref().unwrap_or(""),
    );
    format!(
        "{}  {}  {}  {asks}  {} {login}  {}",
        case.reference,
        moment::iso(case.created_at),
        case.account_email,
        case.email
            .as_deref()
            .or(case.identity_email.as_deref())
            .unwrap_or("-"),
        case.message,
    )
}

/// What the person says wasn't them.
fn not_me(case: &Case) -> &'static str {
    match NoticeKind::from_word(&case.message) {
        Some(NoticeKind::Linked) => "says that it wasn't them: a Clio login was connected",
        Some(NoticeKind::Unlinked) => "says that it wasn't them: a Clio login was disconnected",
        Some(NoticeKind::NewDevice) => "says that it wasn't them: a sign-in from a new device",
        Some(NoticeKind::EmailChanged) => "says that it wasn't them: the e-mail was changed",
        Some(NoticeKind::PasswordChanged) => "says that it wasn't them: the password was set",
        None => "says that it wasn't them",
    }
}
