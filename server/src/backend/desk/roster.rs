//! The firm's people, as Clio Manage says.

use std::sync::Arc;

use app::{
    api::Failure,
    backend::{
        Destination,
        desk::{RosterChoice, RosterOrder, RosterView, Rosters},
    },
    wire::{
        FormProblem,
        desk::roster::{
            AccountFilter, ClioLogin, FirmPage, Group, Leavers, PeopleQuery, Roster,
            RosterDecision, RosterPeople, RosterRead, RosterVerdict,
        },
    },
};
use async_trait::async_trait;
use uuid::Uuid;

use super::{barred, hand, roster_seen};
use crate::{
    backend::{RequestBackend, form, manage, to, to_the_end, unavailable},
    db::{
        manage::people_seen::{Filter, Having, Login},
        sessions::LiveSession,
    },
    domain::{
        desk::{
            remark::{LONGEST_REASON, Remark},
            rules::Right,
        },
        manage::roster::{Leavers as Leaving, Rule},
    },
    service::{
        ServiceError, Services,
        desk::hold::{self, Barred},
        manage::{
            own,
            roster::{
                deciding::{self, Choice, Outcome, Verdict},
                firms::{self, Refused},
                rule, seen,
            },
        },
    },
};

#[async_trait]
impl Rosters for RequestBackend {
    async fn roster(&self, view: RosterView) -> Result<Roster, Failure> {
        let live = self.at_desk(Right::Look)?;
        let services = &self.0.services;
        let after = view.after.and_then(|after| after.parse().ok());
        let before = view.before.and_then(|before| before.parse().ok());
        let view = seen::View {
            kind: view.kind.map(|kind| (roster_seen::kind_of(kind), after)),
            before,
            most: Group::MOST_SHOWN,
        };
        let room = seen::room(services, live, view)
            .await
            .map_err(unavailable)?;
        let own = own::own(services, live, &self.0.visit.languages)
            .await
            .map_err(unavailable)?;
        let regions = own.map(|own| own.regions).unwrap_or_default();
        Ok(Roster {
            regions: regions.into_iter().map(manage::region).collect(),
            firms: room.firms.into_iter().map(|firm| self.firm(firm)).collect(),
            waiting: room
                .waiting
                .into_iter()
                .map(|group| self.group(group, after.is_some()))
                .collect(),
            reads: room
                .reads
                .into_iter()
                .map(|read| self.read_line(read))
                .collect(),
            older_reads: room.older.map(|place| place.to_string()),
            hand: hand(services, live),
        })
    }

    async fn roster_read(
        &self,
        read: String,
        after: Option<String>,
    ) -> Result<Option<RosterRead>, Failure> {
        let live = self.at_desk(Right::Look)?;
        let Ok(id) = Uuid::parse_str(&read) else {
            return Ok(None);
        };
        let services = &self.0.services;
        let after = after.as_deref().and_then(roster_seen::place);
        let found = seen::read(services, live, id, after)
            .await
            .map_err(unavailable)?;
        Ok(found.map(|page| RosterRead {
            read: self.read_line(page.read),
            differences: self.differences(page.differences),
            next: page
                .next
                .map(|(rank, id)| format!("{rank}-{}", id.simple())),
            is_later: after.is_some(),
            hand: hand(services, live),
        }))
    }

    async fn roster_people(&self, query: PeopleQuery) -> Result<RosterPeople, Failure> {
        self.at_desk(Right::Look)?;
        let after = query.after.and_then(|after| after.parse().ok());
        let filter = Filter {
            search: query.search.trim().to_owned(),
            firm: query.firm.and_then(|firm| Uuid::parse_str(&firm).ok()),
            region: query.region.and_then(|region| region.code().parse().ok()),
            login: query.login.map(|login| match login {
                ClioLogin::Enabled => Login::Enabled,
                ClioLogin::Disabled => Login::Disabled,
                ClioLogin::Gone => Login::Gone,
            }),
            having: query.account.map(|account| match account {
                AccountFilter::Any => Having::Any,
                AccountFilter::Without => Having::None,
                AccountFilter::In(status) => Having::In(roster_seen::status_of(status)),
            }),
        };
        let most = RosterPeople::MOST_SHOWN;
        let found = seen::people(&self.0.services, &filter, after, most)
            .await
            .map_err(unavailable)?;
        let firms = found.firms.into_iter();
        Ok(RosterPeople {
            count: u64::try_from(found.count).unwrap_or(0),
            firms: firms.map(|(id, name)| (id.to_string(), name)).collect(),
            people: found
                .people
                .into_iter()
                .map(|person| self.roster_person(person))
                .collect(),
            next: found.next.map(|place| place.to_string()),
            is_later: after.is_some(),
        })
    }

    async fn roster_firm(&self, firm: String) -> Result<Option<FirmPage>, Failure> {
        let live = self.at_desk(Right::Decide)?;
        let Ok(id) = Uuid::parse_str(&firm) else {
            return Ok(None);
        };
        let services = &self.0.services;
        let found = seen::firm(services, id).await.map_err(unavailable)?;
        Ok(found.map(|firm| FirmPage {
            waiting: u64::try_from(firm.waiting).unwrap_or(0),
            firm: self.firm(firm),
            hand: hand(services, live),
        }))
    }

    async fn roster_decision(&self, choice: RosterChoice) -> Result<RosterDecision, Failure> {
        let live = self.at_desk(Right::Decide)?;
        let services = &self.0.services;
        let choice = match choice.all {
            Some(kind) => Choice::All(roster_seen::kind_of(kind)),
            None => Choice::Ids(ids(&choice.differences)),
        };
        let preview = deciding::preview(services, live, &choice)
            .await
            .map_err(unavailable)?;
        Ok(RosterDecision {
            differences: self.differences(preview.differences),
            left_over: u64::try_from(preview.left_over).unwrap_or(u64::MAX),
            hand: hand(services, live),
        })
    }

