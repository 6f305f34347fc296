//! A login that is linked: the person has been here before.

use sqlx::{Connection, PgConnection};

use super::{Landing, Outcome, settle::Arrival};
use crate::{
    db::{
        accounts,
        audit::{self, NewEvent},
        identities::{self, Settle},
        sign_in::{self, Known, Profile},
    },
    domain::{
        account::{AccountId, IdentityId, Status},
        linking::Holder,
        login::Login,
        name::Name,
        profile::{Field, Refresh, refresh},
    },
    service::{ServiceError, Services},
};

/// Opens a session, and lets the account's names follow Clio's where policy says so.
pub(super) async fn sign_in(
    arrival: &Arrival<'_>,
    connection: &mut PgConnection,
    known: &Known,
    identity: IdentityId,
    holder: Holder,
) -> Result<Option<Outcome>, ServiceError> {
    let (services, login) = (arrival.services, arrival.login);
    let now = services.now();
    let opening = arrival.opening()?;
    let followed = known
        .profile
        .as_ref()
        .and_then(|profile| followed(services, profile, login));
    let (row, replaces) = (opening.row(), arrival.visit.session_id());
    let opened = match followed {
        None => {
            sign_in::open_session(connection, login, identity, holder, &row, replaces, now).await?
        }
        // A change of the account's names commits together with the sign-in that brings it.
        Some(followed) => {
            let mut transaction = connection.begin().await?;
            // The account first: the lock that the sign-in takes on it would have to grow otherwise.
            accounts::lock(&mut transaction, holder.account).await?;
            let to = &mut *transaction;
            let opened =
                sign_in::open_session(to, login, identity, holder, &row, replaces, now).await?;
            if opened {
                follow(&mut transaction, holder.account, identity, &followed, now).await?;
                transaction.commit().await?;
            }
            opened
        }
    };
    if !opened {
        return Ok(None);
    }
    let to = match holder.status {
        Status::Pending => Landing::Pending,
        _ => arrival.landing(),
    };
    Ok(Some(Outcome::signed_in(opening, to)))
}

/// What the account's names become where policy lets them follow Clio.
struct Followed {
    first_name: Name,
    last_name: Name,
    settle: Settle,
}

fn followed(services: &Services, profile: &Profile, login: &Login) -> Option<Followed> {
    let policy = services.config.profile;
    let first = Field {
        ours: &profile.first_name,
        theirs: login.first_name.as_str(),
        settled: &profile.settled_first_name,
    };
    let last = Field {
        ours: &profile.last_name,
        theirs: login.last_name.as_str(),
        settled: &profile.settled_last_name,
    };
    let takes_first = refresh(policy.first_name, first) == Refresh::Take;
    let takes_last = refresh(policy.last_name, last) == Refresh::Take;
    let pick = |takes: bool, field: Field<'_>| {
        Name::from_provider(if takes { field.theirs } else { field.ours })
    };
    (takes_first || takes_last).then(|| Followed {
        first_name: pick(takes_first, first),
        last_name: pick(takes_last, last),
        settle: Settle {
            first_name: takes_first,
            last_name: takes_last,
            email: false,
        },
    })
}

async fn follow(
    connection: &mut PgConnection,
    account: AccountId,
    identity: IdentityId,
    followed: &Followed,
    now: time::OffsetDateTime,
) -> Result<(), ServiceError> {
    accounts::set_names(
        connection,
        account,
        &followed.first_name,
        &followed.last_name,
    )
    .await?;
    identities::settle(connection, identity, followed.settle).await?;
    let event = NewEvent {
        action: "account.names_followed_clio",
        account: Some(account),
        ..NewEvent::default()
    };
    audit::record(connection, &event, now).await?;
    Ok(())
}
