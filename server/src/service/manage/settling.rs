//! What it means that a user of Clio Manage granted access: kept, and the person admitted where the
//! policy says so; or not taken, and given back.

use serde_json::json;
use uuid::Uuid;

use super::{
    connecting::{Completion, FirmConnection, Why},
    our_firms,
    tokens::{self, Stored},
};
use crate::{
    clio::manage::Tokens,
    db::{
        accounts::{self, AccountRow},
        audit::{self, NewEvent},
        identities,
        manage::{
            attempts::{Attempt, Purpose},
            firms::{self, NewFirm},
            grants::{self, Ends, NewGrant, SealedTokens},
        },
        pool::Transaction,
        sessions,
        sign_in::Awaits,
    },
    domain::{
        account::Status,
        desk::rules::Right,
        email::Email,
        manage::{
            membership::{ClioUser, Membership, is_same_person, judge},
            region::Region,
        },
        reference::Reference,
        return_to::ReturnTo,
    },
    mail::letters,
    random,
    service::{
        ServiceError, Services, in_turns, mailer,
        refusals::{self, Refusal},
        visit::{Opening, Visit},
    },
};

/// Somebody who comes back from Clio Manage.
pub(super) struct Arrival<'a> {
    pub(super) services: &'a Services,
    pub(super) visit: &'a Visit,
    pub(super) attempt: &'a Attempt,
    pub(super) user: &'a ClioUser,
    pub(super) tokens: &'a Tokens,
}

/// Keeps what was granted, or gives it back.
pub(super) async fn settle(arrival: &Arrival<'_>) -> Result<Completion, ServiceError> {
    let settled = in_turns(|| try_settle(arrival)).await;
    let kept = matches!(
        settled,
        Ok(Completion::Admitted(_) | Completion::Connected { .. } | Completion::Added(_))
            // Whether it is kept isn't known: nothing is taken away then.
            | Err(_)
    );
    if !kept {
        give_back(arrival.services, arrival.attempt.region, arrival.tokens).await;
    }
    settled
}

/// Revokes at Clio what isn't kept here, as well as that can be done.
pub(super) async fn give_back(services: &Services, region: Region, tokens: &Tokens) {
    if let Err(error) = services.manage.deauthorize(region, &tokens.access).await {
        tracing::warn!(reason = %error, "what isn't kept can't be revoked at Clio Manage");
    }
}

async fn try_settle(arrival: &Arrival<'_>) -> Result<Completion, ServiceError> {
    let (services, attempt, user) = (arrival.services, arrival.attempt, arrival.user);
    let mut transaction = services.pool.begin().await?;
    let row = accounts::lock(&mut transaction, attempt.account).await?;
    let alive = sessions::lock_live(&mut transaction, attempt.session).await?;
    let Some(row) = row.filter(|_| alive) else {
        transaction.roll_back().await?;
        return refused(arrival, Why::Attempt("session_over")).await;
    };
    let emails = emails(&mut transaction, &row).await?;
    let is_same_person = is_same_person(user, &emails);
    let (status, awaits) = match accounts::awaits(&mut transaction, row.id).await? {
        Some((awaits, _)) => (Status::Pending, Some(awaits)),
        None => (row.status, None),
    };
    match (attempt.purpose, status, awaits) {
        (Purpose::Admission, Status::Pending, Some(awaits)) if awaits.takes_membership() => {
            let ours = our_firms(services, &mut transaction).await?;
            let judged = judge(user, &emails, &ours);
            match judged {
                Membership::Member => admit(arrival, transaction, &row).await,
                _ => turn_down(arrival, transaction, judged, awaits, is_same_person).await,
            }
        }
        (Purpose::Connect | Purpose::Roster | Purpose::Add, Status::Active, _)
            if user.is_portal =>
        {
            transaction.roll_back().await?;
            refused(arrival, Why::NotAMember(Membership::Portal)).await
        }
        // Whoever connects the firm decides about accounts when they come back, too.
        (Purpose::Roster, Status::Active, _) if !Right::Decide.is_of(row.role) => {
            transaction.roll_back().await?;
            refused(arrival, Why::Attempt("role")).await
        }
        (Purpose::Roster, Status::Active, _)
            if !may_be_read(services, &mut transaction, user).await? =>
        {
            transaction.roll_back().await?;
            refused(arrival, Why::FirmNotOurs).await
        }
        (Purpose::Connect | Purpose::Roster | Purpose::Add, Status::Active, _) => {
            keep(arrival, transaction, is_same_person).await
        }
        _ => {
            transaction.roll_back().await?;
            refused(arrival, Why::Attempt("standing_changed")).await
        }
    }
}

