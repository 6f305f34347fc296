//! One's own account: the welcome page, the facts, and what Clio says differently.

use super::{
    ServiceError, Services,
    refusals::{self, Refusal},
};
use crate::{
    db::{
        accounts,
        audit::{self, NewEvent, OwnEvent},
        identities::{self, IdentityRow, Settle},
        own_cases,
        own_sessions::{self, SignInRow},
        sessions::LiveSession,
    },
    domain::{
        account::IdentityId,
        name::Name,
        profile::{EmailPolicy, Field, FieldPolicy, Refresh, refresh},
        return_to::ReturnTo,
    },
};

/// What the account page shows beside the session's own facts.
#[derive(Debug)]
pub struct Facts {
    /// What opens it.
    pub identities: Vec<IdentityRow>,
    /// The last sign-ins.
    pub sign_ins: Vec<SignInRow>,
    /// What Clio says differently.
    pub suggestions: Vec<Suggestion>,
    /// What waits for an administrator.
    pub cases: Vec<own_cases::Open>,
}

/// A fact that Clio and the account both know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProfileField {
    /// First name.
    FirstName,
    /// Last name.
    LastName,
    /// E-mail.
    Email,
}

/// Something that Clio says differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// What.
    pub field: ProfileField,
    /// The account's value.
    pub ours: String,
    /// Clio's value.
    pub theirs: String,
    identity: IdentityId,
}

/// How settling a difference ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// Done.
    Yes,
    /// There is no such difference any more, or the person may not settle it so.
    Changed,
}

/// The facts of the account page.
pub async fn facts(services: &Services, session: &LiveSession) -> Result<Facts, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let identities = identities::of_account(&mut connection, session.account).await?;
    let sign_ins = own_sessions::recent(&mut connection, session.account).await?;
    let cases = own_cases::open_of(&mut connection, session.account).await?;
    connection.give_back();
    let suggestions = suggestions(services, session, &identities);
    Ok(Facts {
        identities,
        sign_ins,
        suggestions,
        cases,
    })
}

/// What Clio says differently, by the login that was used last.
fn suggestions(
    services: &Services,
    session: &LiveSession,
    identities: &[IdentityRow],
) -> Vec<Suggestion> {
    let policy = services.config.profile;
    let Some(identity) = identities
        .iter()
        .max_by_key(|identity| identity.last_used_at)
    else {
        return Vec::new();
    };
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    // The person is told what Clio says; an administrator decides.
    let email_policy = match policy.email {
        EmailPolicy::Ask => FieldPolicy::Suggest,
        EmailPolicy::Keep | EmailPolicy::Follow => FieldPolicy::Keep,
    };
    let candidates: [(ProfileField, FieldPolicy, &str, String, String); 3] = [
        (
            ProfileField::FirstName,
            policy.first_name,
            &session.first_name,
            identity.first_name.clone(),
            identity.settled_first_name.clone(),
        ),
        (
            ProfileField::LastName,
            policy.last_name,
            &session.last_name,
            identity.last_name.clone(),
            identity.settled_last_name.clone(),
        ),
        (
            ProfileField::Email,
            email_policy,
            &session.email,
            text(&identity.email),
            text(&identity.settled_email),
        ),
    ];
    candidates
        .into_iter()
        .filter(|(_, policy, ours, theirs, settled)| {
            refresh(
                *policy,
                Field {
                    ours,
                    theirs,
                    settled,
                },
            ) == Refresh::Ask
        })
        .map(|(field, _, ours, theirs, _)| Suggestion {
            field,
            ours: ours.to_owned(),
            theirs,
            identity: IdentityId(identity.id),
        })
        .collect()
}

/// Settles a difference: takes Clio's value or keeps ours. Clio's e-mail can't be taken here: it
/// locates the account, and nothing proves it.
pub async fn settle(
    services: &Services,
    session: &LiveSession,
    field: ProfileField,
    take: bool,
) -> Result<Settled, ServiceError> {
    let facts = facts(services, session).await?;
    let suggestion = facts.suggestions.into_iter().find(|one| one.field == field);
    let Some(suggestion) = suggestion else {
        return refused(services, session, "no_difference").await;
    };
    if take && field == ProfileField::Email {
        return refused(services, session, "email_not_taken").await;
    }
    write_settled(services, session, &suggestion, take).await?;
    services.recorded();
    Ok(Settled::Yes)
}

