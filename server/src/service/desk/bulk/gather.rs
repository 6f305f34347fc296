//! Gathers what an act is about, and finds out what would be left alone.

use std::time::{Duration, Instant};

use sqlx::PgConnection;

use super::deeds;
use crate::{
    db::desk::{
        bulk::{self, Bulk, BulkId},
        bulk_gathering::{self, NewItem},
    },
    domain::{
        account::IdentityId,
        desk::{
            bulk::{self as rules, Deed, MOST, Stage},
            rules::Person,
        },
    },
    service::{
        ServiceError, Services,
        desk::links::{self, Stretch},
    },
};

/// How many are gathered or looked at in one transaction.
const BATCH: i64 = 500;
/// How long a request gathers before it leaves the rest to others.
const AT_ONCE: Duration = Duration::from_millis(1_500);

/// What an act is about.
#[derive(Clone, Debug)]
pub enum Selection {
    /// These links.
    Ticked(Vec<IdentityId>),
    /// All links that match a list's filter, in the words of its query string.
    All(String),
    /// What an earlier act did.
    Done(BulkId),
}

impl Selection {
    pub(super) fn filter(&self) -> Option<&str> {
        match self {
            Self::All(filter) => Some(filter),
            Self::Ticked(_) | Self::Done(_) => None,
        }
    }

    pub(super) const fn undoes(&self) -> Option<BulkId> {
        match self {
            Self::Done(id) => Some(*id),
            Self::Ticked(_) | Self::All(_) => None,
        }
    }
}

/// Adds the ticked links of an act that is being prepared.
pub(super) async fn ticked(
    connection: &mut PgConnection,
    id: BulkId,
    deed: Deed,
    selection: &Selection,
) -> Result<(), ServiceError> {
    if let Selection::Ticked(links) = selection {
        let items = bulk_gathering::of_links(connection, links).await?;
        bulk_gathering::add_items(connection, id, &about(deed, items)).await?;
    }
    Ok(())
}

/// An act about accounts names no links: an account with two of them stands in it once.
fn about(deed: Deed, mut items: Vec<NewItem>) -> Vec<NewItem> {
    if !deed.is_about_links() {
        for item in &mut items {
            item.identity = None;
        }
    }
    items
}

/// Gathers for a while; returns whether something is left. One node at a time does it, each batch with how
/// far it has got, so that a restart goes on where it was.
pub(super) async fn some(services: &Services, id: BulkId) -> Result<bool, ServiceError> {
    let began = Instant::now();
    while began.elapsed() < AT_ONCE {
        let mut connection = services.pool.acquire().await?;
        let act = bulk::find(&mut connection, id).await?;
        connection.give_back();
        let Some(act) = act.filter(|act| act.stage == Stage::Gathering) else {
            return Ok(false);
        };
        // The list takes a connection of its own, so it is read before the act is held.
        let at = Cursor::parse(act.gathered_to.as_deref());
        let stretch = match (&at, &act.filter) {
            (Cursor::Listing(after), Some(filter)) => {
                let after = after.as_deref();
                Some(links::stretch(services, filter, after, act.created_at).await?)
            }
            _ => None,
        };
        let mut transaction = services.pool.begin().await?;
        let is_ours = bulk::try_lock(&mut transaction, id).await?
            && bulk::find(&mut transaction, id).await?.is_some_and(|now| {
                now.stage == Stage::Gathering && now.gathered_to == act.gathered_to
            });
        if !is_ours {
            transaction.roll_back().await?;
            return Ok(false);
        }
        batch(services, &mut transaction, &act, at, stretch).await?;
        transaction.commit().await?;
    }
    Ok(true)
}

/// One batch: first of what the act is about, then of what would be left alone.
async fn batch(
    services: &Services,
    connection: &mut PgConnection,
    act: &Bulk,
    at: Cursor,
    stretch: Option<Stretch>,
) -> Result<(), ServiceError> {
    let next = match (at, stretch, act.undoes) {
        (Cursor::Listing(_), Some(stretch), _) => {
            let items = bulk_gathering::of_links(connection, &stretch.links).await?;
            bulk_gathering::add_items(connection, act.id, &about(act.deed, items)).await?;
            if bulk_gathering::last_place(connection, act.id).await? > MOST {
                let now = services.now();
                return Ok(bulk::finish(connection, act.id, Some("too_many"), now).await?);
            }
            let on = |after| Cursor::Listing(Some(after));
            Some(stretch.to.map_or(Cursor::Judging(0), on))
        }
        (Cursor::Listing(after), None, Some(undoes)) => {
            let place = after.and_then(|place| place.parse().ok());
            done(connection, act, undoes, place.unwrap_or(i32::MAX)).await?
        }
        (Cursor::Listing(_), None, None) => Some(Cursor::Judging(0)),
        (Cursor::Judging(place), ..) => judged(services, connection, act, place).await?,
    };
    match next {
        Some(cursor) => bulk::gathered_to(connection, act.id, &cursor.to_text()).await?,
        None => bulk::gathered(connection, act.id, services.now()).await?,
    }
    Ok(())
}

/// How far gathering has got.
#[derive(Debug)]
enum Cursor {
    /// After this place of the list; at its beginning when there is none.
    Listing(Option<String>),
    /// All are gathered, and those up to this place are judged.
    Judging(i32),
}

impl Cursor {
    fn parse(text: Option<&str>) -> Self {
        match text.and_then(|text| text.split_once(':')) {
            Some(("judged", place)) => Self::Judging(place.parse().unwrap_or(0)),
            Some((_, after)) => Self::Listing(Some(after.to_owned())),
            None => Self::Listing(None),
        }
    }

    fn to_text(&self) -> String {
        match self {
            Self::Listing(after) => format!("listed:{}", after.as_deref().unwrap_or_default()),
            Self::Judging(place) => format!("judged:{place}"),
        }
    }
}

/// Some of what an earlier act did, the last first: what was done on top of something is undone before it.
async fn done(
    connection: &mut PgConnection,
    act: &Bulk,
    undoes: BulkId,
    before: i32,
) -> Result<Option<Cursor>, ServiceError> {
    let done = bulk_gathering::done_before(connection, undoes, before, BATCH).await?;
    let Some((last, _)) = done.last().copied() else {
        return Ok(Some(Cursor::Judging(0)));
    };
    let items: Vec<NewItem> = done.into_iter().map(|(_, item)| item).collect();
    bulk_gathering::add_items(connection, act.id, &items).await?;
    Ok(Some(Cursor::Listing(Some(last.to_string()))))
}

/// Finds out which of a batch would be left alone.
async fn judged(
    services: &Services,
    connection: &mut PgConnection,
    act: &Bulk,
    after: i32,
) -> Result<Option<Cursor>, ServiceError> {
    let facts = bulk_gathering::facts_after(connection, act.id, after, BATCH).await?;
    let Some((last, _)) = facts.last().copied() else {
        return Ok(None);
    };
    let mut skips = Vec::new();
    if act.deed == Deed::Undo {
        skips = deeds::not_undoable(services, connection, act, after, last).await?;
    } else if let Some(role) = bulk::role_of(connection, act.actor).await? {
        let actor = Person {
            id: act.actor,
            role,
        };
        for (place, facts) in &facts {
            if let Err(skip) = rules::expect(act.deed, actor, facts) {
                skips.push((*place, skip));
            }
        }
    }
    bulk_gathering::expect_skips(connection, act.id, &skips).await?;
    Ok(Some(Cursor::Judging(last)))
}
