//! Taking back what an administrator decided about a case: what it did is undone exactly, and it waits again.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    ServiceError, Services, cases, credentials, mailer,
    security_mail::{self, About},
};
use crate::{
    db::{
        accounts::AccountRow,
        audit::{self, NewEvent},
        case_effects::{self, Effect},
        cases::{self as case_rows, Case},
        emails, identities, passwords, revoking,
    },
    domain::{
        account::{AccountId, IdentityId},
        email::Email,
        not_me::Kind as NoticeKind,
    },
    mail::letters,
};

/// A decision that is to be taken back.
#[derive(Clone, Copy, Debug)]
pub(super) struct TakingBack<'a> {
    /// The case.
    pub(super) case: Uuid,
    /// Whose it is; the caller holds the account locked.
    pub(super) account: &'a AccountRow,
    /// When it was decided.
    pub(super) settled_at: OffsetDateTime,
    /// The event that recorded it.
    pub(super) event: i64,
    /// The word under which this is recorded.
    pub(super) action: &'a str,
    /// Who takes it back.
    pub(super) actor: AccountId,
}

/// The logins that taking the decision back disconnects; `None` when there is nothing to be taken back.
pub(super) async fn disconnects(
    connection: &mut PgConnection,
    case: Uuid,
    settled_at: OffsetDateTime,
) -> Result<Option<Vec<IdentityId>>, ServiceError> {
    let effect = case_effects::of(connection, case, settled_at).await?;
    Ok(effect.map(|effect| match effect {
        Effect::Linked { identity } => vec![IdentityId(identity)],
        Effect::Restored { identities, .. } => identities.into_iter().map(IdentityId).collect(),
        Effect::Nothing | Effect::Settled { .. } | Effect::TookEmail { .. } => Vec::new(),
    }))
}

/// Takes it back, records it and writes to the person; gives the event. `None`, and the transaction must be rolled back,
/// when something that it did was changed since.
pub(super) async fn take_back(
    services: &Services,
    connection: &mut PgConnection,
    decision: &TakingBack<'_>,
) -> Result<Option<i64>, ServiceError> {
    let TakingBack {
        case,
        account,
        settled_at,
        ..
    } = *decision;
    let now = services.now();
    let effect = case_effects::of(connection, case, settled_at).await?;
    // It waits again first: what undoes the rest reads it.
    let Some(effect) = effect else {
        return Ok(None);
    };
    if !case_effects::reopen(connection, case, settled_at).await? {
        return Ok(None);
    }
    let waiting = case_rows::find_by_id(connection, case).await?;
    // A merge may have given it to another account, which isn't held.
    let Some(waiting) = waiting.filter(|waiting| waiting.account == account.id) else {
        return Ok(None);
    };
    let let_in = matches!(
        effect,
        Effect::Linked { .. } | Effect::Restored { .. } | Effect::TookEmail { .. }
    );
    // Whoever was let in by it may have made another way in since, which an administrator must look at.
    if let_in && has_grown(connection, account, settled_at).await? {
        return Ok(None);
    }
    let mailbox = undo(services, connection, decision, &waiting, effect).await?;
    let Some(mailbox) = mailbox else {
        return Ok(None);
    };
    if let_in {
        revoking::of_account(connection, account.id, now).await?;
    }
    credentials::changed(services, connection, account.id).await?;
    let event = NewEvent {
        action: decision.action,
        actor: Some(decision.actor),
        account: Some(account.id),
        identity: waiting.identity,
        reason: Some(waiting.kind.as_str()),
        detail: Some(serde_json::json!({ "case": waiting.reference, "undid": decision.event })),
        ..NewEvent::default()
    };
    let event = audit::put(connection, &event, now).await?;
    let letter = letters::case_waits_again(
        &services.config.firm_name,
        &waiting.reference,
        cases::in_words(waiting.kind),
    );
    mailer::put(connection, account.id, &mailbox, &letter, now).await?;
    if mailbox != account.email {
        mailer::put(connection, account.id, &account.email, &letter, now).await?;
    }
    Ok(Some(event))
}

