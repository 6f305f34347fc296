//! What a verified login means here: looked up, decided, done; decided anew when it was overtaken.

use super::{Landing, Outcome, claimed, first, refusal, returning};
use crate::{
    db::{
        DbError,
        attempts::{Attempt, Purpose},
        claims,
        pool::Lease,
        sign_in,
    },
    domain::{
        account::AccountId,
        linking::{self as linking_rules, Claim, Decision, Facts, decide},
        login::Login,
        return_to::ReturnTo,
    },
    random::NoRandomness,
    service::{
        ServiceError, Services,
        connections::{self, Connecting},
        linking,
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

    /// Whether the person showed Clio who they are since the attempt began.
    pub(super) fn is_fresh(&self) -> bool {
        let began = self.attempt.created_at.unix_timestamp();
        self.login.is_fresh_since(began)
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
            // Nothing was written; or it is, and is found: the unique identity of whoever signs in
            // keeps the second turn from doing anything twice.
            Err(error) if error.is_undone() && arrival.attempt.purpose == Purpose::SignIn => {}
            Ok(None) | Err(ServiceError::Db(DbError::Conflict(_))) => {}
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
    let (visit, attempt) = (arrival.visit, arrival.attempt);
    // The one-time link first: whoever used it up linked their login together with it.
    let claim = match &arrival.attempt.claim_hash {
        Some(hash) => claims::find(connection, hash, services.now()).await?,
        None => Claim::Absent,
    };
    let known = sign_in::look_up(connection, arrival.login, &visit.device()).await?;
    let decision = decide(&Facts {
        purpose: purpose(attempt.purpose),
        is_fresh: arrival.is_fresh(),
        signed_in: signed_in(visit, attempt.purpose),
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
        Decision::Connect(account) => {
            let Purpose::Connect { session, .. } = attempt.purpose else {
                return Ok(None);
            };
            let (login, to) = (arrival.login, &mut **connection);
            match connections::connect(services, to, visit, login, account, session).await? {
                Connecting::Done => Ok(Some(Outcome::Connected)),
                Connecting::Overtaken => Ok(None),
                // What is known of the session is as old as the request: deciding anew wouldn't see it.
                Connecting::SessionOver => {
                    let cause = super::Cause::Login(linking_rules::Refusal::SessionOver);
                    let about = refusal::About::of(&known);
                    refusal::record(services, connection, visit, cause, about)
                        .await
                        .map(Some)
                }
            }
        }
        Decision::Proved { account, .. } => {
            let Purpose::Link { link, .. } = attempt.purpose else {
                return Ok(None);
            };
            if linking::by_linked_sign_in(services, connection, link, account).await? {
                return Ok(Some(Outcome::Prompt));
            }
            let cause = super::Cause::Attempt("link_over");
            let about = refusal::About::of(&known);
            refusal::record(services, connection, visit, cause, about)
                .await
                .map(Some)
        }
        Decision::Refuse(refusal) => {
            let (cause, about) = (super::Cause::Login(refusal), refusal::About::of(&known));
            refusal::record(services, connection, arrival.visit, cause, about)
                .await
                .map(Some)
        }
    }
}

/// What the decision is told of an attempt's purpose.
const fn purpose(purpose: Purpose) -> linking_rules::Purpose {
    match purpose {
        Purpose::SignIn => linking_rules::Purpose::SignIn,
        Purpose::Link { account, .. } => linking_rules::Purpose::Prove(account),
        Purpose::Connect { account, .. } => linking_rules::Purpose::Connect(account),
        Purpose::Confirm { account, .. } => linking_rules::Purpose::Confirm(account),
    }
}

/// Who is signed in, as far as the attempt is concerned: what began in a session goes on in that very
/// session, or in nobody's.
fn signed_in(visit: &Visit, purpose: Purpose) -> Option<AccountId> {
    let live = visit.session.as_ref()?;
    match purpose {
        Purpose::Connect { account, session } | Purpose::Confirm { account, session }
            if live.account == account && live.id != session =>
        {
            None
        }
        _ => Some(live.account),
    }
}
