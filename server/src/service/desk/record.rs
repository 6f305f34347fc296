//! The record of everything, a page at a time.

use std::collections::HashMap;

use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    db::{
        audit_chain::EventRow,
        desk::record::{self, Order, PersonRow, Question},
    },
    domain::desk::{
        record::Place,
        record_filter::{Filter, Whose},
    },
    service::{ServiceError, Services},
};

/// How many events a page holds.
const PAGE: usize = 50;

/// Where a page begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// At the newest event.
    Newest,
    /// At the newest one before a place.
    Before(Place),
    /// So that it ends with the oldest one after a place.
    After(Place),
}

/// An event, and the people it names, as they are called now.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The event.
    pub event: EventRow,
    /// Who did it, if that account still exists.
    pub actor: Option<PersonRow>,
    /// Whom it is about, if that account still exists.
    pub account: Option<PersonRow>,
}

/// A page, the newest event first.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The events.
    pub entries: Vec<Entry>,
    /// What the page of newer ones comes after.
    pub newer: Option<Place>,
    /// What the page of older ones comes before.
    pub older: Option<Place>,
    /// Whether nobody has the e-mail that was asked for.
    pub is_of_nobody: bool,
}

/// A page of what is asked for.
pub async fn page(services: &Services, filter: &Filter, from: From) -> Result<Page, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let Some(asked) = Asked::resolve(&mut connection, filter).await? else {
        connection.give_back();
        return Ok(Page {
            is_of_nobody: true,
            ..Page::default()
        });
    };
    let (question, direction) = match from {
        From::Newest => (asked.question(), Order::NewestFirst),
        From::Before(place) => {
            let mut question = asked.question();
            question.stretch = question.stretch.before(place);
            (question, Order::NewestFirst)
        }
        From::After(place) => {
            let mut question = asked.question();
            question.stretch = question.stretch.after(place);
            (question, Order::OldestFirst)
        }
    };
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut events = record::events(&mut connection, &question, direction, limit).await?;
    let has_more = events.len() > PAGE;
    events.truncate(PAGE);
    if direction == Order::OldestFirst {
        events.reverse();
    }
    let newest = events.first().map(place_of);
    let oldest = events.last().map(place_of);
    let entries = with_people(&mut connection, events).await?;
    connection.give_back();
    let (newer, older) = match from {
        From::Newest => (None, oldest.filter(|_| has_more)),
        From::Before(_) => (newest, oldest.filter(|_| has_more)),
        From::After(_) => (newest.filter(|_| has_more), oldest),
    };
    Ok(Page {
        entries,
        newer,
        older,
        is_of_nobody: false,
    })
}

/// Where an event stands.
pub(super) const fn place_of(event: &EventRow) -> Place {
    Place {
        at: event.at,
        id: event.id,
    }
}

/// What is asked for, with the accounts that it means.
pub(super) struct Asked {
    filter: Filter,
    people: Option<Vec<Uuid>>,
}

impl Asked {
    /// Finds the accounts; `None` when there is none with that e-mail.
    pub(super) async fn resolve(
        connection: &mut PgConnection,
        filter: &Filter,
    ) -> Result<Option<Self>, ServiceError> {
        let people = match &filter.whose {
            None => None,
            Some(Whose::Account(account)) => Some(vec![account.0]),
            Some(Whose::Email(email)) => {
                let ids = record::with_email(connection, &email.key()).await?;
                if ids.is_empty() {
                    return Ok(None);
                }
                Some(ids)
            }
        };
        Ok(Some(Self {
            filter: filter.clone(),
            people,
        }))
    }

    pub(super) fn question(&self) -> Question<'_> {
        Question {
            people: self.people.as_deref(),
            acts: self.filter.acts.as_deref(),
            reference: self.filter.reference.as_deref(),
            stretch: self.filter.stretch,
        }
    }
}

/// Adds to events the people they name.
pub(super) async fn with_people(
    connection: &mut PgConnection,
    events: Vec<EventRow>,
) -> Result<Vec<Entry>, ServiceError> {
    let mut ids: Vec<Uuid> = events
        .iter()
        .flat_map(|event| [event.actor_account_id, event.account_id])
        .flatten()
        .collect();
    ids.sort_unstable();
    ids.dedup();
    let people: HashMap<Uuid, PersonRow> = record::people(connection, &ids)
        .await?
        .into_iter()
        .map(|person| (person.id, person))
        .collect();
    let named = |id: Option<Uuid>| id.and_then(|id| people.get(&id)).cloned();
    let entries = events.into_iter().map(|event| Entry {
        actor: named(event.actor_account_id),
        account: named(event.account_id),
        event,
    });
    Ok(entries.collect())
}
