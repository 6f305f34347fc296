//! Who administers: granted and revoked by the operator on the command line.

use sqlx::PgConnection;

use super::{ServiceError, Services, accounts::Which, credentials};
use crate::{
    db::{
        accounts::{self, AccountRow, Invited},
        audit::{self, NewEvent},
        claims, invitations, revoking, roles,
    },
    domain::{
        account::{AccountId, Role, Status},
        desk::profile::Origin,
        email::Email,
        name::Name,
        proof::code_is_enough_for,
    },
    mail::letters::{self, Letter},
    random,
    secrets::digest,
};

/// How a grant ended.
#[derive(Debug)]
pub enum Granted {
    /// The account has the role now.
    Existing {
        /// The role.
        role: Role,
        /// The account as it was, for the operator to make sure that it is the one that was meant:
        /// its e-mail may not be proved.
        account: AccountRow,
    },
    /// An invited account was made, or an invited one got a fresh link.
    Invited {
        /// The role.
        role: Role,
        /// The one-time URL to hand over.
        claim_url: String,
    },
    /// The e-mail names these accounts, and isn't proved: the operator says by its id which is meant.
    Unsure(Vec<AccountRow>),
    /// No account has that id.
    NotFound,
    /// The account is suspended or deleted.
    Closed,
    /// It would leave no owner.
    LastOwner,
}

/// How a revocation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revoked {
    /// A member now.
    Done,
    /// No account has that e-mail.
    NotFound,
    /// Several accounts have that e-mail, and none of them proved it.
    Ambiguous,
    /// It would leave no owner.
    LastOwner,
}

/// Gives an account a role; without one, the first ever becomes owner, later ones admin.
pub async fn grant(
    services: &Services,
    who: &Which,
    role: Option<Role>,
) -> Result<Granted, ServiceError> {
    let now = services.now();
    let mut transaction = services.pool.begin().await?;
    let found = match who {
        Which::Email(email) => accounts::lock_by_email(&mut transaction, email).await?,
        Which::Id(id) => Vec::from_iter(accounts::lock(&mut transaction, *id).await?),
    };
    roles::lock(&mut transaction).await?;
    let owners = roles::owners_in_use(&mut transaction).await?;
    let first_ever = !roles::has_ever_had_an_owner(&mut transaction).await?;
    // An unproved e-mail names nobody when there are several; a proved one names one account.
    let account = match found.as_slice() {
        [] => None,
        [first, ..] if first.email_verified => Some(first),
        [only] => Some(only),
        _ => return Ok(Granted::Unsure(found)),
    };
    // Whoever waits has shown nothing but what a Clio login says, and anybody's may say it.
    if let (Some(account), Which::Email(_)) = (account, who)
        && account.status == Status::Pending
        && !account.email_verified
    {
        return Ok(Granted::Unsure(found));
    }
    let is_owner = account.is_some_and(|account| account.role == Role::Owner);
    let role = role.unwrap_or(if first_ever || is_owner {
        Role::Owner
    } else {
        Role::Admin
    });
    let id = match account {
        Some(account) if matches!(account.status, Status::Suspended | Status::Deleted) => {
            return Ok(Granted::Closed);
        }
        Some(account) => {
            if role != Role::Owner && owners.as_slice() == [account.id] {
                return Ok(Granted::LastOwner);
            }
            set(services, &mut transaction, account, role).await?;
            if account.status == Status::Pending {
                // Whoever is made administrator is let in.
                accounts::set_status(&mut transaction, account.id, Status::Active, now).await?;
            }
            account.id
        }
        None => {
            let Which::Email(email) = who else {
                return Ok(Granted::NotFound);
            };
            let id = AccountId(random::id(now)?);
            let new = Invited {
                id,
                email,
                role,
                first_name: &Name::default(),
                last_name: &Name::default(),
                origin: Origin::CommandLine,
                created_by: None,
            };
            accounts::insert_invited(&mut transaction, &new, now).await?;
            id
        }
    };
    let in_use = account
        .filter(|account| account.status != Status::Invited)
        .cloned();
    let granted = if let Some(account) = in_use {
        Granted::Existing { role, account }
    } else {
        let token = random::secret()?;
        let lifetime = claims::LIFETIME;
        claims::put(&mut transaction, id, &digest(&token), lifetime, now).await?;
        invitations::renew(&mut transaction, id, now + lifetime, false, now).await?;
        let path = format!("/claim?token={token}");
        Granted::Invited {
            role,
            claim_url: services.config.web.public_url.join(&path),
        }
    };
    let event = NewEvent {
        action: "account.role_granted",
        account: Some(id),
        reason: Some(role.as_str()),
        // Whoever was let in with it isn't put back by taking the role alone.
        detail: account
            .filter(|account| account.status != Status::Pending && account.role != role)
            .map(|account| detail(account.role, role)),
        ..NewEvent::default()
    };
    audit::record(&mut transaction, &event, now).await?;
    transaction.commit().await?;
    services.recorded();
    Ok(granted)
}

/// Gives an account, which the caller holds locked, a role. What a mailed code opened or proved isn't
/// enough for an administrator: it ends.
pub(super) async fn set(
    services: &Services,
    connection: &mut PgConnection,
    account: &AccountRow,
    role: Role,
) -> Result<(), ServiceError> {
    roles::set(connection, account.id, role).await?;
    if !code_is_enough_for(role) && code_is_enough_for(account.role) {
        revoking::opened_by_code(connection, account.id, services.now()).await?;
        credentials::changed(services, connection, account.id).await?;
    }
    Ok(())
}

/// The word in the record for a change to a role.
pub(super) fn action(role: Role) -> &'static str {
    if role == Role::Member {
        "account.role_revoked"
    } else {
        "account.role_granted"
    }
}

/// What a person is told of their new role.
pub(super) fn letter(services: &Services, role: Role) -> Letter {
    let in_words = match role {
        Role::Member => "a member of the firm",
        Role::Reviewer => "a reviewer",
        Role::Admin => "an administrator",
        Role::Owner => "an owner",
    };
    let account = services.config.web.public_url.join("/account");
    letters::role_changed(&services.config.firm_name, in_words, &account)
}

/// What the record keeps of a change of role, so that it can be shown and undone.
pub(super) fn detail(from: Role, to: Role) -> serde_json::Value {
    serde_json::json!({ "from": from.as_str(), "to": to.as_str() })
}

/// Makes an account a member again; never the last owner.
pub async fn revoke(services: &Services, email: &Email) -> Result<Revoked, ServiceError> {
    let now = services.now();
    let mut transaction = services.pool.begin().await?;
    let found = accounts::lock_by_email(&mut transaction, email).await?;
    roles::lock(&mut transaction).await?;
    let owners = roles::owners_in_use(&mut transaction).await?;
    let account = match found.as_slice() {
        [] => return Ok(Revoked::NotFound),
        [first, ..] if first.email_verified => first,
        [only] => only,
        _ => return Ok(Revoked::Ambiguous),
    };
    if owners.as_slice() == [account.id] {
        return Ok(Revoked::LastOwner);
    }
    roles::set(&mut transaction, account.id, Role::Member).await?;
    let event = NewEvent {
        action: "account.role_revoked",
        account: Some(account.id),
        detail: Some(detail(account.role, Role::Member)),
        ..NewEvent::default()
    };
    audit::record(&mut transaction, &event, now).await?;
    transaction.commit().await?;
    services.recorded();
    Ok(Revoked::Done)
}
