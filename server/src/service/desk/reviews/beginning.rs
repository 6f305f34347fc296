//! Beginning a campaign, and naming one more reviewer.

use std::collections::BTreeSet;

use sqlx::PgConnection;
use uuid::Uuid;

use super::{Acting, act, give_up, refused};
use crate::{
    db::{
        audit::{self, NewEvent},
        desk::review_campaigns::{
            campaigns::{self, Campaign, NewCampaign},
            reminders, reviewers,
        },
        sessions::LiveSession,
    },
    domain::{
        account::{AccountId, Role, Status},
        desk::{
            reviews::{CampaignId, CampaignName, MOST_REVIEWERS, Phase, Stage, due},
            rules::Right,
        },
    },
    mail::letters,
    random,
    service::{ServiceError, Services, desk::hold::Barred, mailer},
};

/// The longest query string that is kept, in bytes.
const LONGEST_FILTER: usize = 2_000;

/// What somebody fills in to begin a campaign, unchecked.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Its name.
    pub name: String,
    /// The query string of the list, which is one of connected links.
    pub filter: String,
    /// The day on which it is due.
    pub due: String,
    /// The reviewers.
    pub reviewers: Vec<AccountId>,
}

/// Begins a campaign; its links are gathered afterwards, behind the request.
pub async fn begin(
    services: &Services,
    session: &LiveSession,
    plan: &Plan,
) -> Result<Result<CampaignId, Barred>, ServiceError> {
    let now = services.now();
    let checked = check(plan).and_then(|name| {
        let due = due(&plan.due, now).map_err(|_| Barred::Day)?;
        Ok((name, due))
    });
    let (name, due) = match checked {
        Ok(checked) => checked,
        Err(barred) => return refused(services, session, barred).await,
    };
    let mut acting = match act(services, session, Right::Decide).await? {
        Ok(acting) => acting,
        Err(barred) => return refused(services, session, barred).await,
    };
    let to = &mut acting.transaction;
    let named: Vec<AccountId> = unique(&plan.reviewers);
    if !all_may_attest(to, &named).await? {
        return give_up(services, session, acting, Barred::Choice).await;
    }
    let id = CampaignId(random::id(now)?);
    let campaign = NewCampaign {
        id,
        name: name.as_str(),
        filter: &plan.filter,
        due,
        by: acting.actor.id,
    };
    campaigns::put(to, &campaign, now).await?;
    for account in &named {
        reviewers::name(to, id, *account, now).await?;
    }
    let event = NewEvent {
        action: "review.begun",
        actor: Some(acting.actor.id),
        detail: Some(serde_json::json!({
            "campaign": id.0,
            "reviewers": named.iter().map(|account| account.0).collect::<Vec<_>>(),
            "due": due.unix_timestamp(),
        })),
        ..NewEvent::default()
    };
    audit::record(to, &event, now).await?;
    acting.transaction.commit().await?;
    services.recorded();
    Ok(Ok(id))
}

fn check(plan: &Plan) -> Result<CampaignName, Barred> {
    let name = CampaignName::parse(&plan.name).map_err(|_| Barred::Name)?;
    if plan.reviewers.is_empty() || plan.reviewers.len() > MOST_REVIEWERS {
        return Err(Barred::Choice);
    }
    if plan.filter.len() > LONGEST_FILTER {
        return Err(Barred::TooLong);
    }
    Ok(name)
}

fn unique(accounts: &[AccountId]) -> Vec<AccountId> {
    let unique: BTreeSet<Uuid> = accounts.iter().map(|account| account.0).collect();
    unique.into_iter().map(AccountId).collect()
}

async fn all_may_attest(
    connection: &mut PgConnection,
    accounts: &[AccountId],
) -> Result<bool, ServiceError> {
    let people = reviewers::people(connection, accounts).await?;
    let may = |role: Role, status| Right::Attest.is_of(role) && status == Status::Active;
    Ok(people.len() == accounts.len()
        && people.iter().all(|person| may(person.role, person.status)))
}

/// Names one more reviewer in a campaign that isn't closed, who takes over what nobody is meant to
/// decide, or can decide any more.
pub async fn name_reviewer(
    services: &Services,
    session: &LiveSession,
    campaign: CampaignId,
    account: AccountId,
) -> Result<Result<(), Barred>, ServiceError> {
    let mut acting = match act(services, session, Right::Decide).await? {
        Ok(acting) => acting,
        Err(barred) => return refused(services, session, barred).await,
    };
    let barred = match name_held(services, &mut acting, campaign, account).await? {
        Ok(()) => {
            acting.transaction.commit().await?;
            services.recorded();
            services.mail_wake.notify_one();
            return Ok(Ok(()));
        }
        Err(barred) => barred,
    };
    give_up(services, session, acting, barred).await
}

async fn name_held(
    services: &Services,
    acting: &mut Acting,
    campaign: CampaignId,
    account: AccountId,
) -> Result<Result<(), Barred>, ServiceError> {
    let now = services.now();
    let to = &mut acting.transaction;
    let Some(campaign) = campaigns::lock(to, campaign).await? else {
        return Ok(Err(Barred::Gone));
    };
    // While links are gathered, the order of the reviewers' turns is fixed.
    if campaign.phase() != Phase::Running {
        return Ok(Err(Barred::Decided));
    }
    if !all_may_attest(to, &[account]).await?
        || reviewers::of(to, campaign.id).await?.len() >= MOST_REVIEWERS
    {
        return Ok(Err(Barred::Choice));
    }
    if !reviewers::name(to, campaign.id, account, now).await? {
        return Ok(Err(Barred::Decided));
    }
    reviewers::take_over(to, campaign.id, account).await?;
    let event = NewEvent {
        action: "review.reviewer_named",
        actor: Some(acting.actor.id),
        detail: Some(serde_json::json!({ "campaign": campaign.id.0, "reviewer": account.0 })),
        ..NewEvent::default()
    };
    audit::record(to, &event, now).await?;
    tell_begun(services, to, &campaign, &[account]).await?;
    Ok(Ok(()))
}

/// Tells reviewers that a campaign waits for them. Stages that are over by then are told with it.
pub(super) async fn tell_begun(
    services: &Services,
    connection: &mut PgConnection,
    campaign: &Campaign,
    accounts: &[AccountId],
) -> Result<(), ServiceError> {
    let now = services.now();
    let stage = Stage::of(campaign.due, now);
    let url = url(services, campaign.id);
    for person in reviewers::people(connection, accounts).await? {
        if !reminders::put(connection, campaign.id, person.id, Stage::Begun, now).await? {
            continue;
        }
        reminders::put(connection, campaign.id, person.id, stage, now).await?;
        let about = letters::Review {
            firm: &services.config.firm_name,
            name: &campaign.name,
            due: &last_day(campaign.due),
            url: &url,
        };
        let letter = letters::review_begun(&about);
        mailer::put(connection, person.id, &person.email, &letter, now).await?;
    }
    Ok(())
}

/// Where a campaign is seen.
pub(super) fn url(services: &Services, campaign: CampaignId) -> String {
    let public_url = &services.config.web.public_url;
    public_url.join(&format!("/admin/reviews/{}", campaign.0))
}

/// The last day of a campaign, in words: it is due when that day is over.
pub fn last_day(due: time::OffsetDateTime) -> String {
    crate::domain::moment::day(due - time::Duration::SECOND)
}
