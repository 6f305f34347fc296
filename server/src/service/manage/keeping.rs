//! Keeping grants good: tokens are renewed ahead of time, by one node at a time; a hint that one was
//! revoked is confirmed before it counts; what is over is revoked at Clio, and its tokens forgotten.

use std::time::Duration;

use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    connecting::tell_operator,
    tokens::{self, Pair, Stored},
};
use crate::{
    clio::manage::ManageError,
    db::{
        accounts,
        audit::{self, NewEvent},
        manage::{
            firms,
            grants::{self, Grant, SealedTokens, State},
            keeping::{self, Due},
        },
    },
    domain::manage::{membership::ClioUser, region::Region},
    mail::letters,
    secrets::Secret,
    service::{ServiceError, Services, mailer},
};

/// How many grants are looked after in one turn.
const AT_ONCE: i64 = 50;
/// How long what failed rests.
const REST: time::Duration = time::Duration::minutes(5);
/// How long a grant that is over is kept in order to revoke it at Clio.
const REVOKE_FOR: time::Duration = time::Duration::days(3);
/// How long before its end a token is no longer used while another node renews it.
const MARGIN: time::Duration = time::Duration::minutes(1);
/// How often, and how soon after one another, it is looked whether another node has renewed a token.
const LOOKS: u32 = 30;
const LOOK_AFTER: Duration = Duration::from_millis(200);

/// Why a grant can't be used.
#[derive(Debug, thiserror::Error)]
pub enum NoAccess {
    /// It isn't live: over, or to be renewed by its person.
    #[error("over")]
    Over,
    /// Clio Manage couldn't be asked, or refuses.
    #[error(transparent)]
    Asked(#[from] ManageError),
    /// On our side.
    #[error(transparent)]
    Service(#[from] ServiceError),
}

/// Puts a question with the access token of a grant. When Clio says that the token is over, it is
/// renewed, or what another node renewed is taken, and the question put once more; when that doesn't
/// help, the grant is to be renewed by its person.
pub async fn ask<T, Asking>(
    services: &Services,
    grant: Uuid,
    question: impl Fn(Secret) -> Asking,
) -> Result<T, NoAccess>
where
    Asking: Future<Output = Result<T, ManageError>>,
{
    let mut refused = None;
    for _ in 0..2 {
        let (access, version) = access(services, grant, refused).await?;
        match question(access).await {
            Err(ManageError::Unauthorized) => refused = Some(version),
            outcome => return Ok(outcome?),
        }
    }
    if let Some(version) = refused {
        lose(services, grant, version, "revoked").await?;
    }
    Err(ManageError::Unauthorized.into())
}

/// The access token of a grant, with its version; a newer one than the version that Clio refused.
async fn access(
    services: &Services,
    id: Uuid,
    refused: Option<i32>,
) -> Result<(Secret, i32), NoAccess> {
    for _ in 0..LOOKS {
        let grant = find(services, id)
            .await?
            .filter(|grant| grant.state == State::Live);
        let grant = grant.ok_or(NoAccess::Over)?;
        let Some(pair) = opened(services, &grant).await? else {
            return Err(NoAccess::Over);
        };
        let now = services.now();
        let is_refused = refused == Some(grant.version);
        if !is_refused && now < grant.refresh_at {
            return Ok((pair.access, grant.version));
        }
        if let Some(result) = refresh(services, &grant, &pair).await? {
            match result {
                Ok(()) => continue,
                // What is still good goes on being used.
                Err(error) if error.is_passing() && !is_refused && now < grant.expires_at => {
                    return Ok((pair.access, grant.version));
                }
                Err(error) => return Err(error.into()),
            }
        }
        // Another node renews it, or it rests after a failure.
        if !is_refused && now + MARGIN < grant.expires_at {
            return Ok((pair.access, grant.version));
        }
        if grant.rests_until.is_some_and(|until| now < until) {
            return Err(ManageError::Failed.into());
        }
        tokio::time::sleep(LOOK_AFTER).await;
    }
    Err(ServiceError::Slow.into())
}

/// Opens the tokens; those that don't open are of no use to anybody.
async fn opened(services: &Services, grant: &Grant) -> Result<Option<Pair>, ServiceError> {
    match tokens::open(services, grant) {
        Ok(pair) => Ok(pair),
        Err(error) => {
            tracing::error!(grant.id = %grant.id, reason = %error, "the tokens of a grant don't open");
            lose(services, grant.id, grant.version, "key_unknown").await?;
            Ok(None)
        }
    }
}

/// Renews the tokens of a grant, if no other node does: `None` then. Without a word from Clio they stay
/// what they are; a refusal is the end of the grant.
async fn refresh(
    services: &Services,
    grant: &Grant,
    pair: &Pair,
) -> Result<Option<Result<(), ManageError>>, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let (id, version, now) = (grant.id, grant.version, services.now());
    let mine = keeping::claim(&mut connection, id, version, now).await?;
    connection.give_back();
    if !mine {
        return Ok(None);
    }
    let region = grant.user.firm.region;
    let answer = match &pair.refresh {
        Some(refresh) => services.manage.refresh(region, refresh).await,
        // Clio gave none: once the token is over, nobody but the person can help.
        None => Err(ManageError::InvalidGrant),
    };
    let tokens = match answer {
        Ok(tokens) => tokens,
        Err(error) if error.ends_grant() => {
            lose(services, id, version, error.reason()).await?;
            return Ok(Some(Err(error)));
        }
        Err(error) => {
            tell_operator(region, error);
            rest(services, id, version).await?;
            return Ok(Some(Err(error)));
        }
    };
    let Stored {
        sealed,
        expires_at,
        refresh_at,
    } = tokens::store(services, id, grant.account, tokens, pair.refresh.clone())?;
    let renewed = SealedTokens {
        sealed: &sealed,
        expires_at,
        refresh_at,
    };
    let mut connection = services.pool.acquire().await?;
    keeping::renew(&mut connection, id, version, &renewed).await?;
    connection.give_back();
    Ok(Some(Ok(())))
}

async fn rest(services: &Services, id: Uuid, version: i32) -> Result<(), ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let until = services.now() + time::Duration::seconds(30);
    keeping::release(&mut connection, id, version, until).await?;
    connection.give_back();
    Ok(())
}

