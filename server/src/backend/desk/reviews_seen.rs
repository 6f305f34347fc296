//! What pages show of reviews, from what the services found.

use std::collections::HashMap;

use app::wire::desk::{
    Review, ReviewDecision, ReviewItem, ReviewLine, ReviewScope, ReviewShare, ReviewShow,
    ReviewState, ReviewTally, ReviewedLogin, ReviewerChoice, Revocation, SaidBefore,
    links::Listing,
};
use uuid::Uuid;

use crate::{
    backend::{RequestBackend, words},
    db::desk::review_campaigns::{
        campaigns::{Campaign, Tally},
        items::{Item, Shown},
        reviewers::{Person, Share},
    },
    domain::{
        account::{AccountId, Status},
        desk::{
            reviews::{Decision, Phase},
            rules::Right,
        },
        name::full_name,
    },
    service::desk::reviews::{beginning::last_day, looking::Sight},
};

impl RequestBackend {
    pub(super) fn review_line(&self, campaign: &Campaign) -> ReviewLine {
        let state = match campaign.phase() {
            Phase::Gathering => ReviewState::Gathering,
            Phase::Closed => ReviewState::Closed,
            Phase::Running if campaign.due <= self.0.services.now() => ReviewState::Overdue,
            Phase::Running => ReviewState::Running,
        };
        ReviewLine {
            id: campaign.id.0.to_string(),
            name: campaign.name.clone(),
            state,
            tally: tally(campaign.tally),
            last_day: last_day(campaign.due),
            begun: self.moment(campaign.begun),
            closed: campaign.closed.map(|(at, _)| self.moment(at)),
        }
    }

    pub(super) fn review_seen(
        &self,
        viewer: AccountId,
        may_manage: bool,
        is_later_page: bool,
        sight: Sight,
    ) -> Review {
        let names: HashMap<Uuid, String> = sight
            .people
            .iter()
            .map(|(id, person)| (*id, name(person)))
            .collect();
        let name_of = |account: AccountId| names.get(&account.0).cloned().unwrap_or_default();
        let mut shares: Vec<ReviewShare> = sight
            .reviewers
            .iter()
            .map(|person| share(Some(person), &sight.shares))
            .collect();
        let nobodys = share(None, &sight.shares);
        if nobodys.links > 0 {
            shares.push(nobodys);
        }
        let items = sight
            .items
            .into_iter()
            .map(|item| self.review_item(viewer, item, &names))
            .collect();
        Review {
            line: self.review_line(&sight.campaign),
            begun_by: name_of(sight.campaign.begun_by),
            closed_by: sight.campaign.closed.map(|(_, by)| name_of(by)),
            scope: ReviewScope {
                list: Listing::read(&sight.campaign.filter),
                is_cut: sight.campaign.is_cut,
            },
            may_decide: sight.is_named,
            may_manage,
            shares,
            show: match sight.shown {
                Shown::Undecided if sight.is_own_share => ReviewShow::Yours,
                Shown::Undecided => ReviewShow::Undecided,
                Shown::Decided(said) => ReviewShow::Decided(decision(said)),
                Shown::All => ReviewShow::All,
            },
            items,
            next: sight.next,
            is_later_page,
            to_carry_out: u32::try_from(sight.to_carry_out).unwrap_or(0),
            choices: sight.candidates.iter().map(candidate).collect(),
        }
    }

    fn review_item(
        &self,
        viewer: AccountId,
        item: Item,
        names: &HashMap<Uuid, String>,
    ) -> ReviewItem {
        let name_of = |account: AccountId| names.get(&account.0).cloned();
        let is_own = item.is_of(viewer);
        let login = match (item.is_connected, item.carried_out) {
            (true, None) => ReviewedLogin::Connected,
            (true, Some(_)) => ReviewedLogin::ConnectedAgain,
            (false, Some(at)) => ReviewedLogin::Disconnected(self.moment(at)),
            (false, None) => ReviewedLogin::Gone,
        };
        ReviewItem {
            place: item.place,
            version: item.version,
            link: item.identity.0.to_string(),
            name: full_name(&item.first_name, &item.last_name, &item.email),
            email: item.email,
            clio_email: item.clio_email,
            role: words::role(item.role),
            status: words::status(item.status),
            method: words::link_method(&item.method),
            linked: self.moment(item.linked),
            last_used: self.moment(item.used),
            reviewer: item
                .reviewer
                .filter(|reviewer| item.decided.is_none() && *reviewer != viewer)
                .and_then(name_of),
            is_own,
            login,
            said: item.decided.map(|said| SaidBefore {
                decision: decision(said.decision),
                note: said.note,
                by: name_of(said.by).unwrap_or_default(),
                at: self.moment(said.at),
            }),
        }
    }
}

fn name(person: &Person) -> String {
    full_name(&person.first_name, &person.last_name, &person.email)
}

pub(super) fn candidate(person: &Person) -> ReviewerChoice {
    ReviewerChoice {
        id: person.id.to_string(),
        name: name(person),
        email: person.email.clone(),
        role: words::role(person.role),
    }
}

fn share(person: Option<&Person>, shares: &[Share]) -> ReviewShare {
    let account = person.map(|person| person.id);
    let found = shares.iter().find(|share| share.reviewer == account);
    let count = |count: Option<i64>| u32::try_from(count.unwrap_or(0)).unwrap_or(u32::MAX);
    ReviewShare {
        name: person.map(name),
        links: count(found.map(|share| share.items)),
        undecided: count(found.map(|share| share.undecided)),
        can_decide: person.is_some_and(|person| {
            person.status == Status::Active && Right::Attest.is_of(person.role)
        }),
    }
}

fn tally(tally: Tally) -> ReviewTally {
    let count = |count: i32| u32::try_from(count).unwrap_or(0);
    ReviewTally {
        links: count(tally.items),
        kept: count(tally.kept),
        revoked: count(tally.revoked),
        unsure: count(tally.unsure),
    }
}

const fn decision(decision: Decision) -> ReviewDecision {
    match decision {
        Decision::Keep => ReviewDecision::Keep,
        Decision::Revoke => ReviewDecision::Revoke,
        Decision::Unsure => ReviewDecision::Unsure,
    }
}

pub(super) fn revocation(item: Item) -> Revocation {
    Revocation {
        name: full_name(&item.first_name, &item.last_name, &item.email),
        email: item.email,
        clio_email: item.clio_email,
        note: item.decided.map(|said| said.note).unwrap_or_default(),
    }
}