async fn write_settled(
    services: &Services,
    session: &LiveSession,
    suggestion: &Suggestion,
    take: bool,
) -> Result<(), ServiceError> {
    let now = services.now();
    let mut transaction = services.pool.begin().await?;
    if take && let Some(account) = accounts::lock(&mut transaction, session.account).await? {
        let theirs = Name::from_provider(&suggestion.theirs);
        let first = Name::from_provider(&account.first_name);
        let last = Name::from_provider(&account.last_name);
        let (first, last) = match suggestion.field {
            ProfileField::FirstName => (theirs, last),
            ProfileField::LastName => (first, theirs),
            ProfileField::Email => (first, last),
        };
        accounts::set_names(&mut transaction, session.account, &first, &last).await?;
    }
    let settle = Settle {
        first_name: suggestion.field == ProfileField::FirstName,
        last_name: suggestion.field == ProfileField::LastName,
        email: suggestion.field == ProfileField::Email,
    };
    identities::settle(&mut transaction, suggestion.identity, settle).await?;
    let event = NewEvent {
        action: if take {
            "account.suggestion_taken"
        } else {
            "account.suggestion_declined"
        },
        actor: Some(session.account),
        account: Some(session.account),
        ..NewEvent::default()
    };
    audit::record(&mut transaction, &event, now).await?;
    transaction.commit().await?;
    Ok(())
}

async fn refused(
    services: &Services,
    session: &LiveSession,
    reason: &str,
) -> Result<Settled, ServiceError> {
    let refusal = Refusal {
        action: "suggestion.refused",
        actor: Some(session.account),
        account: Some(session.account),
        reason,
    };
    refusals::record(services, refusal).await?;
    Ok(Settled::Changed)
}

/// Where the first sign-in was going.
pub fn goes_on_to(session: &LiveSession) -> Option<ReturnTo> {
    session.return_to.as_deref().and_then(ReturnTo::parse)
}

/// Stores the names as the person mended them; gives back where the first sign-in was going.
pub async fn finish_welcome(
    services: &Services,
    session: &LiveSession,
    first_name: &Name,
    last_name: &Name,
) -> Result<Option<ReturnTo>, ServiceError> {
    let now = services.now();
    let mut transaction = services.pool.begin().await?;
    let changed =
        session.first_name != first_name.as_str() || session.last_name != last_name.as_str();
    if changed {
        accounts::set_names(&mut transaction, session.account, first_name, last_name).await?;
        let event = NewEvent {
            action: "account.names_changed",
            actor: Some(session.account),
            account: Some(session.account),
            ..NewEvent::default()
        };
        audit::record(&mut transaction, &event, now).await?;
    }
    let return_to = accounts::finish_welcome(&mut transaction, session.account, now).await?;
    transaction.commit().await?;
    services.recorded();
    Ok(return_to.as_deref().and_then(ReturnTo::parse))
}

/// How many events a page of one's own record holds.
const PAGE: i64 = 30;

/// A page of one's own record.
#[derive(Debug, Default)]
pub struct Record {
    /// The events, newest first.
    pub events: Vec<OwnEvent>,
    /// Whether there are older ones.
    pub has_older: bool,
}

/// What happened to the account of a session, before an event or up to now.
pub async fn record(
    services: &Services,
    session: &LiveSession,
    before: Option<i64>,
) -> Result<Record, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let before = match before {
        None => None,
        Some(id) => {
            let place = audit::place_of_account(&mut connection, session.account, id).await?;
            if place.is_none() {
                // What isn't theirs, or is nothing, has nothing before it.
                connection.give_back();
                return Ok(Record::default());
            }
            place
        }
    };
    let mut events = audit::of_account(&mut connection, session.account, before, PAGE + 1).await?;
    connection.give_back();
    let page = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let has_older = events.len() > page;
    events.truncate(page);
    Ok(Record { events, has_older })
}