/// Whether the people of a user's firm may be read: where the policy names firms, it is for one of those
/// only to say who has left.
async fn may_be_read(
    services: &Services,
    transaction: &mut Transaction,
    user: &ClioUser,
) -> Result<bool, ServiceError> {
    let ours = our_firms(services, transaction).await?;
    Ok(ours.is_empty() || ours.contains(&user.firm))
}

/// The e-mails of a person: those of the account's Clio logins, and the account's own where it was
/// proved.
async fn emails(
    transaction: &mut Transaction,
    row: &AccountRow,
) -> Result<Vec<Email>, ServiceError> {
    let logins = identities::of_account(transaction, row.id).await?;
    let logins = logins.into_iter().filter_map(|login| login.email);
    let own = row.email_verified.then(|| row.email.clone());
    let texts = logins.chain(own);
    Ok(texts.filter_map(|text| Email::parse(&text).ok()).collect())
}

/// Admits a member of the firm: more rights, another key for the session.
async fn admit(
    arrival: &Arrival<'_>,
    mut transaction: Transaction,
    row: &AccountRow,
) -> Result<Completion, ServiceError> {
    let (services, user) = (arrival.services, arrival.user);
    let now = services.now();
    if put(arrival, &mut transaction, true).await?.is_none() {
        transaction.roll_back().await?;
        return refused(arrival, Why::UserOfAnother).await;
    }
    let Some(session) = &arrival.visit.session else {
        transaction.roll_back().await?;
        return refused(arrival, Why::Attempt("session_over")).await;
    };
    accounts::set_status(&mut transaction, row.id, Status::Active, now).await?;
    let opening = Opening::prepare(services, arrival.visit)?;
    sessions::replace(&mut transaction, session, &opening.row(), now).await?;
    let event = NewEvent {
        action: "account.admitted_as_member",
        actor: Some(row.id),
        account: Some(row.id),
        detail: Some(json!({ "firm": user.firm.to_string() })),
        ..NewEvent::default()
    };
    audit::record(&mut transaction, &event, now).await?;
    let account_url = services.config.web.public_url.join("/account");
    let letter = letters::welcome(&services.config.firm_name, &account_url);
    mailer::put(&mut transaction, row.id, &row.email, &letter, now).await?;
    transaction.commit().await?;
    services.recorded();
    services.mail_wake.notify_one();
    Ok(Completion::Admitted(opening.key))
}

/// Keeps what was granted for somebody who is in.
async fn keep(
    arrival: &Arrival<'_>,
    mut transaction: Transaction,
    is_same_person: bool,
) -> Result<Completion, ServiceError> {
    let (services, attempt) = (arrival.services, arrival.attempt);
    let Some(grant) = put(arrival, &mut transaction, is_same_person).await? else {
        transaction.roll_back().await?;
        return refused(arrival, Why::UserOfAnother).await;
    };
    let firm = match attempt.purpose {
        Purpose::Roster => Some(connect_firm(arrival, &mut transaction, grant).await?),
        Purpose::Admission | Purpose::Connect | Purpose::Add => None,
    };
    transaction.commit().await?;
    services.recorded();
    services.manage_wake.notify_one();
    let added = services.manage.added_url(attempt.region);
    Ok(match added {
        Some(url) if attempt.purpose == Purpose::Add => Completion::Added(url),
        _ => Completion::Connected {
            firm,
            is_same_person,
            to: attempt.return_to.as_deref().and_then(ReturnTo::parse),
        },
    })
}

