//! `vestibule accounts`.

use clap::{Subcommand, ValueEnum};
use uuid::Uuid;

use super::{CommandError, admin::parse_email, output::say};
use crate::{
    db::accounts::AccountRow,
    domain::{
        account::{AccountId, Status},
        moment,
        name::full_name,
    },
    service::accounts::{self, Decided, Which},
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Let a waiting person in
    Approve {
        /// The person's e-mail, or the account's id
        who: String,
    },
    /// Decide against a waiting person
    Reject {
        /// The person's e-mail, or the account's id
        who: String,
    },
    /// List accounts, oldest first
    List {
        /// In which state
        #[arg(long, default_value = "pending")]
        status: StatusArgument,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum StatusArgument {
    /// Made by an administrator, never used
    Invited,
    /// Waiting to be let in
    Pending,
    /// In use
    Active,
    /// Closed for now
    Suspended,
    /// Closed for good
    Deleted,
}

impl From<StatusArgument> for Status {
    fn from(status: StatusArgument) -> Self {
        match status {
            StatusArgument::Invited => Self::Invited,
            StatusArgument::Pending => Self::Pending,
            StatusArgument::Active => Self::Active,
            StatusArgument::Suspended => Self::Suspended,
            StatusArgument::Deleted => Self::Deleted,
        }
    }
}

pub(super) async fn run(command: Command) -> Result<(), CommandError> {
    match command {
        Command::Approve { who } => {
            let which = which(&who)?;
            let services = super::services()?;
            let decided = accounts::approve(&services, &which).await?;
            super::seal(&services).await;
            report(&who, decided, "is let in; a mail says so.")
        }
        Command::Reject { who } => {
            let which = which(&who)?;
            let services = super::services()?;
            let decided = accounts::reject(&services, &which).await?;
            super::seal(&services).await;
            report(&who, decided, "is not let in; a mail says so.")
        }
        Command::List { status } => {
            let services = super::services()?;
            for account in accounts::list(&services, status.into()).await? {
                say(line(&account))?;
            }
            Ok(())
        }
    }
}

pub(super) fn which(who: &str) -> Result<Which, CommandError> {
    match Uuid::parse_str(who) {
        Ok(id) => Ok(Which::Id(AccountId(id))),
        Err(_) => Ok(Which::Email(parse_email(who)?)),
    }
}

fn report(who: &str, decided: Decided, done: &str) -> Result<(), CommandError> {
    match decided {
        Decided::Done(account) => {
            let name = full_name(&account.first_name, &account.last_name, &account.email);
            say(format!("{name} {done}"))?;
            Ok(())
        }
        Decided::NotFound => Err(CommandError::Refused(format!("nobody waits as {who}"))),
        Decided::Ambiguous(accounts) => {
            let lines: Vec<String> = accounts.iter().map(line).collect();
            Err(CommandError::Refused(format!(
                "several people wait as {who}; say which one by its id:\n{}",
                lines.join("\n")
            )))
        }
    }
}

pub(super) fn line(account: &AccountRow) -> String {
    format!(
        "{}  {:<9}  {:<8}  {}  {} ({})  {}",
        account.id,
        account.status.as_str(),
        account.role.as_str(),
        moment::iso(account.created_at),
        account.email,
        if account.email_verified {
            "proved"
        } else {
            "not proved"
        },
        full_name(&account.first_name, &account.last_name, ""),
    )
}
