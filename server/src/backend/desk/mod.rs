//! The administrators' desk, for one request.

mod bulk;
mod dormancy;
mod dormancy_words;
mod dossiers;
mod inviting;
pub(crate) mod links;
mod merging;
mod orders;
mod queue;
mod queue_words;
mod record;
mod reviews;
mod reviews_seen;
mod roster;
mod roster_firms;
mod roster_seen;
mod seen;

use app::{
    api::Failure,
    backend::desk::Desk,
    wire::{
        FormProblem,
        desk::{Frame, dormancy::Hand},
    },
};
use async_trait::async_trait;

use super::{RequestBackend, form, unavailable};
use crate::{
    db::sessions::LiveSession,
    domain::desk::rules::{NotAllowed, Right},
    service::{
        Services, confirmation,
        desk::{
            frame,
            hold::{self, Barred},
        },
        manage::roster::seen as roster_service,
    },
};

#[async_trait]
impl Desk for RequestBackend {
    async fn frame(&self) -> Result<Frame, Failure> {
        self.at_desk(Right::Look)?;
        let waiting = frame::waiting(&self.0.services, Frame::MOST_WAITING)
            .await
            .map_err(unavailable)?;
        let most = Frame::MOST_WAITING + 1;
        let roster = roster_service::waiting(&self.0.services, most)
            .await
            .map_err(unavailable)?;
        Ok(Frame { waiting, roster })
    }
}

impl RequestBackend {
    /// Whoever is signed in, if their role has the right to what a form does; a refusal is on record.
    pub(crate) async fn acting(&self, right: Right) -> Result<&LiveSession, Failure> {
        let refused = match self.at_desk(right) {
            Err(Failure::Forbidden) => self.active()?,
            other => return other,
        };
        let barred = Barred::NotAllowed(NotAllowed::Role);
        hold::refuse(&self.0.services, refused, None, barred)
            .await
            .map_err(unavailable)?;
        Err(Failure::Forbidden)
    }

    /// Whoever is signed in, if their role has the right to see a page.
    pub(crate) fn at_desk(&self, right: Right) -> Result<&LiveSession, Failure> {
        let live = self.active()?;
        if right.is_of(live.role) {
            Ok(live)
        } else {
            Err(Failure::Forbidden)
        }
    }
}

/// What whoever looks may do.
fn hand(services: &Services, live: &LiveSession) -> Hand {
    if !Right::Decide.is_of(live.role) {
        Hand::Looks
    } else if confirmation::is_fresh(services, live) {
        Hand::Decides
    } else {
        Hand::ConfirmsFirst
    }
}

/// What is said of a rule that stands against an act.
const fn barred_by(rule: NotAllowed) -> FormProblem {
    match rule {
        // Whoever decides about nothing doesn't get as far as a form.
        NotAllowed::Role | NotAllowed::OwnersOnly => FormProblem::OwnersOnly,
        NotAllowed::Oneself => FormProblem::Oneself,
        NotAllowed::LastOwner => FormProblem::LastOwner,
    }
}

/// What a form answers when its act can't be done.
const fn barred(barred: Barred) -> Failure {
    form(match barred {
        Barred::NotFresh => FormProblem::ConfirmFirst,
        Barred::SessionOver => return Failure::SignInRequired,
        Barred::NotAllowed(NotAllowed::Role) => return Failure::Forbidden,
        Barred::NotAllowed(rule) => barred_by(rule),
        Barred::Gone | Barred::Decided => FormProblem::Decided,
        Barred::Reason => FormProblem::ReasonMissing,
        Barred::TooLong => FormProblem::TooLong,
        Barred::Day => FormProblem::BadDay,
        Barred::Choice => FormProblem::ChoiceMissing,
        Barred::Name => FormProblem::BadName,
        Barred::Changed => FormProblem::Changed,
        Barred::TooLate => FormProblem::TooLate,
    })
}
