//! `vestibule sessions`.

use clap::{Args, Subcommand};

use super::{CommandError, admin::parse_email, output::say};
use crate::service::sessions;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Sign people out at once
    Revoke(Whose),
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct Whose {
    /// One person's sessions
    #[arg(long, value_name = "EMAIL")]
    account: Option<String>,
    /// Everybody's sessions
    #[arg(long)]
    all: bool,
}

pub(super) async fn run(command: Command) -> Result<(), CommandError> {
    let Command::Revoke(whose) = command;
    let email = whose.account.as_deref().map(parse_email).transpose()?;
    let services = super::services()?;
    let ended = match &email {
        Some(email) => sessions::revoke_by_email(&services, email)
            .await?
            .ok_or_else(|| CommandError::Refused("no account has that e-mail".to_owned()))?,
        None => sessions::revoke_all(&services).await?,
    };
    super::seal(&services).await;
    say(format!("Sessions ended: {ended}."))?;
    Ok(())
}
