//! What administrators decide about cases.

use sqlx::PgConnection;

use super::{
    ServiceError, Services,
    binding::{self, Binding},
    credentials, in_turns, mailer, not_me_cases,
    obstacles::Obstacle,
    security_mail::{self, About},
    standing::By,
};
use crate::{
    db::{
        accounts::{self, AccountRow},
        audit::{self, NewEvent},
        binding::Method,
        case_effects::{self, Effect},
        cases::{self, Case, Kind, Outcome},
        desk::notes::{self, NewNote},
        emails,
        identities::{self, Settle},
        manage::people_seen,
        notices, revoking,
    },
    domain::not_me::Kind as NoticeKind,
    domain::{
        account::{IdentityId, Status},
        email::Email,
        linking::is_open,
        login::Login,
        name::Name,
    },
    mail::letters,
};

/// How a decision ended.
#[derive(Debug)]
pub enum Decided {
    /// Done.
    Done(Box<Case>),
    /// No case waits under that reference.
    NotFound,
    /// It can't be done any more, for this reason; the case still waits.
    Impossible(Obstacle),
}

/// The cases that wait, oldest first, 1,000 at most.
pub async fn waiting(services: &Services) -> Result<Vec<Case>, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let waiting = cases::waiting(&mut connection, 1000).await?;
    connection.give_back();
    Ok(waiting)
}

/// Does what a case asks for: links the login, takes Clio's e-mail, or puts an account back to before what
/// a person said wasn't them.
pub async fn approve(services: &Services, reference: &str) -> Result<Decided, ServiceError> {
    decide(services, reference, Outcome::Approved).await
}

/// Doesn't do it; what a person said wasn't them was them after all, and is restored.
pub async fn decline(services: &Services, reference: &str) -> Result<Decided, ServiceError> {
    decide(services, reference, Outcome::Declined).await
}

/// What it links may meet a prompt of the same login for another account.
async fn decide(
    services: &Services,
    reference: &str,
    outcome: Outcome,
) -> Result<Decided, ServiceError> {
    in_turns(|| try_decide(services, reference, outcome)).await
}

async fn try_decide(
    services: &Services,
    reference: &str,
    outcome: Outcome,
) -> Result<Decided, ServiceError> {
    let mut transaction = services.pool.begin().await?;
    let Some(case) = cases::find(&mut transaction, reference).await? else {
        transaction.roll_back().await?;
        return Ok(Decided::NotFound);
    };
    let Some(account) = accounts::lock(&mut transaction, case.account).await? else {
        transaction.roll_back().await?;
        return Ok(Decided::Impossible(Obstacle::AccountGone));
    };
    // Under the lock: a merge may have given it to another account since.
    let again = cases::find_by_id(&mut transaction, case.id).await?;
    let Some(case) = again.filter(|case| case.account == account.id) else {
        transaction.roll_back().await?;
        return Ok(Decided::NotFound);
    };
    let by = By::default();
    let settled = settle(services, &mut transaction, &case, &account, outcome, by).await?;
    match settled {
        Settling::Done => {
            transaction.commit().await?;
            services.recorded();
            services.mail_wake.notify_one();
            Ok(Decided::Done(Box::new(case)))
        }
        Settling::Decided => {
            transaction.roll_back().await?;
            Ok(Decided::NotFound)
        }
        Settling::Impossible(obstacle) => {
            transaction.roll_back().await?;
            Ok(Decided::Impossible(obstacle))
        }
    }
}

/// How settling a case ended. But for [`Settling::Done`] the transaction must be rolled back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Settling {
    /// Done and recorded.
    Done,
    /// Somebody else decided before.
    Decided,
    /// It can't be done any more.
    Impossible(Obstacle),
}

