//! Reading: a page at a time, on whichever node comes first, within the budget of the token; a read that
//! is interrupted goes on where it stood. One that doesn't get to its end finds nothing.

use time::Duration;

use super::{failing::end, taking_in};
use crate::{
    clio::manage::ManageError,
    db::manage::{
        firms::{self, Firm},
        grants,
        reads::{self, Read},
    },
    domain::manage::roster::{Failure, next_night},
    random,
    service::{
        ServiceError, Services, in_turns,
        manage::{
            connecting::tell_operator,
            keeping::{self, NoAccess},
        },
    },
};

/// How long a read rests after a page couldn't be had: longer each time.
const REST: Duration = Duration::minutes(1);
/// How many failures in a row end a read: with the rests between them, after about an hour.
const MOST_FAILURES: i32 = 10;
/// The most pages of a read: a list that never ends is no list.
const MOST_PAGES: i32 = 500;

/// Begins the reads that are due, reads the next page of one that is under way; whether there was
/// anything to do.
pub async fn step(services: &Services) -> Result<bool, ServiceError> {
    if services.manage.regions().len() == 0 {
        return Ok(false);
    }
    let now = services.now();
    let mut connection = services.pool.acquire().await?;
    for firm in firms::due(&mut connection, now).await? {
        reads::begin(&mut connection, random::id(now)?, firm.id, None, now).await?;
        let next = next_night(firm.key.region, firm.id.as_u64_pair().1, now);
        firms::read_next(&mut connection, firm.id, next).await?;
    }
    let read = reads::take(&mut connection, now).await?;
    let firm = match &read {
        Some(read) => firms::find(&mut connection, read.firm).await?,
        None => None,
    };
    connection.give_back();
    match (read, firm) {
        (None, _) => Ok(false),
        (Some(read), Some(firm)) => {
            page(services, &read, &firm).await?;
            Ok(true)
        }
        // Disconnected meanwhile.
        (Some(read), None) => {
            end(services, &read, Failure::Stopped).await?;
            Ok(true)
        }
    }
}

/// Reads a page.
async fn page(services: &Services, read: &Read, firm: &Firm) -> Result<(), ServiceError> {
    if read.pages >= MOST_PAGES {
        return end(services, read, Failure::Senseless).await;
    }
    let (manage, next) = (&services.manage, read.next_page.as_deref());
    let asked = keeping::ask(services, firm.grant, |access| async move {
        manage.users(firm.key, &firm.name, &access, next).await
    })
    .await;
    let page = match asked {
        Ok(page) => page,
        Err(NoAccess::Over) => return end(services, read, Failure::Reconnect).await,
        Err(NoAccess::Service(error)) => return Err(error),
        Err(NoAccess::Asked(error)) => return trouble(services, read, firm, error).await,
    };
    let total = page.total.and_then(|total| i32::try_from(total).ok());
    // The number of people changes when somebody comes or goes meanwhile, and the pages move with it.
    if read.pages > 0 && total != read.total {
        return end(services, read, Failure::Senseless).await;
    }
    // A page that leads to itself never ends.
    if page.next.is_some() && page.next == read.next_page {
        return end(services, read, Failure::Senseless).await;
    }
    let mut transaction = services.pool.begin().await?;
    let next = page.next.as_deref();
    if !reads::store(&mut transaction, read, &page.users, next, total).await? {
        transaction.roll_back().await?;
        return Ok(());
    }
    transaction.commit().await?;
    if page.next.is_none() {
        finish(services, read, firm).await?;
    }
    Ok(())
}

/// Lets a read rest, or ends it.
async fn trouble(
    services: &Services,
    read: &Read,
    firm: &Firm,
    error: ManageError,
) -> Result<(), ServiceError> {
    tell_operator(firm.key.region, error);
    let failure = match error {
        ManageError::RateLimited { until } => return rest(services, read, until, false).await,
        error if error.is_passing() && read.failures < MOST_FAILURES => {
            let until = services.now() + REST * (read.failures + 1);
            return rest(services, read, until, true).await;
        }
        ManageError::Unauthorized | ManageError::InvalidGrant => Failure::Reconnect,
        ManageError::Forbidden
        | ManageError::VersionRetired
        | ManageError::InvalidClient
        | ManageError::RegionOff => Failure::NotAllowed,
        ManageError::Unusable => Failure::Senseless,
        _ => Failure::Unreachable,
    };
    end(services, read, failure).await
}

async fn rest(
    services: &Services,
    read: &Read,
    until: time::OffsetDateTime,
    counts: bool,
) -> Result<(), ServiceError> {
    let mut connection = services.pool.acquire().await?;
    reads::rest(&mut connection, read.id, until, counts).await?;
    connection.give_back();
    Ok(())
}

/// Takes in what a read found that got to its end, if it makes sense.
async fn finish(services: &Services, read: &Read, firm: &Firm) -> Result<(), ServiceError> {
    match in_turns(|| taking_in::take_in(services, read.id, firm)).await? {
        Ok(()) => {
            services.recorded();
            services.manage_wake.notify_one();
            Ok(())
        }
        Err(failure) => end(services, read, failure).await,
    }
}

/// The user of a firm's grant.
pub(super) async fn reader(
    connection: &mut sqlx::PgConnection,
    firm: &Firm,
) -> Result<Option<i64>, ServiceError> {
    let grant = grants::find(connection, firm.grant).await?;
    Ok(grant.map(|grant| grant.user.number))
}
