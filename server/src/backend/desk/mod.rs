//! The administrators' desk, for one request.

mod dossiers;
mod inviting;
mod links;
mod queue;
mod queue_words;
mod record;

use app::{
    api::Failure,
    backend::desk::Desk,
    wire::{FormProblem, desk::Frame},
};
use async_trait::async_trait;

use super::{RequestBackend, form, unavailable};
use crate::{
    db::sessions::LiveSession,
    domain::desk::rules::{NotAllowed, Right},
    service::desk::{
        frame,
        hold::{self, Barred},
    },
};

#[async_trait]
impl Desk for RequestBackend {
    async fn frame(&self) -> Result<Frame, Failure> {
        self.at_desk(Right::Look)?;
        let waiting = frame::waiting(&self.0.services, Frame::MOST_WAITING)
            .await
            .map_err(unavailable)?;
        Ok(Frame { waiting })
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

/// What a form answers when its act can't be done.
const fn barred(barred: Barred) -> Failure {
    form(match barred {
        Barred::NotFresh => FormProblem::ConfirmFirst,
        Barred::SessionOver => return Failure::SignInRequired,
        Barred::NotAllowed(NotAllowed::Role) => return Failure::Forbidden,
        Barred::NotAllowed(NotAllowed::OwnersOnly) => FormProblem::OwnersOnly,
        Barred::NotAllowed(NotAllowed::Oneself) => FormProblem::Oneself,
        Barred::NotAllowed(NotAllowed::LastOwner) => FormProblem::LastOwner,
        Barred::Gone | Barred::Decided => FormProblem::Decided,
        Barred::Reason => FormProblem::ReasonMissing,
    })
}