    async fn read_roster(&self, firm: String) -> Result<Destination, Failure> {
        let firm = self.acting_on(&firm).await?;
        let read = self.for_roster(move |services, live| async move {
            firms::read(&services, &live, firm).await
        });
        match read.await? {
            Ok(()) => Ok(to("/admin/roster?done=roster_begun")),
            Err(Refused::Barred(why)) => Err(barred(why)),
            Err(Refused::ReadingAlready) => Err(form(FormProblem::ReadingAlready)),
            Err(Refused::ReconnectFirst) => Err(form(FormProblem::ReconnectFirst)),
        }
    }

    async fn stop_roster(&self, firm: String) -> Result<Destination, Failure> {
        let firm = self.acting_on(&firm).await?;
        self.at_roster("roster_stopped", move |services, live| async move {
            firms::stop(&services, &live, firm).await
        })
        .await
    }

    async fn change_roster_rule(&self, order: RosterOrder) -> Result<Destination, Failure> {
        let firm = self.acting_on(&order.firm).await?;
        let leavers = match order.leavers {
            Leavers::Automatic => Leaving::Automatic,
            Leavers::Approval => Leaving::Approval,
        };
        let Some(rule) = Rule::parse(leavers, &order.threshold) else {
            return self
                .refuse_roster("threshold", FormProblem::BadThreshold)
                .await;
        };
        let wanted = rule::Wanted {
            firm,
            seen: order.seen,
            rule,
            reason: self.roster_reason(&order.reason).await?,
        };
        self.at_roster("roster_rule_changed", move |services, live| async move {
            rule::change(&services, &live, wanted).await
        })
        .await
    }

    async fn undo_roster_rule(&self, firm: String, revision: i32) -> Result<Destination, Failure> {
        let firm = self.acting_on(&firm).await?;
        self.at_roster("roster_rule_undone", move |services, live| async move {
            rule::undo(&services, &live, firm, revision).await
        })
        .await
    }

    async fn decide_roster(
        &self,
        differences: Vec<String>,
        verdict: RosterVerdict,
        reason: String,
    ) -> Result<Destination, Failure> {
        self.acting(Right::Decide).await?;
        let reason = self.roster_reason(&reason).await?;
        let ids = ids(&differences);
        let verdict = match verdict {
            RosterVerdict::CarryOut => Verdict::CarryOut,
            RosterVerdict::Leave => Verdict::Leave,
        };
        let decided = self.for_roster(move |services, live| async move {
            deciding::decide_all(&services, &live, &ids, verdict, &reason).await
        });
        let Outcome { done, skipped } = decided.await?.map_err(barred)?;
        let code = match (verdict, done, skipped) {
            (_, 0, _) => return Err(form(FormProblem::Decided)),
            (Verdict::CarryOut, _, 0) => "roster_carried_out",
            (Verdict::CarryOut, ..) => "roster_carried_out_some",
            (Verdict::Leave, ..) => "roster_left",
        };
        Ok(to(format!("/admin/roster?done={code}")))
    }

    async fn disconnect_firm(&self, firm: String, reason: String) -> Result<Destination, Failure> {
        let firm = self.acting_on(&firm).await?;
        let reason = self.roster_reason(&reason).await?;
        self.at_roster("roster_disconnected", move |services, live| async move {
            firms::disconnect(&services, &live, firm, &reason).await
        })
        .await
    }
}

impl RequestBackend {
    /// Whoever acts has the right to; the id of the firm that a form is about.
    async fn acting_on(&self, firm: &str) -> Result<Uuid, Failure> {
        self.acting(Right::Decide).await?;
        Uuid::parse_str(firm).map_err(|_| Failure::Refused)
    }

    /// Lets an act come to its end.
    async fn for_roster<T: Send + 'static, Acting>(
        &self,
        act: impl FnOnce(Arc<Services>, LiveSession) -> Acting,
    ) -> Result<T, Failure>
    where
        Acting: Future<Output = Result<T, ServiceError>> + Send + 'static,
    {
        let live = self.active()?.clone();
        to_the_end(act(Arc::clone(&self.0.services), live)).await
    }

    /// The same, and goes back to the room.
    async fn at_roster<Acting>(
        &self,
        done: &str,
        act: impl FnOnce(Arc<Services>, LiveSession) -> Acting,
    ) -> Result<Destination, Failure>
    where
        Acting: Future<Output = Result<Result<(), Barred>, ServiceError>> + Send + 'static,
    {
        self.for_roster(act).await?.map_err(barred)?;
        Ok(to(format!("/admin/roster?done={done}")))
    }

    /// A reason that was given; a refusal is on record.
    async fn roster_reason(&self, typed: &str) -> Result<Remark, Failure> {
        match Remark::parse(typed, LONGEST_REASON) {
            Ok(Some(reason)) => Ok(reason),
            Ok(None) => {
                self.refuse_roster(Barred::Reason.reason(), FormProblem::ReasonMissing)
                    .await
            }
            Err(_) => {
                self.refuse_roster(Barred::TooLong.reason(), FormProblem::TooLong)
                    .await
            }
        }
    }

    async fn refuse_roster<T>(&self, reason: &str, problem: FormProblem) -> Result<T, Failure> {
        hold::refuse_for(&self.0.services, self.active()?, None, reason)
            .await
            .map_err(unavailable)?;
        Err(form(problem))
    }
}

/// Ids, without what is none.
fn ids(texts: &[String]) -> Vec<Uuid> {
    let ids = texts.iter().filter_map(|text| Uuid::parse_str(text).ok());
    let mut ids: Vec<Uuid> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}
