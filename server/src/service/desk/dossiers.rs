//! What the desk shows of one account and one link, and of what can be done about either.

use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};

use crate::{
    db::{
        accounts::{self, AccountRow},
        audit::Place,
        desk::{
            dossiers::{self, Facts, LinkRow},
            reviews::{self, Review},
            timeline::{self, Event},
        },
        own_sessions::{self, OpenSession},
        roles,
        sessions::LiveSession,
        standing,
    },
    domain::{
        account::{AccountId, IdentityId, Role},
        desk::{
            rules::{self, Act, NotAllowed, Person, Right},
            undo::{self, Standing},
        },
        proof::UNDO_FOR,
    },
    service::{ServiceError, Services},
};

/// How many events a page holds.
const PAGE: i64 = 30;

/// One account.
#[derive(Debug)]
pub struct Dossier {
    /// The account.
    pub account: AccountRow,
    /// Whether it can be used.
    pub standing: Standing,
    /// What else is known of it.
    pub facts: Facts,
    /// The logins that open it, and those that did.
    pub links: Vec<LinkRow>,
    /// Its sessions that are alive.
    pub sessions: Vec<OpenSession>,
    /// Whether no other owner's account is in use or will be.
    pub is_last_owner: bool,
}

/// One link and its account.
#[derive(Debug)]
pub struct LinkDossier {
    /// The link.
    pub link: LinkRow,
    /// How many sessions it opened that are alive.
    pub sessions: i64,
    /// Its newest review.
    pub review: Option<Review>,
    /// Its account.
    pub dossier: Dossier,
}

/// A page of what happened.
#[derive(Debug)]
pub struct Happened {
    /// The events, newest first.
    pub events: Vec<Event>,
    /// Whether there are older ones.
    pub has_older: bool,
}

/// One account; `None` when there is none.
pub async fn account(services: &Services, id: AccountId) -> Result<Option<Dossier>, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let dossier = read(services, &mut connection, id).await?;
    connection.give_back();
    Ok(dossier)
}

/// One link; `None` when there is none.
pub async fn link(
    services: &Services,
    id: IdentityId,
) -> Result<Option<LinkDossier>, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let found = match dossiers::link(&mut connection, id).await? {
        Some(link) => {
            let now = services.now();
            let unused_since = now - idle(services);
            let sessions = dossiers::sessions_by(&mut connection, &link, now, unused_since).await?;
            let review = reviews::newest(&mut connection, id).await?;
            read(services, &mut connection, AccountId(link.account_id))
                .await?
                .map(|dossier| LinkDossier {
                    link,
                    sessions,
                    review,
                    dossier,
                })
        }
        None => None,
    };
    connection.give_back();
    Ok(found)
}

async fn read(
    services: &Services,
    connection: &mut PgConnection,
    id: AccountId,
) -> Result<Option<Dossier>, ServiceError> {
    let Some(account) = accounts::find(connection, id).await? else {
        return Ok(None);
    };
    let (Some(standing), Some(facts)) = (
        standing::of(connection, id).await?,
        dossiers::facts(connection, id).await?,
    ) else {
        return Ok(None);
    };
    let is_last_owner =
        account.role == Role::Owner && roles::owners_in_use(connection).await?.as_slice() == [id];
    Ok(Some(Dossier {
        links: dossiers::links_of(connection, id).await?,
        sessions: own_sessions::open(connection, id, services.now(), idle(services)).await?,
        account,
        standing,
        facts,
        is_last_owner,
    }))
}

fn idle(services: &Services) -> Duration {
    Duration::try_from(services.config.sessions.idle).unwrap_or(Duration::MAX)
}

/// What happened to an account, before an event or up to now.
pub async fn happened_to_account(
    services: &Services,
    id: AccountId,
    before: Option<i64>,
) -> Result<Happened, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let before = place(&mut connection, before).await?;
    let events = timeline::of_account(&mut connection, id, before, PAGE + 1).await?;
    connection.give_back();
    Ok(page_of(events))
}

/// What happened to a link, before an event or up to now.
pub async fn happened_to_link(
    services: &Services,
    id: IdentityId,
    before: Option<i64>,
) -> Result<Happened, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let before = place(&mut connection, before).await?;
    let events = timeline::of_link(&mut connection, id, before, PAGE + 1).await?;
    connection.give_back();
    Ok(page_of(events))
}

/// Where an event is; what is none begins the pages anew.
async fn place(
    connection: &mut PgConnection,
    event: Option<i64>,
) -> Result<Option<Place>, ServiceError> {
    let Some(event) = event else {
        return Ok(None);
    };
    let found = timeline::find(connection, event).await?;
    Ok(found.map(|event| Place {
        at: event.at,
        id: event.id,
    }))
}

fn page_of(mut events: Vec<Event>) -> Happened {
    let page = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let has_older = events.len() > page;
    events.truncate(page);
    Happened { events, has_older }
}

/// An event; `None` when there is none.
pub async fn event(services: &Services, id: i64) -> Result<Option<Event>, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let event = timeline::find(&mut connection, id).await?;
    connection.give_back();
    Ok(event)
}

impl Dossier {
    /// Whether whoever looks may do something about the account, as far as a look can tell; the act
    /// itself asks again.
    ///
    /// # Errors
    /// The rule that stands against it.
    pub fn may(&self, session: &LiveSession, act: Act) -> Result<(), NotAllowed> {
        let actor = Person {
            id: session.account,
            role: session.role,
        };
        let target = Person {
            id: self.account.id,
            role: self.account.role,
        };
        rules::judge(actor, target, self.is_last_owner, act)
    }

    /// Whether whoever looks may undo an event about the account, as far as a look can tell.
    pub fn may_undo(&self, session: &LiveSession, event: &Event, now: OffsetDateTime) -> bool {
        if event.stands_apart {
            return now - event.at < UNDO_FOR && self.may(session, Act::Help).is_ok();
        }
        let (Some(change), Some(there)) = (&event.change, &event.now) else {
            return false;
        };
        undo::reversal_of(&event.action).is_some()
            && undo::check(change, event.at, event.undone.is_some(), there, now).is_ok()
            && match change.rule() {
                Some(rule) => self.may(session, rule).is_ok(),
                None => event.actor == Some(session.account) || Right::Decide.is_of(session.role),
            }
    }
}
