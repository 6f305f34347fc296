//! Accounts that nobody uses.

use std::sync::Arc;

use app::{
    api::Failure,
    backend::{
        Destination,
        desk::{DormancyOrder, DormancyView, Unused},
    },
    wire::{
        FormProblem,
        desk::dormancy::{Dormancy, Exemptible, Exempting},
    },
};
use async_trait::async_trait;
use uuid::Uuid;

use super::{barred, dormancy_words, hand};
use crate::{
    backend::{RequestBackend, form, to, to_the_end, unavailable, words},
    db::sessions::LiveSession,
    domain::{
        account::AccountId,
        desk::{
            dormancy::{BadNumbers, MOST_REMINDERS, Numbers},
            rules::Right,
        },
        email::Email,
        name::full_name,
    },
    service::{
        ServiceError, Services,
        accounts::Which,
        desk::dormancy::{Refused, exemptions, policy, preview},
    },
};

#[async_trait]
impl Unused for RequestBackend {
    async fn dormancy(&self, view: DormancyView) -> Result<Dormancy, Failure> {
        let live = self.at_desk(Right::Look)?;
        let services = &self.0.services;
        let tried = view
            .rule
            .map(|days| numbers(days.iter().map(String::as_str)));
        let is_no_rule = tried.as_ref().is_some_and(Result::is_err);
        let from = view.after.as_deref().and_then(dormancy_words::place);
        let preview = preview::preview(services, tried.and_then(Result::ok), from)
            .await
            .map_err(unavailable)?;
        let page = self.dormancy_page(preview, from.is_some());
        Ok(Dormancy {
            is_no_rule,
            hand: hand(services, live),
            ..page
        })
    }

    async fn change_dormancy(&self, order: DormancyOrder) -> Result<Destination, Failure> {
        self.acting(Right::Decide).await?;
        let done = if order.on {
            "/admin/dormancy?done=dormancy_on"
        } else {
            "/admin/dormancy?done=dormancy_off"
        };
        let wanted = policy::Wanted {
            seen: order.seen,
            is_on: order.on,
            numbers: numbers(order.rule.split(',')),
            reason: order.reason,
        };
        self.decide_unused(done, |services, live| async move {
            policy::change(&services, &live, wanted).await
        })
        .await
    }

    async fn undo_dormancy(&self, revision: i32) -> Result<Destination, Failure> {
        self.acting(Right::Decide).await?;
        self.decide_unused(
            "/admin/dormancy?done=dormancy_undone",
            |services, live| async move { policy::undo(&services, &live, revision).await },
        )
        .await
    }

    async fn exempting(
        &self,
        account: Option<String>,
        email: Option<String>,
    ) -> Result<Exempting, Failure> {
        let live = self.at_desk(Right::Look)?;
        let services = &self.0.services;
        let id = account.and_then(|id| Uuid::parse_str(&id).ok());
        let which = match id {
            Some(id) => Some(Which::Id(AccountId(id))),
            None => email.and_then(|email| Email::parse(email.trim()).ok().map(Which::Email)),
        };
        let candidates = match which {
            Some(which) => exemptions::candidates(services, &which)
                .await
                .map_err(unavailable)?,
            None => Vec::new(),
        };
        let candidates = candidates.into_iter().map(|candidate| {
            let row = candidate.account;
            Exemptible {
                account: row.id.to_string(),
                name: full_name(&row.first_name, &row.last_name, &row.email),
                email: row.email,
                status: words::status(row.status),
                last_sign_in: candidate.last_sign_in.map(|at| self.moment(at)),
                is_exempt: candidate.is_exempt,
            }
        });
        Ok(Exempting {
            candidates: candidates.collect(),
            hand: hand(services, live),
        })
    }

    async fn exempt(
        &self,
        account: String,
        reason: String,
        until: Option<String>,
    ) -> Result<Destination, Failure> {
        self.acting(Right::Decide).await?;
        let until = until.filter(|day| !day.trim().is_empty());
        let wanted = exemptions::Wanted {
            account: AccountId(Uuid::parse_str(&account).map_err(|_| Failure::Refused)?),
            reason,
            ends_at: until.map(|day| dormancy_words::end_of(&day)),
        };
        self.decide_unused(
            "/admin/dormancy?done=exempted",
            |services, live| async move { exemptions::grant(&services, &live, wanted).await },
        )
        .await
    }

    async fn end_exemption(
        &self,
        account: String,
        exemption: String,
    ) -> Result<Destination, Failure> {
        self.acting(Right::Decide).await?;
        let account = AccountId(Uuid::parse_str(&account).map_err(|_| Failure::Refused)?);
        let exemption = Uuid::parse_str(&exemption).map_err(|_| Failure::Refused)?;
        self.decide_unused(
            "/admin/dormancy?done=exemption_ended",
            |services, live| async move {
                exemptions::end(&services, &live, account, exemption).await
            },
        )
        .await
    }
}

impl RequestBackend {
    /// Lets a decision come to its end, and goes on from there.
    async fn decide_unused<Deciding>(
        &self,
        done: &str,
        decide: impl FnOnce(Arc<Services>, LiveSession) -> Deciding,
    ) -> Result<Destination, Failure>
    where
        Deciding: Future<Output = Result<Result<(), Refused>, ServiceError>> + Send + 'static,
    {
        let live = self.active()?.clone();
        let decided = to_the_end(decide(Arc::clone(&self.0.services), live));
        match decided.await? {
            Ok(()) => Ok(to(done)),
            Err(Refused::Barred(why)) => Err(barred(why)),
            Err(Refused::Numbers(_)) => Err(form(FormProblem::BadDays)),
            Err(Refused::Date) => Err(form(FormProblem::BadDay)),
            Err(Refused::TooLate) => Err(form(FormProblem::TooLate)),
        }
    }
}

/// The days of a rule: those until closing, then those of the reminders, of which some may be left out.
fn numbers<'a>(days: impl Iterator<Item = &'a str>) -> Result<Numbers, BadNumbers> {
    let mut days = days
        .map(str::trim)
        .enumerate()
        .filter(|(number, day)| *number == 0 || !day.is_empty())
        .take(MOST_REMINDERS + 2)
        .map(|(_, day)| day.parse::<u16>());
    let Some(Ok(close_after)) = days.next() else {
        return Err(BadNumbers::CloseAfter);
    };
    let reminders: Result<Vec<u16>, _> = days.collect();
    Numbers::new(close_after, reminders.map_err(|_| BadNumbers::Reminders)?)
}