async fn find(services: &Services, id: Uuid) -> Result<Option<Grant>, ServiceError> {
    let mut connection = services.pool.acquire().await?;
    let grant = grants::find(&mut connection, id).await?;
    connection.give_back();
    Ok(grant)
}

/// Notes that a grant is to be renewed by its person, and mails them; nothing when somebody else was
/// quicker.
async fn lose(
    services: &Services,
    id: Uuid,
    version: i32,
    reason: &str,
) -> Result<(), ServiceError> {
    let now = services.now();
    let Some(grant) = find(services, id).await? else {
        return Ok(());
    };
    let mut transaction = services.pool.begin().await?;
    let row = accounts::lock(&mut transaction, grant.account).await?;
    if !keeping::need_reconnect(&mut transaction, id, version, reason).await? {
        transaction.roll_back().await?;
        return Ok(());
    }
    firms::read_without(&mut transaction, grant.account, now).await?;
    let event = NewEvent {
        action: "manage.reconnect_needed",
        account: Some(grant.account),
        reason: Some(reason),
        ..NewEvent::default()
    };
    audit::record(&mut transaction, &event, now).await?;
    if let Some(row) = row {
        let url = services.config.web.public_url.join("/account/connections");
        let letter =
            letters::manage_reconnect(&services.config.firm_name, &grant.user.firm_name, &url);
        mailer::put(&mut transaction, row.id, &row.email, &letter, now).await?;
    }
    transaction.commit().await?;
    services.recorded();
    services.mail_wake.notify_one();
    services.manage_wake.notify_one();
    Ok(())
}

/// Does what is due; how much that was.
pub async fn round(services: &Services, go_on: impl Fn() -> bool) -> Result<usize, ServiceError> {
    if services.manage.regions().len() == 0 {
        return Ok(0);
    }
    let now = services.now();
    let mut connection = services.pool.acquire().await?;
    keeping::end_of_closed(&mut connection, now, AT_ONCE).await?;
    let due = keeping::due(&mut connection, now, AT_ONCE).await?;
    let mark = services.vault.mark();
    let sealed_otherwise = keeping::sealed_otherwise(&mut connection, &mark, AT_ONCE).await?;
    connection.give_back();
    services.recorded();
    let mut done = 0;
    for (id, what) in due {
        if !go_on() {
            break;
        }
        let outcome = match what {
            Due::Refresh => access(services, id, None).await.map(drop),
            Due::Check => check(services, id).await,
            Due::Revoke => revoke(services, id).await.map_err(NoAccess::from),
        };
        match outcome {
            Ok(()) => done += 1,
            Err(NoAccess::Over | NoAccess::Asked(_)) => {}
            Err(NoAccess::Service(error)) => return Err(error),
        }
    }
    for id in sealed_otherwise {
        done += usize::from(reseal(services, id).await?);
    }
    Ok(done)
}

