//! `vestibule admin`.

use clap::{Subcommand, ValueEnum};

use super::{
    CommandError,
    accounts::{line, which},
    output::say,
};
use crate::{
    db::accounts::AccountRow,
    domain::{account, email::Email, moment, name::full_name},
    service::roles::{self, Granted, Revoked},
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make somebody an administrator; the first one ever becomes owner
    Grant {
        /// The person's e-mail, or the account's id; an unknown e-mail gets an invited account and a
        /// one-time link
        email: String,
        /// The role
        #[arg(long)]
        role: Option<Role>,
    },
    /// Make somebody a member again; never the last owner
    Revoke {
        /// The person's e-mail
        email: String,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Role {
    /// Decides about administrators, too
    Owner,
    /// Decides about members' accounts
    Admin,
    /// Sees and attests, changes nothing
    Reviewer,
}

impl From<Role> for account::Role {
    fn from(role: Role) -> Self {
        match role {
            Role::Owner => Self::Owner,
            Role::Admin => Self::Admin,
            Role::Reviewer => Self::Reviewer,
        }
    }
}

pub(super) async fn run(command: Command) -> Result<(), CommandError> {
    match command {
        Command::Grant { email, role } => grant(&email, role.map(Into::into)).await,
        Command::Revoke { email } => revoke(&email).await,
    }
}

pub(super) fn parse_email(text: &str) -> Result<Email, CommandError> {
    Email::parse(text)
        .map_err(|_| CommandError::Refused(format!("{text:?} isn't a usable e-mail address")))
}

async fn grant(email: &str, role: Option<account::Role>) -> Result<(), CommandError> {
    let who = which(email)?;
    let services = super::services()?;
    let granted = roles::grant(&services, &who, role).await?;
    super::seal(&services).await;
    match granted {
        Granted::Existing { role, account } => {
            say(format!("{email} is {} now.", role.as_str()))?;
            if !account.email_verified {
                say(unproved(&account))?;
            }
        }
        Granted::Invited { role, claim_url } => {
            say(format!("{email} is invited as {}.", role.as_str()))?;
            say("Hand this link over yourself; it works once, for 24 hours:")?;
            say(claim_url)?;
        }
        Granted::Unsure(accounts) => {
            let lines: Vec<String> = accounts.iter().map(line).collect();
            return Err(CommandError::Refused(format!(
                "nobody has proved the e-mail {email}, and anybody may sign in with it at Clio; if \
                 it is one of these accounts, say which by its id:\n{}",
                lines.join("\n")
            )));
        }
        Granted::NotFound => {
            return Err(CommandError::Refused(format!(
                "no account has the id {email}"
            )));
        }
        Granted::Closed => {
            return Err(CommandError::Refused(format!(
                "{email}'s account is suspended or deleted"
            )));
        }
        Granted::LastOwner => return Err(last_owner(email)),
    }
    Ok(())
}

async fn revoke(email: &str) -> Result<(), CommandError> {
    let parsed = parse_email(email)?;
    let services = super::services()?;
    let revoked = roles::revoke(&services, &parsed).await?;
    super::seal(&services).await;
    match revoked {
        Revoked::Done => say(format!("{email} is a member now."))?,
        Revoked::NotFound => {
            return Err(CommandError::Refused(format!(
                "no account has the e-mail {email}"
            )));
        }
        Revoked::Ambiguous => return Err(ambiguous(email)),
        Revoked::LastOwner => return Err(last_owner(email)),
    }
    Ok(())
}

/// Clio doesn't verify e-mails, so anybody may have signed in first with this one.
fn unproved(account: &AccountRow) -> String {
    format!(
        "Careful: nobody has proved this e-mail yet. The account is that of {}, who first signed in \
         with Clio on {}. If that isn't the person you mean: vestibule admin revoke {}",
        full_name(&account.first_name, &account.last_name, &account.email),
        moment::full(account.created_at),
        account.email,
    )
}

fn ambiguous(email: &str) -> CommandError {
    CommandError::Refused(format!(
        "several accounts have the e-mail {email}, and none of them has proved it"
    ))
}

fn last_owner(email: &str) -> CommandError {
    CommandError::Refused(format!(
        "{email} is the last owner; make somebody else owner first"
    ))
}
