//! What the roster's room shows.

use uuid::Uuid;

use super::deciding::judged;
use crate::{
    db::{
        manage::{
            differences_seen::{self, DifferenceSeen, Which},
            firms::{self, Firm},
            firms_seen::{self, FirmSeen},
            people_seen::{self, After, Filter, PersonSeen},
            reads_seen::{self, ReadSeen, Which as WhichRead},
        },
        sessions::LiveSession,
    },
    domain::{
        desk::queue::Place,
        manage::roster::{Kind, Obstacle},
    },
    service::{ServiceError, Services},
};

/// How many reads the room lists at once.
pub const READS: usize = 20;
/// How many differences of a read its page lists at once.
pub const FOUND: usize = 100;

/// Differences with what stands against carrying each out.
pub type Judged = Vec<(DifferenceSeen, Option<Obstacle>)>;

/// The differences of a kind that wait.
#[derive(Clone, Debug)]
pub struct Group {
    /// The kind.
    pub kind: Kind,
    /// How many there are.
    pub count: i64,
    /// A page of them.
    pub differences: Judged,
    /// Where the next page begins.
    pub next: Option<Place>,
}

/// The room.
#[derive(Clone, Debug)]
pub struct Room {
    /// The connected firms.
    pub firms: Vec<FirmSeen>,
    /// What waits.
    pub waiting: Vec<Group>,
    /// The latest reads.
    pub reads: Vec<ReadSeen>,
    /// Where older ones begin.
    pub older: Option<Place>,
}

/// What is looked at in the room.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// Only what waits of this kind, from a place on.
    pub kind: Option<(Kind, Option<Place>)>,
    /// Only reads before this place.
    pub before: Option<Place>,
    /// How many differences of a kind are shown at once.
    pub most: usize,
}

/// The room, for whoever looks.
pub async fn room(
    services: &Services,
    session: &LiveSession,
    view: View,
) -> Result<Room, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let firms = firms_seen::connected(&mut connection, None).await?;
    if firms.is_empty() {
        connection.give_back();
        return Ok(Room {
            firms,
            waiting: Vec::new(),
            reads: Vec::new(),
            older: None,
        });
    }
    let counts = differences_seen::waiting(&mut connection).await?;
    let which = match view.kind {
        Some((kind, after)) => Which::Waiting(kind, after),
        None => Which::EachWaiting,
    };
    let found = differences_seen::list(&mut connection, which, one_more(view.most)).await?;
    let found = judged(&mut connection, session, found).await?;
    let which = WhichRead::Latest(view.before, one_more(READS));
    let reads = reads_seen::list(&mut connection, which).await?;
    connection.give_back();
    let (reads, last) = page(reads, READS);
    Ok(Room {
        firms,
        waiting: groups(&counts, &found, view),
        reads,
        older: last.map(|read| Place {
            at: read.began_at,
            id: read.id,
        }),
    })
}

/// What waits, by kind: how many of each, and of what was found the page that is looked at.
fn groups(counts: &[(Kind, i64)], found: &Judged, view: View) -> Vec<Group> {
    let kinds = Kind::ALL.into_iter();
    let kinds = kinds.filter(|kind| view.kind.is_none_or(|(only, _)| only == *kind));
    kinds
        .filter_map(|kind| {
            let (_, count) = counts.iter().find(|(each, _)| *each == kind)?;
            let own = found.iter().filter(|(seen, _)| seen.kind == kind);
            let (differences, last) = page(own.cloned().collect(), view.most);
            Some(Group {
                kind,
                count: *count,
                differences,
                next: last.map(|(seen, _)| Place {
                    at: seen.found_at,
                    id: seen.id,
                }),
            })
        })
        .collect()
}

/// One firm; `None` when it isn't connected.
pub async fn firm(services: &Services, firm: Uuid) -> Result<Option<FirmSeen>, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let found = firms_seen::connected(&mut connection, Some(firm)).await?;
    connection.give_back();
    Ok(found.into_iter().next())
}

/// A read with a page of what it found.
#[derive(Clone, Debug)]
pub struct ReadPage {
    /// The read.
    pub read: ReadSeen,
    /// What it found.
    pub differences: Judged,
    /// Where the next page begins.
    pub next: Option<(i32, Uuid)>,
}

/// One read; `None` when there is none with this id.
pub async fn read(
    services: &Services,
    session: &LiveSession,
    id: Uuid,
    after: Option<(i32, Uuid)>,
) -> Result<Option<ReadPage>, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let read = reads_seen::list(&mut connection, WhichRead::One(id)).await?;
    let Some(read) = read.into_iter().next() else {
        connection.give_back();
        return Ok(None);
    };
    let which = Which::Of(id, after);
    let found = differences_seen::list(&mut connection, which, one_more(FOUND)).await?;
    let (found, last) = page(found, FOUND);
    let next = last.map(|seen| (differences_seen::rank(seen.kind), seen.id));
    let differences = judged(&mut connection, session, found).await?;
    connection.give_back();
    Ok(Some(ReadPage {
        read,
        differences,
        next,
    }))
}

/// The connected firms by name; `None` without Clio Manage.
pub async fn firms(services: &Services) -> Result<Option<Vec<Firm>>, ServiceError> {
    if services.manage.regions().len() == 0 {
        return Ok(None);
    }
    let mut connection = services.pool.acquire().await?;
    let firms = firms::all(&mut connection).await?;
    connection.give_back();
    Ok(Some(firms))
}

/// A page of the people.
#[derive(Clone, Debug)]
pub struct People {
    /// How many the filter finds.
    pub count: i64,
    /// The connected firms: id and name.
    pub firms: Vec<(Uuid, String)>,
    /// The page.
    pub people: Vec<PersonSeen>,
    /// Where the next page begins.
    pub next: Option<After>,
}

/// The people whom a filter finds.
pub async fn people(
    services: &Services,
    filter: &Filter,
    after: Option<After>,
    most: usize,
) -> Result<People, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let count = people_seen::count(&mut connection, filter).await?;
    let found = people_seen::list(&mut connection, filter, after, one_more(most)).await?;
    let firms = firms::all(&mut connection).await?;
    connection.give_back();
    let (people, last) = page(found, most);
    Ok(People {
        count,
        firms: firms.into_iter().map(|firm| (firm.id, firm.name)).collect(),
        people,
        next: last.map(|person| person.place),
    })
}

/// How much waits in the room, at most so much; `None` without Clio Manage.
pub async fn waiting(services: &Services, most: u32) -> Result<Option<u64>, ServiceError> {
    if services.manage.regions().len() == 0 {
        return Ok(None);
    }
    let mut connection = services.pool.acquire().await?;
    let count = differences_seen::count(&mut connection, i64::from(most)).await?;
    connection.give_back();
    Ok(Some(u64::try_from(count).unwrap_or(0)))
}

fn one_more(most: usize) -> i64 {
    i64::try_from(most).unwrap_or(i64::MAX).saturating_add(1)
}

/// A page of what was found with one more; and its last, if there are more.
fn page<T: Clone>(mut found: Vec<T>, most: usize) -> (Vec<T>, Option<T>) {
    let has_more = found.len() > most;
    found.truncate(most);
    let last = found.last().filter(|_| has_more).cloned();
    (found, last)
}
