//! What a closed campaign proves, a stretch at a time, for a download.

use super::{
    looking,
    pack::{self, Pack},
};
use crate::{
    db::{
        audit::{self as record, NewEvent},
        desk::review_campaigns::{
            campaigns::Campaign,
            evidence::{self, Attested},
            reviewers::{self, Person},
        },
        sessions::LiveSession,
    },
    domain::{
        account::AccountId,
        desk::reviews::{CampaignId, Phase},
    },
    service::{ServiceError, Services, audit},
};

/// How many links are read at once.
const STRETCH: i64 = 500;

/// What comes of asking for the evidence of a campaign.
#[derive(Debug)]
pub enum Asked {
    /// There is no such campaign for whoever asks.
    Unknown,
    /// It isn't closed.
    Open,
    /// Here it is.
    Evidence(Box<Evidence>),
}

/// A download under way. Nothing is held between two stretches: what is read doesn't change any more.
#[derive(Debug)]
pub struct Evidence {
    /// The campaign.
    pub campaign: Campaign,
    /// Those whom it names.
    pub reviewers: Vec<Person>,
    /// Those who began and closed it.
    people: Vec<Person>,
    /// The place of the last link that was read.
    last: i32,
}

/// Begins a download, which is put on record.
pub async fn begin(
    services: &Services,
    session: &LiveSession,
    id: CampaignId,
) -> Result<Asked, ServiceError> {
    let Some(campaign) = looking::find(services, session, id).await? else {
        return Ok(Asked::Unknown);
    };
    if campaign.phase() != Phase::Closed {
        return Ok(Asked::Open);
    }
    let mut connection = services.pool.acquire().await?;
    let reviewers = reviewers::of(&mut connection, id).await?;
    let closed_by = campaign.closed.map(|(_, by)| by);
    let asked: Vec<AccountId> = [campaign.begun_by].into_iter().chain(closed_by).collect();
    let people = reviewers::people(&mut connection, &asked).await?;
    let event = NewEvent {
        action: "review.pack_taken",
        actor: Some(session.account),
        detail: Some(serde_json::json!({ "campaign": id.0 })),
        ..NewEvent::default()
    };
    record::record(&mut connection, &event, services.now()).await?;
    connection.give_back();
    services.recorded();
    Ok(Asked::Evidence(Box::new(Evidence {
        campaign,
        reviewers,
        people,
        last: 0,
    })))
}

impl Evidence {
    /// The e-mail of whoever began the campaign, as it is now.
    pub fn begun_by(&self) -> &str {
        self.email(Some(self.campaign.begun_by))
    }

    /// The e-mail of whoever closed it, as it is now.
    pub fn closed_by(&self) -> &str {
        self.email(self.campaign.closed.map(|(_, by)| by))
    }

    fn email(&self, account: Option<AccountId>) -> &str {
        let person = self.people.iter().find(|one| Some(one.id) == account);
        person.map_or("", |person| person.email.as_str())
    }

    /// The next links; none at the end.
    pub async fn next(&mut self, services: &Services) -> Result<Vec<Attested>, ServiceError> {
        let mut connection = services.pool.acquire().await?;
        let rows = evidence::stretch(&mut connection, self.campaign.id, self.last, STRETCH).await?;
        connection.give_back();
        if let Some(row) = rows.last() {
            self.last = row.place;
        }
        Ok(rows)
    }
}

/// The closing lines of a pack to which all its contents were added.
///
/// # Errors
/// [`ServiceError::AuditBroken`] when the audit was altered: no pack vouches for it then.
pub async fn close(services: &Services, pack: Pack) -> Result<String, ServiceError> {
    // Another node may be at it: then the end is that of a moment ago.
    audit::seal(services).await?;
    let head = audit::head(services).await?;
    Ok(pack.close(&head))
}

/// A pack of this installation, with nothing in it.
pub fn pack(services: &Services) -> Pack {
    pack::Pack::new(&services.config.master_key)
}
