//! What the pages of campaigns show.

use std::collections::{BTreeSet, HashMap};

use sqlx::PgConnection;

use super::deciding::SHEET;
use crate::{
    db::{
        desk::review_campaigns::{
            campaigns::{self, Campaign},
            items::{self, Item, Shown, Wanted},
            reviewers::{self, Person, Share},
        },
        sessions::LiveSession,
    },
    domain::{
        account::AccountId,
        desk::{
            reviews::{CampaignId, Phase},
            rules::Right,
        },
    },
    service::{ServiceError, Services},
};

/// How many campaigns the list shows.
const LISTED: i64 = 200;
/// How many people may be chosen from.
const CHOICES: i64 = 200;

/// The newest campaigns that somebody may see: all of them for who decides about people, those that name
/// them for who only attests.
pub async fn list(
    services: &Services,
    session: &LiveSession,
) -> Result<Vec<Campaign>, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let naming = (!Right::Decide.is_of(session.role)).then_some(session.account);
    let campaigns = campaigns::list(&mut connection, naming, LISTED).await?;
    connection.give_back();
    Ok(campaigns)
}

/// A campaign, if somebody may see it.
pub async fn find(
    services: &Services,
    session: &LiveSession,
    id: CampaignId,
) -> Result<Option<Campaign>, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let found = find_in(&mut connection, session, id).await?;
    connection.give_back();
    Ok(found)
}

async fn find_in(
    connection: &mut PgConnection,
    session: &LiveSession,
    id: CampaignId,
) -> Result<Option<Campaign>, ServiceError> {
    let sees_it = Right::Decide.is_of(session.role)
        || reviewers::is_named(connection, id, session.account).await?;
    Ok(if sees_it {
        campaigns::find(connection, id).await?
    } else {
        None
    })
}

/// Those who may be named as reviewers.
pub async fn candidates(services: &Services) -> Result<Vec<Person>, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let people = reviewers::candidates(&mut connection, CHOICES).await?;
    connection.give_back();
    Ok(people)
}

/// Which part of a campaign is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// With what was said; `None` for what waits, or for everything once it is closed.
    pub shown: Option<Shown>,
    /// Only what this person is meant to decide.
    pub is_own_share: bool,
    /// After this place.
    pub after: i32,
}

/// A campaign and a page of its items.
#[derive(Debug)]
pub struct Sight {
    /// The campaign.
    pub campaign: Campaign,
    /// Whether it names whoever looks.
    pub is_named: bool,
    /// Its reviewers.
    pub reviewers: Vec<Person>,
    /// How far each has come.
    pub shares: Vec<Share>,
    /// What is shown.
    pub shown: Shown,
    /// Whether only this person's share is.
    pub is_own_share: bool,
    /// The items.
    pub items: Vec<Item>,
    /// Where the next page begins, if there is one.
    pub next: Option<i32>,
    /// The people who are named on the page, by account.
    pub people: HashMap<uuid::Uuid, Person>,
    /// How many logins wait to be disconnected, counted up to some thousands.
    pub to_carry_out: i64,
    /// Those who may be named besides; for whoever may name them.
    pub candidates: Vec<Person>,
}

/// A campaign and a page of its items, if somebody may see it.
pub async fn look(
    services: &Services,
    session: &LiveSession,
    id: CampaignId,
    part: Part,
) -> Result<Option<Sight>, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let Some(campaign) = find_in(&mut connection, session, id).await? else {
        connection.give_back();
        return Ok(None);
    };
    let named = reviewers::of(&mut connection, id).await?;
    let shares = reviewers::shares(&mut connection, id).await?;
    let is_named = named.iter().any(|person| person.id == session.account);
    let shown = part.shown.unwrap_or(match campaign.phase() {
        Phase::Running => Shown::Undecided,
        Phase::Gathering | Phase::Closed => Shown::All,
    });
    let page = i64::try_from(SHEET).unwrap_or(25);
    let is_own_share = part.is_own_share && is_named;
    let wanted = Wanted {
        campaign: id,
        shown,
        reviewer: is_own_share.then_some(session.account),
        after: part.after,
        limit: page + 1,
    };
    let mut items = items::page(&mut connection, &wanted).await?;
    let has_more = items.len() > SHEET;
    items.truncate(SHEET);
    let next = items.last().filter(|_| has_more).map(|item| item.place);
    let decides = Right::Decide.is_of(session.role);
    let is_running = campaign.phase() == Phase::Running;
    let to_carry_out = if decides && is_running && campaign.tally.revoked > 0 {
        items::count_to_carry_out(&mut connection, id, super::carrying::MOST_COUNTED).await?
    } else {
        0
    };
    let mut candidates = Vec::new();
    if decides && is_running {
        candidates = reviewers::candidates(&mut connection, CHOICES).await?;
        candidates.retain(|one| !named.iter().any(|there| there.id == one.id));
    }
    let people = people(&mut connection, &campaign, &items, &named).await?;
    connection.give_back();
    Ok(Some(Sight {
        campaign,
        is_named,
        reviewers: named,
        shares,
        shown,
        is_own_share,
        items,
        next,
        people,
        to_carry_out,
        candidates,
    }))
}

async fn people(
    connection: &mut PgConnection,
    campaign: &Campaign,
    items: &[Item],
    named: &[Person],
) -> Result<HashMap<uuid::Uuid, Person>, ServiceError> {
    let deciders = items
        .iter()
        .filter_map(|item| item.decided.as_ref().map(|said| said.by.0));
    let closed_by = campaign.closed.map(|(_, by)| by.0);
    let wanted: BTreeSet<uuid::Uuid> = deciders
        .chain([campaign.begun_by.0])
        .chain(closed_by)
        .filter(|id| !named.iter().any(|person| person.id.0 == *id))
        .collect();
    let wanted: Vec<AccountId> = wanted.into_iter().map(AccountId).collect();
    let mut people = reviewers::people(connection, &wanted).await?;
    people.extend_from_slice(named);
    Ok(people
        .into_iter()
        .map(|person| (person.id.0, person))
        .collect())
}