/// Asks whose a grant is, which confirms or refutes a hint that it was revoked.
pub async fn check(services: &Services, id: Uuid) -> Result<(), NoAccess> {
    let grant = find(services, id).await?.ok_or(NoAccess::Over)?;
    let region = grant.user.firm.region;
    let manage = &services.manage;
    let asked: Result<ClioUser, NoAccess> = ask(services, id, |access| async move {
        manage.who_am_i(region, &access).await
    })
    .await;
    let mut connection = services.pool.acquire().await.map_err(ServiceError::from)?;
    let stored = match &asked {
        Ok(user) => keeping::checked(&mut connection, id, user, services.now()).await,
        Err(_) => keeping::put_off_check(&mut connection, id, services.now() + REST).await,
    };
    stored.map_err(ServiceError::from)?;
    connection.give_back();
    if let Err(NoAccess::Asked(error)) = &asked {
        tell_operator(region, *error);
    }
    asked.map(drop)
}

/// Revokes at Clio what is over here, and forgets its tokens.
async fn revoke(services: &Services, id: Uuid) -> Result<(), ServiceError> {
    let Some(grant) = find(services, id).await? else {
        return Ok(());
    };
    let now = services.now();
    let told = match tokens::open(services, &grant) {
        Ok(Some(pair)) => {
            revoke_pair(services, grant.user.firm.region, pair, grant.expires_at).await
        }
        Ok(None) => return Ok(()),
        // Nobody can use what doesn't open.
        Err(_) => Ok(()),
    };
    let mut connection = services.pool.acquire().await?;
    match told {
        Err(error) if error.is_passing() && now - grant.checked_at < REVOKE_FOR => {
            keeping::put_off_revoking(&mut connection, id, now + REST).await?;
        }
        outcome => {
            if let Err(error) = outcome {
                tracing::warn!(grant.id = %id, reason = %error, "a grant that is over can't be revoked at Clio Manage");
            }
            keeping::forget(&mut connection, id).await?;
        }
    }
    connection.give_back();
    Ok(())
}

/// A token that is over can't be revoked with itself, while the one that renews it is still good.
async fn revoke_pair(
    services: &Services,
    region: Region,
    pair: Pair,
    expires_at: OffsetDateTime,
) -> Result<(), ManageError> {
    let access = match pair.refresh {
        Some(refresh) if expires_at <= services.now() => {
            match services.manage.refresh(region, &refresh).await {
                Ok(tokens) => tokens.access,
                // Revoked already.
                Err(error) if error.ends_grant() => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        _ => pair.access,
    };
    services.manage.deauthorize(region, &access).await
}

/// Seals the tokens of a grant under the key that is in force.
async fn reseal(services: &Services, id: Uuid) -> Result<bool, ServiceError> {
    let Some(grant) = find(services, id).await? else {
        return Ok(false);
    };
    let sealed = match tokens::reseal(services, &grant)? {
        Ok(Some(sealed)) => sealed,
        Ok(None) => return Ok(false),
        Err(error) => {
            if grant.state == State::Live {
                tracing::error!(grant.id = %id, reason = %error, "the tokens of a grant don't open");
                lose(services, id, grant.version, "key_unknown").await?;
            }
            return Ok(false);
        }
    };
    let mut connection = services.pool.acquire().await?;
    keeping::reseal(&mut connection, id, grant.version, &sealed).await?;
    connection.give_back();
    Ok(true)
}

/// Takes Clio's word that a user revoked what they granted: a hint from anybody, which is looked into
/// soon.
pub async fn hint(services: &Services, app_key: &str, user: i64) -> Result<(), ServiceError> {
    let Some(region) = services.manage.region_of(app_key) else {
        return Ok(());
    };
    let mut connection = services.pool.acquire().await?;
    let taken = keeping::hint(&mut connection, region, user, services.now()).await?;
    connection.give_back();
    if taken {
        services.manage_wake.notify_one();
    }
    Ok(())
}
