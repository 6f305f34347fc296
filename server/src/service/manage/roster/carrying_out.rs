//! Carrying out what differs, for an administrator who has decided so.

use serde_json::json;

use super::leaving::suspend;
use crate::{
    db::{
        accounts,
        audit::{self, NewEvent},
        cases::{self, Kind as CaseKind, NewCase},
        emails, identities,
        manage::{differences, differences_seen::DifferenceSeen},
    },
    domain::{
        account::{IdentityId, Status},
        desk::{decision::Decision, remark::Remark, rules::Person},
        email::Email,
        manage::roster::{AccountFacts, Facts, Kind, Obstacle, Question},
        name::Name,
    },
    mail::letters,
    random,
    service::{
        ServiceError, Services, cases as decisions,
        desk::{
            acts::{self, Order},
            hold::{Barred, Held},
        },
        invitations::{self, Acted, Guest},
        mailer,
        standing::By,
    },
};

/// What carrying something out came to: the event that records what was done to the account, where that
/// can be undone from it; or why it was left alone.
pub(super) type Deed = Result<Result<Option<i64>, Obstacle>, ServiceError>;

/// What a decision about a difference rests on.
pub(super) fn facts(seen: &DifferenceSeen, is_last_owner: bool) -> Facts {
    Facts {
        kind: seen.kind,
        has_email: email_of(seen).is_some(),
        new_account: seen.new_account,
        account: seen.account.as_ref().map(|account| AccountFacts {
            person: Person {
                id: account.id,
                role: account.role,
            },
            status: account.status,
            is_leaver: account.is_leaver,
            question: match (account.has_login, account.is_asked) {
                (false, _) => Question::NoLogin,
                (true, true) => Question::Waits,
                (true, false) => Question::Possible,
            },
            is_last_owner,
        }),
    }
}

fn email_of(seen: &DifferenceSeen) -> Option<Email> {
    Email::parse(seen.email.as_deref()?).ok()
}

/// Carries a difference out, which the caller has seen can be.
pub(super) async fn carry_out(
    services: &Services,
    held: &mut Held,
    seen: &DifferenceSeen,
    reason: &Remark,
) -> Deed {
    let by = By {
        actor: Some(held.actor.id),
        reason: Some(reason),
    };
    match (seen.kind, held.account.status) {
        (Kind::Gone | Kind::Disabled, Status::Active) => {
            let event = suspend(services, &mut held.transaction, &held.account, by).await?;
            Ok(event.map(Some).ok_or(Obstacle::Decided))
        }
        (Kind::Gone | Kind::Disabled, Status::Invited) => {
            let deed = invitations::revoke_held(services, held).await?;
            Ok(deed.map(|()| None).map_err(not_invited))
        }
        (Kind::Gone | Kind::Disabled, _) => decide(services, held, Decision::Reject, reason).await,
        (Kind::Back, _) => decide(services, held, Decision::Reactivate, reason).await,
        (Kind::New, _) => invite(services, held, seen).await,
        (Kind::Email, _) => ask(services, held, seen).await,
        (Kind::Name, _) => rename(services, held, seen).await,
    }
}

async fn decide(services: &Services, held: &mut Held, decision: Decision, reason: &Remark) -> Deed {
    let order = Order {
        decision,
        reason: Some(reason.clone()),
        until: None,
    };
    let decided = acts::decide_held(services, held, &order).await?;
    Ok(decided.map(Some).map_err(barred))
}

const fn barred(barred: Barred) -> Obstacle {
    match barred {
        Barred::NotAllowed(rule) => Obstacle::Rule(rule),
        _ => Obstacle::Decided,
    }
}

/// Invites somebody who is new in the firm.
async fn invite(services: &Services, held: &mut Held, seen: &DifferenceSeen) -> Deed {
    let (first_name, last_name) = &seen.name;
    let guest = Guest {
        email: email_of(seen),
        names: Some((
            Name::from_provider(first_name),
            Name::from_provider(last_name),
        )),
    };
    let deed = invitations::create_held(services, held, &guest).await?;
    Ok(deed.map(|()| None).map_err(not_invited))
}

const fn not_invited(acted: Acted) -> Obstacle {
    match acted {
        Acted::Barred(why) => barred(why),
        Acted::BadEmail | Acted::BadName => Obstacle::NoEmail,
        Acted::InvitedAlready => Obstacle::InvitedAlready,
        Acted::HasAccount | Acted::Closed | Acted::Administrator => Obstacle::HasAccount,
        Acted::TooSoon | Acted::Done => Obstacle::Decided,
    }
}

/// Puts the question into the queue whether the account takes the e-mail that Clio says.
async fn ask(services: &Services, held: &mut Held, seen: &DifferenceSeen) -> Deed {
    let now = services.now();
    let account = &held.account;
    let to = &mut held.transaction;
    let Some(email) = email_of(seen) else {
        return Ok(Err(Obstacle::NoEmail));
    };
    let logins = identities::of_account(to, account.id).await?;
    let Some(login) = logins.iter().max_by_key(|login| login.last_used_at) else {
        return Ok(Err(Obstacle::State));
    };
    let identity = Some(IdentityId(login.id));
    let kind = if emails::is_taken(to, &email, account.id, false).await? {
        CaseKind::EmailCollision
    } else {
        CaseKind::EmailChange
    };
    let reference = random::reference()?;
    let case = NewCase {
        id: random::id(now)?,
        reference: &reference,
        kind,
        account: account.id,
        identity,
        login: None,
        email: Some(email.as_str()),
        since: None,
        message: "",
    };
    if !cases::open(to, &case, now).await? {
        return Ok(Err(Obstacle::AskedAlready));
    }
    let event = NewEvent {
        action: "case.opened",
        actor: Some(held.actor.id),
        account: Some(account.id),
        identity,
        reference: Some(&reference),
        reason: Some(kind.as_str()),
        detail: Some(json!({ "roster": seen.id })),
    };
    audit::record(to, &event, now).await?;
    let firm = &services.config.firm_name;
    let letter = letters::case_opened(firm, reference.as_str(), decisions::in_words(kind));
    mailer::put(to, account.id, &account.email, &letter, now).await?;
    Ok(Ok(None))
}

/// Gives the account the names that its person has in Clio.
async fn rename(services: &Services, held: &mut Held, seen: &DifferenceSeen) -> Deed {
    let (first_name, last_name) = &seen.name;
    let (first_name, last_name) = (
        Name::from_provider(first_name),
        Name::from_provider(last_name),
    );
    let to = &mut held.transaction;
    let account = &held.account;
    differences::keep_names(to, seen.id, &account.first_name, &account.last_name).await?;
    accounts::set_names(to, account.id, &first_name, &last_name).await?;
    let event = NewEvent {
        action: "account.names_from_roster",
        actor: Some(held.actor.id),
        account: Some(account.id),
        detail: Some(json!({ "roster": seen.id })),
        ..NewEvent::default()
    };
    Ok(Ok(Some(audit::put(to, &event, services.now()).await?)))
}