/// Settles a case, whose account the caller holds locked: two administrators at once decide one after the
/// other. Does what follows from it, records it and tells the person.
pub(super) async fn settle(
    services: &Services,
    connection: &mut PgConnection,
    case: &Case,
    account: &AccountRow,
    outcome: Outcome,
    by: By<'_>,
) -> Result<Settling, ServiceError> {
    let now = services.now();
    if !cases::settle(connection, case.id, outcome, by.actor, now).await? {
        return Ok(Settling::Decided);
    }
    let to = &mut *connection;
    let done = match (case.kind, outcome) {
        (Kind::LinkAsked, Outcome::Approved) => link(services, to, case, account).await?,
        (Kind::EmailChange | Kind::EmailCollision, Outcome::Approved) => {
            take_email(services, to, case, account).await?
        }
        (Kind::EmailChange | Kind::EmailCollision, _) => keep_email(to, case).await?,
        (Kind::NotMe, Outcome::Approved) => {
            not_me_cases::leave_closed(services, to, case, account).await?
        }
        (Kind::NotMe, _) => not_me_cases::restore(services, to, case, account).await?,
        (Kind::LinkAsked, _) => Ok(Some(Effect::Nothing)),
    };
    match done {
        Ok(Some(effect)) => case_effects::put(connection, case.id, &effect).await?,
        Ok(None) => {}
        Err(obstacle) => return Ok(Settling::Impossible(obstacle)),
    }
    let event = NewEvent {
        action: match outcome {
            Outcome::Approved => "case.approved",
            Outcome::Declined => "case.declined",
            Outcome::Withdrawn => "case.withdrawn",
        },
        actor: by.actor,
        account: Some(case.account),
        identity: case.identity,
        reason: Some(case.kind.as_str()),
        detail: Some(serde_json::json!({ "case": case.reference })),
        ..NewEvent::default()
    };
    let event = audit::put(connection, &event, now).await?;
    if let Some(text) = by.reason {
        let note = NewNote {
            event,
            account: case.account,
            identity: case.identity,
            author: by.actor,
            kind: notes::Kind::Reason,
            text,
        };
        notes::put(connection, &note, now).await?;
    }
    let letter = letters::case_settled(
        &services.config.firm_name,
        &case.reference,
        in_words(case.kind),
        // What somebody said wasn't them is settled either way; the mail on a restored login tells more.
        case.kind == Kind::NotMe || outcome == Outcome::Approved,
        &services.config.web.public_url.join("/sign-in"),
    );
    mailer::put(connection, account.id, &account.email, &letter, now).await?;
    Ok(Settling::Done)
}

/// What a case is about, for the person's mail.
pub(super) const fn in_words(kind: Kind) -> &'static str {
    match kind {
        Kind::LinkAsked => "whether a Clio login belongs to your account",
        Kind::EmailChange => "the new e-mail of your Clio login",
        Kind::EmailCollision => "the new e-mail of your Clio login, which another account has",
        Kind::NotMe => "what you said wasn’t you",
    }
}

/// What was done, `None` where it can't be taken back; or why it can't be done.
pub(super) type Done = Result<Result<Option<Effect>, Obstacle>, ServiceError>;

async fn link(
    services: &Services,
    connection: &mut PgConnection,
    case: &Case,
    account: &AccountRow,
) -> Done {
    if !is_open(account.status) {
        return Ok(Err(Obstacle::AccountClosed));
    }
    let (Some(issuer), Some(subject)) = (case.issuer.clone(), case.subject.clone()) else {
        return Ok(Err(Obstacle::NoLogin));
    };
    let login = Login {
        issuer,
        subject,
        email: case
            .email
            .as_deref()
            .and_then(|email| Email::parse(email).ok()),
        first_name: Name::from_provider(&case.first_name),
        last_name: Name::from_provider(&case.last_name),
        authenticated_at: None,
    };
    let binding = Binding {
        login: &login,
        account,
        method: Method::Administrator,
        visit: None,
    };
    let Some(identity) = binding::bind(services, connection, &binding).await? else {
        return Ok(Err(Obstacle::LoginOpens));
    };
    revoking::of_account(connection, account.id, services.now()).await?;
    let identity = identity.0;
    // An account that was only prepared has come to be by it, which has no way back.
    let was_used = account.status != Status::Invited;
    Ok(Ok(was_used.then_some(Effect::Linked { identity })))
}

