//! `vestibule accounts`.

use clap::{Subcommand, ValueEnum};
use uuid::Uuid;

use super::{CommandError, admin::parse_email, output::say};
use crate::{
    db::accounts::AccountRow,
    domain::{
        account::{AccountId, Status},
        moment,
        name::{Name, full_name},
    },
    service::{
        accounts::{self, Decided, Which},
        invitations::{self, Invitation},
    },
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Prepare an account for a person, and mail a one-time link that opens it
    Invite {
        /// The person's e-mail
        email: String,
        /// The person's name; the first word becomes the first name
        #[arg(long, default_value = "")]
        name: String,
    },
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
        Command::Invite { email, name } => invite(&email, &name).await,
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

async fn invite(email: &str, name: &str) -> Result<(), CommandError> {
    let email = parse_email(email)?;
    let (first, last) = name.trim().split_once(' ').unwrap_or((name.trim(), ""));
    let parse = |text| {
        Name::parse(text).map_err(|_| CommandError::Refused(format!("{text:?} isn't a name")))
    };
    let (first, last) = (parse(first)?, parse(last)?);
    let services = super::services()?;
    let invitation = invitations::invite(&services, &email, &first, &last).await?;
    super::seal(&services).await;
    match invitation {
        Invitation::Sent { claim_url, again } => {
            let again = if again { " again" } else { "" };
            say(format!(
                "{} is invited{again}; a mail says so. The link in it works once, for 7 days:\n{claim_url}",
                email.as_str()
            ))?;
            Ok(())
        }
        Invitation::Administrator => Err(CommandError::Refused(format!(
            "{0} is to administer, and gets the link by hand: vestibule admin grant {0}",
            email.as_str()
        ))),
        Invitation::Exists(status) => Err(CommandError::Refused(format!(
            "{} has an account already; it is {}",
            email.as_str(),
            status.as_str()
        ))),
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
