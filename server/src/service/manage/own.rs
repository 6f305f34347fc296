//! One's own connection to Clio Manage: what is granted, the region to propose, and ending it.

use uuid::Uuid;

use crate::{
    db::{
        accounts,
        audit::{self, NewEvent},
        manage::{
            attempts, firms,
            grants::{self, Ends, Grant, State},
        },
        sessions::{self, LiveSession},
        sign_in::Awaits,
    },
    domain::{account::Status, email::Email, manage::region::Region},
    service::{
        ServiceError, Services,
        refusals::{self, Refusal},
    },
};

/// What a person sees of Clio Manage.
#[derive(Debug)]
pub struct Own {
    /// What is granted, and the last that was, the newest first.
    pub grants: Vec<Grant>,
    /// Those of them that a firm's people are read with.
    pub readers: Vec<Uuid>,
    /// The regions, the likeliest first.
    pub regions: Vec<Region>,
}

/// What the person of a session sees of Clio Manage; `None` when the product has nothing to do with it.
/// `languages` is what their browser says it reads.
pub async fn own(
    services: &Services,
    session: &LiveSession,
    languages: &str,
) -> Result<Option<Own>, ServiceError> {
    let mut regions: Vec<Region> = services.manage.regions().collect();
    if regions.is_empty() {
        return Ok(None);
    }
    let domain = Email::parse(&session.email).map(|email| email.domain());
    let mut connection = services.pool.acquire().await?;
    let likely = attempts::likely_region(
        &mut connection,
        session.account,
        &domain.unwrap_or_default(),
    )
    .await?;
    let grants = grants::of_account(&mut connection, session.account).await?;
    let readers = if grants.is_empty() {
        Vec::new()
    } else {
        firms::readers(&mut connection, session.account).await?
    };
    connection.give_back();
    let likely = likely.or_else(|| Region::guess(languages));
    regions.sort_by_key(|region| Some(*region) != likely);
    Ok(Some(Own {
        grants,
        readers,
        regions,
    }))
}

/// Disconnects: the grant is over at once, and revoked at Clio behind the request. `false` when it is
/// over already, or the session is.
pub async fn disconnect(
    services: &Services,
    session: &LiveSession,
    grant: Uuid,
) -> Result<bool, ServiceError> {
    let now = services.now();
    let account = session.account;
    let mut transaction = services.pool.begin().await?;
    let row = accounts::lock(&mut transaction, account).await?;
    let is_active = row.is_some_and(|row| row.status == Status::Active);
    let is_alive = sessions::lock_live(&mut transaction, session.id).await?;
    if !is_active
        || !is_alive
        || !grants::end(
            &mut transaction,
            account,
            Ends::This(grant),
            "disconnected",
            now,
        )
        .await?
    {
        transaction.roll_back().await?;
        let refusal = Refusal {
            action: "manage.refused",
            actor: Some(account),
            account: Some(account),
            reason: "not_connected",
        };
        refusals::record(services, refusal).await?;
        return Ok(false);
    }
    firms::read_without(&mut transaction, account, now).await?;
    let event = NewEvent {
        action: "manage.disconnected",
        actor: Some(account),
        account: Some(account),
        ..NewEvent::default()
    };
    audit::record(&mut transaction, &event, now).await?;
    transaction.commit().await?;
    services.recorded();
    services.manage_wake.notify_one();
    Ok(true)
}

/// Leaves a pending account to an administrator, for somebody who can't show that they belong to the
/// firm; `false` when it waits for one already, or policy refuses whoever doesn't.
pub async fn ask_administrator(
    services: &Services,
    session: &LiveSession,
) -> Result<bool, ServiceError> {
    let account = session.account;
    let mut transaction = services.pool.begin().await?;
    accounts::lock(&mut transaction, account).await?;
    let awaits = accounts::awaits(&mut transaction, account).await?;
    let is_alive = sessions::lock_live(&mut transaction, session.id).await?;
    let is_queued = services.config.admission.queues_others();
    if !is_alive || !is_queued || !matches!(awaits, Some((Awaits::Membership, _))) {
        transaction.roll_back().await?;
        let refusal = Refusal {
            action: "admission.refused",
            actor: Some(account),
            account: Some(account),
            reason: "not_waiting",
        };
        refusals::record(services, refusal).await?;
        return Ok(false);
    }
    accounts::set_awaits(&mut transaction, account, Awaits::Either).await?;
    let event = NewEvent {
        action: "admission.asked",
        actor: Some(account),
        account: Some(account),
        reason: Some("by_person"),
        ..NewEvent::default()
    };
    audit::record(&mut transaction, &event, services.now()).await?;
    transaction.commit().await?;
    services.recorded();
    Ok(true)
}

/// Whether the account of a grant can be used with it.
pub fn is_in_use(grant: &Grant) -> bool {
    matches!(grant.state, State::Live | State::Reconnect)
}