/// An administrator vouches for the new e-mail, which locates the account from now on.
async fn take_email(
    services: &Services,
    connection: &mut PgConnection,
    case: &Case,
    account: &AccountRow,
) -> Done {
    let Some(email) = case
        .email
        .as_deref()
        .and_then(|text| Email::parse(text).ok())
    else {
        return Ok(Err(Obstacle::NoEmail));
    };
    let says = match case.identity {
        Some(identity) => identities::live_email(connection, account.id, identity).await?,
        None => None,
    };
    // Said by the login, or by the roster of a firm.
    if says.as_deref() != Some(email.as_str())
        && !people_seen::says_email(connection, account.id, email.as_str()).await?
    {
        return Ok(Err(Obstacle::EmailMoved));
    }
    if emails::is_taken(connection, &email, account.id, false).await? {
        return Ok(Err(Obstacle::EmailTaken));
    }
    let now = services.now();
    let was_verified = case_effects::verified_at(connection, account.id.0).await?;
    change_email(
        services,
        connection,
        account,
        &email,
        Some(now),
        case.identity,
    )
    .await?;
    let kept = keep_email(connection, case).await?;
    Ok(kept.map(|effect| match effect {
        Some(Effect::Settled { identity, settled }) => Some(Effect::TookEmail {
            identity,
            settled,
            email: account.email.clone(),
            verified_at: was_verified,
        }),
        effect => effect,
    }))
}

/// Changes the e-mail of an account, which the caller holds locked, and tells both mailboxes.
pub(super) async fn change_email(
    services: &Services,
    connection: &mut PgConnection,
    account: &AccountRow,
    email: &Email,
    verified: Option<time::OffsetDateTime>,
    identity: Option<IdentityId>,
) -> Result<(), ServiceError> {
    let now = services.now();
    set_email(services, connection, account, email, verified, identity).await?;
    let about = About {
        kind: NoticeKind::EmailChanged,
        account: account.id,
        identity,
        visit: None,
    };
    security_mail::put(services, connection, &about, &account.email, |security| {
        letters::email_changed_old(security, email.as_str())
    })
    .await?;
    if verified.is_none() {
        // Nobody has shown that this mailbox is the person's: it learns nothing and decides nothing.
        let letter = letters::email_changed_unproved(&services.config.firm_name);
        return mailer::put(connection, account.id, email.as_str(), &letter, now).await;
    }
    security_mail::put(services, connection, &about, email.as_str(), |security| {
        letters::email_changed_new(security, &account.email)
    })
    .await
}

/// The same without the mails.
pub(super) async fn set_email(
    services: &Services,
    connection: &mut PgConnection,
    account: &AccountRow,
    email: &Email,
    verified: Option<time::OffsetDateTime>,
    identity: Option<IdentityId>,
) -> Result<(), ServiceError> {
    let now = services.now();
    emails::set(connection, account.id, email.as_str(), verified).await?;
    credentials::changed(services, connection, account.id).await?;
    // Who reads the old mailbox has no more say than a mail that follows gives.
    notices::close_of_account(connection, account.id, now).await?;
    let event = NewEvent {
        action: "account.email_changed",
        account: Some(account.id),
        identity,
        ..NewEvent::default()
    };
    audit::record(connection, &event, now).await?;
    Ok(())
}

async fn keep_email(connection: &mut PgConnection, case: &Case) -> Done {
    let Some(identity) = case.identity else {
        return Ok(Ok(None));
    };
    let settled = case_effects::settled_email(connection, identity).await?;
    let settle = Settle {
        email: true,
        ..Settle::default()
    };
    identities::settle(connection, identity, settle).await?;
    let identity = identity.0;
    Ok(Ok(Some(Effect::Settled { identity, settled })))
}