/// Undoes what the decision about a case did, which waits again; gives the mailbox that the account then has. `None` when
/// something of it was changed since.
async fn undo(
    services: &Services,
    connection: &mut PgConnection,
    decision: &TakingBack<'_>,
    waiting: &Case,
    effect: Effect,
) -> Result<Option<String>, ServiceError> {
    let account = decision.account;
    let is_undone = match effect {
        Effect::Nothing => true,
        Effect::Linked { identity } => {
            let now = services.now();
            disconnect(services, connection, decision, IdentityId(identity), now).await?
        }
        Effect::Restored {
            identities,
            verified,
        } => {
            // As if they had never been connected again: they fell when the person said that it wasn't them.
            let mut all = true;
            for identity in identities {
                let identity = IdentityId(identity);
                let at = waiting.created_at;
                all &= disconnect(services, connection, decision, identity, at).await?;
            }
            all && (!verified || unverify(services, connection, decision, waiting).await?)
        }
        Effect::Settled { identity, settled } => {
            let stands = says(connection, account, identity, waiting.email.as_deref()).await?;
            case_effects::set_settled_email(connection, identity, settled.as_deref()).await?;
            stands
        }
        Effect::TookEmail {
            identity,
            settled,
            email,
            verified_at,
        } => {
            let stands = says(connection, account, identity, waiting.email.as_deref()).await?
                && waiting.email.as_deref() == Some(account.email.as_str())
                && account.email_verified;
            let Ok(email) = Email::parse(&email) else {
                return Ok(None);
            };
            if !stands || emails::is_taken(connection, &email, account.id, false).await? {
                return Ok(None);
            }
            case_effects::set_settled_email(connection, identity, settled.as_deref()).await?;
            let link = Some(IdentityId(identity));
            cases::set_email(services, connection, account, &email, verified_at, link).await?;
            if verified_at.is_some() {
                tell(services, connection, account, &email, link).await?;
                return Ok(Some(email.as_str().to_owned()));
            }
            true
        }
    };
    Ok(is_undone.then(|| account.email.clone()))
}

/// Has the account's e-mail count as not proved again, as when the person said that it wasn't them; `false` when the
/// account has another by now.
async fn unverify(
    services: &Services,
    connection: &mut PgConnection,
    decision: &TakingBack<'_>,
    waiting: &Case,
) -> Result<bool, ServiceError> {
    let account = decision.account;
    if waiting.email.as_deref() != Some(account.email.as_str()) {
        return Ok(false);
    }
    emails::set(connection, account.id, &account.email, None).await?;
    let event = NewEvent {
        action: "account.email_unverified",
        actor: Some(decision.actor),
        account: Some(account.id),
        reason: Some("case_undone"),
        ..NewEvent::default()
    };
    audit::record(connection, &event, services.now()).await?;
    Ok(true)
}

/// Tells a mailbox that it is the account's again.
async fn tell(
    services: &Services,
    connection: &mut PgConnection,
    account: &AccountRow,
    email: &Email,
    identity: Option<IdentityId>,
) -> Result<(), ServiceError> {
    let about = About {
        kind: NoticeKind::EmailChanged,
        account: account.id,
        identity,
        visit: None,
    };
    security_mail::put(services, connection, &about, email.as_str(), |security| {
        letters::email_changed_new(security, &account.email)
    })
    .await
}

/// Whether a login or a password was added to the account since a moment.
async fn has_grown(
    connection: &mut PgConnection,
    account: &AccountRow,
    since: OffsetDateTime,
) -> Result<bool, ServiceError> {
    let linked = identities::linked_since(connection, account.id, since).await?;
    let password_set_at = passwords::set_at(connection, account.id).await?;
    Ok(!linked.is_empty() || password_set_at.is_some_and(|set| set >= since))
}

/// Whether a login is connected to the account and Clio still says that e-mail of it.
async fn says(
    connection: &mut PgConnection,
    account: &AccountRow,
    identity: Uuid,
    email: Option<&str>,
) -> Result<bool, ServiceError> {
    let says = identities::live_email(connection, account.id, IdentityId(identity)).await?;
    Ok(says.as_deref() == email && email.is_some())
}

/// Disconnects a login as of a moment, ends its sessions and tells the person; `false` when it isn't connected.
async fn disconnect(
    services: &Services,
    connection: &mut PgConnection,
    decision: &TakingBack<'_>,
    identity: IdentityId,
    at: OffsetDateTime,
) -> Result<bool, ServiceError> {
    let account = decision.account;
    let now = services.now();
    if !identities::unlink(connection, account.id, identity, at).await? {
        return Ok(false);
    }
    revoking::of_identity(connection, account.id, identity, now).await?;
    case_rows::withdraw_email(connection, identity, now).await?;
    let event = NewEvent {
        action: "identity.unlinked",
        actor: Some(decision.actor),
        account: Some(account.id),
        identity: Some(identity),
        // It isn't undone by itself, but by deciding about the case again.
        reason: Some("case_undone"),
        ..NewEvent::default()
    };
    audit::record(connection, &event, now).await?;
    let about = About {
        kind: NoticeKind::Unlinked,
        account: account.id,
        identity: Some(identity),
        visit: None,
    };
    security_mail::put(
        services,
        connection,
        &about,
        &account.email,
        letters::unlinked_by_administrator,
    )
    .await?;
    Ok(true)
}