/// Stores the grant in place of the account's former one in the region, with its event, and gives its id;
/// `None` when the user has granted for another account. The firm, if it was read with the former one,
/// is read with this one; another one can't be read any more.
async fn put(
    arrival: &Arrival<'_>,
    transaction: &mut Transaction,
    is_same_person: bool,
) -> Result<Option<Uuid>, ServiceError> {
    let (services, attempt, user) = (arrival.services, arrival.attempt, arrival.user);
    let (now, account) = (services.now(), attempt.account);
    let id = random::id(now)?;
    let Stored {
        sealed,
        expires_at,
        refresh_at,
    } = tokens::store(services, id, account, arrival.tokens.clone(), None)?;
    let former = Ends::OfRegion(attempt.region);
    grants::end(transaction, account, former, "replaced", now).await?;
    let new = NewGrant {
        id,
        account,
        user,
        is_same_person,
        tokens: Some(SealedTokens {
            sealed: &sealed,
            expires_at,
            refresh_at,
        }),
        reason: None,
    };
    if !grants::insert(transaction, &new, now).await? {
        return Ok(None);
    }
    firms::regrant(transaction, user.firm, account, id, now).await?;
    firms::read_without(transaction, account, now).await?;
    let event = NewEvent {
        action: "manage.connected",
        actor: Some(account),
        account: Some(account),
        detail: Some(json!({
            "firm": user.firm.to_string(),
            "same_person": is_same_person,
        })),
        ..NewEvent::default()
    };
    audit::record(transaction, &event, now).await?;
    Ok(Some(id))
}

/// Connects the user's firm, whose people are read with the grant from now on.
async fn connect_firm(
    arrival: &Arrival<'_>,
    transaction: &mut Transaction,
    grant: Uuid,
) -> Result<FirmConnection, ServiceError> {
    let (now, user) = (arrival.services.now(), arrival.user);
    let new = NewFirm {
        id: random::id(now)?,
        key: user.firm,
        name: &user.firm_name,
        grant,
        account: arrival.attempt.account,
    };
    let firm = firms::connect(transaction, &new, now).await?;
    let event = NewEvent {
        action: "roster.connected",
        actor: Some(arrival.attempt.account),
        detail: Some(json!({ "firm": user.firm.to_string() })),
        ..NewEvent::default()
    };
    audit::record(transaction, &event, now).await?;
    Ok(if firm == new.id {
        FirmConnection::First
    } else {
        FirmConnection::Again
    })
}

/// Notes what Clio says of somebody who isn't taken for a member, and leaves them to an administrator
/// where the policy says so. A client of the firm is nobody's to decide about.
async fn turn_down(
    arrival: &Arrival<'_>,
    mut transaction: Transaction,
    judged: Membership,
    awaits: Awaits,
    is_same_person: bool,
) -> Result<Completion, ServiceError> {
    let (services, account) = (arrival.services, arrival.attempt.account);
    let now = services.now();
    let new = NewGrant {
        id: random::id(now)?,
        account,
        user: arrival.user,
        is_same_person,
        tokens: None,
        reason: Some(judged.as_str()),
    };
    grants::note(&mut transaction, &new, now).await?;
    let is_queued = services.config.admission.queues_others() && judged != Membership::Portal;
    let reference: Reference = random::reference()?;
    let event = NewEvent {
        action: if is_queued {
            "admission.asked"
        } else {
            "admission.refused"
        },
        actor: Some(account),
        account: Some(account),
        reason: Some(judged.as_str()),
        reference: (!is_queued).then_some(&reference),
        ..NewEvent::default()
    };
    if is_queued && awaits == Awaits::Membership {
        accounts::set_awaits(&mut transaction, account, Awaits::Either).await?;
    }
    audit::record(&mut transaction, &event, now).await?;
    transaction.commit().await?;
    services.recorded();
    Ok(if is_queued {
        Completion::Queued
    } else {
        let why = Why::NotAMember(judged);
        Completion::Refused { why, reference }
    })
}

async fn refused(arrival: &Arrival<'_>, why: Why) -> Result<Completion, ServiceError> {
    let account = arrival.attempt.account;
    let refusal = Refusal {
        action: "manage.refused",
        actor: Some(account),
        account: Some(account),
        reason: why.reason(),
    };
    let reference = refusals::record(arrival.services, refusal).await?;
    Ok(Completion::Refused { why, reference })
}
