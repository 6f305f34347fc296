//! What a verified login means here: looked up, decided, done; decided anew when it was overtaken.

use super::{Landing, Outcome, claimed, first, refusal, returning};
use crate::{
    db::{attempts::Attempt, claims, pool::Lease, sign_in},
    domain::{
        linking::{Claim, Decision, Facts, decide},
        login::Login,
        return_to::ReturnTo,
    },
    random::NoRandomness,
    service::{
        ServiceError, Services,
        visit::{Opening, Visit},
    },
};

/// How often a decision is made anew when the facts changed under it.
const MAX_DECISIONS: usize = 5;

/// Somebody who comes back from Clio with a verified login.
pub(super) struct Arrival<'a> {
    pub(super) services: &'a Services,
    pub(super) visit: &'a Visit,
    pub(super) attempt: &'a Attempt,
    pub(super) login: &'a Login,
}

impl Arrival<'_> {
    /// A session about to be opened in this browser.
    pub(super) fn opening(&self) -> Result<Opening<'_>, NoRandomness> {
        Opening::prepare(self.services, self.visit)
    }

    /// Where a person goes who has been here before.
    pub(super) fn landing(&self) -> Landing {
        self.attempt
            .return_to
            .as_deref()
            .and_then(ReturnTo::parse)
            .map_or(Landing::Account, Landing::ReturnTo)
    }
}

/// Decides what a verified login means, and does it; decides anew when the facts changed meanwhile.
pub(super) async fn settle(arrival: &Arrival<'_>) -> Result<Outcome, ServiceError> {
    for _ in 0..MAX_DECISIONS {
        let mut connection = arrival.services.pool.acquire().await?;
        match try_settle(arrival, &mut connection).await {
            Ok(Some(outcome)) => {
                connection.give_back();
                arrival.services.recorded();
                return Ok(outcome);
            }
            Ok(None) => {}
            // A conflict means that nothing was written.
            Err(error) if error.is_conflict() => {}
            Err(error) => return Err(error),
        }
    }
    Err(ServiceError::Overtaken)
}

async fn try_settle(
    arrival: &Arrival<'_>,
    connection: &mut Lease,
) -> Result<Option<Outcome>, ServiceError> {
    let services = arrival.services;
    let known = sign_in::look_up(connection, arrival.login).await?;
    let claim = match &arrival.attempt.claim_hash {
        Some(hash) => claims::find(connection, hash, services.now()).await?,
        None => Claim::Absent,
    };
    let decision = decide(&Facts {
        signed_in: arrival.visit.account(),
        identity: known.identity,
        email: arrival.login.email.as_ref(),
        located: known.located,
        claim,
        admission: &services.config.admission,
    });
    match decision {
        Decision::SignIn { identity, holder } => {
            returning::sign_in(arrival, connection, &known, identity, holder).await
        }
        Decision::Create(standing) => first::create(arrival, connection, standing).await,
        Decision::Prompt(account) => first::prompt(arrival, connection, account).await,
        Decision::BindClaimed(account) => claimed::bind(arrival, connection, account).await,
        Decision::Refuse(refusal) => {
            let (cause, about) = (super::Cause::Login(refusal), refusal::About::of(&known));
            refusal::record(services, connection, arrival.visit, cause, about)
                .await
                .map(Some)
        }
    }
}
