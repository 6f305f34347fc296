//! Work behind the requests: sealing the audit, sending mail, telling administrators what waits, minding
//! unused accounts, carrying out lists of invitations and decisions about many, looking for duplicates,
//! looking after what Clio Manage granted, sweeping what is over.
//!
//! Each task is supervised: one that fails or panics is started again after a moment.

use std::{sync::Arc, time::Duration};

use sqlx::PgConnection;
use time::OffsetDateTime;
use tokio::{task::JoinSet, time::MissedTickBehavior};
use tokio_util::sync::CancellationToken;

use super::{
    ServiceError, Services, audit,
    desk::{
        bulk, digest, dormancy,
        duplicates::finder::{self, Turn},
        reviews,
    },
    importing, mailer,
    manage::{keeping, roster},
    reopening,
};
use crate::{
    db::{
        DbResult, attempts, audit_months, case_effects, claims, codes,
        desk::{batches, merges},
        guesses, imports, links, manage as manage_db, notices, outbox, sessions, sign_in_codes,
    },
    domain::proof::UNDO_FOR,
    mail::sender::Sender,
};

/// How long events gather before they are sealed together.
const SEAL_DELAY: Duration = Duration::from_millis(300);
/// How soon events of other programs, or of a node that was lost, are sealed.
const SEAL_EVERY: Duration = Duration::from_millis(900);
/// How often due mail is looked for when nobody calls.
const MAIL_EVERY: Duration = Duration::from_secs(15);
/// How often lists are looked for that another node, or this one before it was started anew, began.
const IMPORT_EVERY: Duration = Duration::from_secs(15);
/// How soon a decision about many goes on that another node, or this one before it was started anew, began.
const BULK_EVERY: Duration = Duration::from_secs(20);
/// How often what is over is swept.
const SWEEP_EVERY: Duration = Duration::from_mins(1);
/// How often it is asked whether unused accounts are due to be looked through.
const DORMANCY_EVERY: Duration = Duration::from_mins(5);
/// How often review campaigns are looked after: links that a lost node left to be gathered, and reminders.
const REVIEW_EVERY: Duration = Duration::from_mins(1);
/// How often it is looked whether something is to be done about what Clio Manage granted.
const MANAGE_EVERY: Duration = Duration::from_secs(20);
/// How long ended sessions are kept, for the list of last sign-ins.
const KEEP_SESSIONS: time::Duration = time::Duration::days(90);
/// For how many months ahead the audit has its partitions: enough for an installation that is off for
/// a while.
const MONTHS_AHEAD: i32 = 2;
/// How long the search for duplicates pauses after a turn that found work, so that a million new accounts
/// leave the database to others half of the time.
const SEARCH_ON_AFTER: Duration = Duration::from_millis(100);
/// How long it pauses after one that found none.
const SEARCH_EVERY: Duration = Duration::from_secs(1);
/// How long it pauses after it has looked through everything.
const SEARCH_AGAIN_AFTER: Duration = Duration::from_secs(15);
/// How soon a failed task is started again.
const RESTART_AFTER: Duration = Duration::from_secs(1);

/// Runs all background work until `stop`, then finishes what it is at.
pub async fn run(services: Arc<Services>, sender: Option<Sender>, stop: CancellationToken) {
    let sender = Arc::new(sender);
    let mut tasks = JoinSet::new();
    tasks.spawn(supervise("sealer", stop.clone(), {
        let services = Arc::clone(&services);
        move |stop| seal(Arc::clone(&services), stop)
    }));
    tasks.spawn(supervise("mailer", stop.clone(), {
        let services = Arc::clone(&services);
        move |stop| send(Arc::clone(&services), Arc::clone(&sender), stop)
    }));
    tasks.spawn(supervise("dormancy", stop.clone(), {
        let services = Arc::clone(&services);
        move |stop| go_rounds(Arc::clone(&services), stop)
    }));
    tasks.spawn(supervise("importer", stop.clone(), {
        let services = Arc::clone(&services);
        move |stop| import(Arc::clone(&services), stop)
    }));
    tasks.spawn(supervise("bulk", stop.clone(), {
        let services = Arc::clone(&services);
        move |stop| carry_out(Arc::clone(&services), stop)
    }));
    tasks.spawn(supervise("teller", stop.clone(), {
        let services = Arc::clone(&services);
        move |stop| digest::run(Arc::clone(&services), stop)
    }));
    tasks.spawn(supervise("manage", stop.clone(), {
        let services = Arc::clone(&services);
        move |stop| keep_grants(Arc::clone(&services), stop)
    }));
    tasks.spawn(supervise("sweeper", stop.clone(), {
        let services = Arc::clone(&services);
        move |stop| sweep(Arc::clone(&services), stop)
    }));
    tasks.spawn(supervise("reviews", stop.clone(), {
        let services = Arc::clone(&services);
        move |stop| review(Arc::clone(&services), stop)
    }));
    tasks.spawn(supervise("finder", stop, move |stop| {
        find_duplicates(Arc::clone(&services), stop)
    }));
    while tasks.join_next().await.is_some() {}
}

/// Runs a task again whenever it ends before `stop`.
async fn supervise<F>(
    name: &'static str,
    stop: CancellationToken,
    task: impl Fn(CancellationToken) -> F,
) where
    F: Future<Output = Result<(), ServiceError>> + Send + 'static,
{
    while !stop.is_cancelled() {
        match tokio::spawn(task(stop.clone())).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::warn!(task = name, reason = %error, "background work failed");
            }
            Err(_) => tracing::error!(task = name, "background work panicked"),
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(RESTART_AFTER) => {}
        }
    }
}

async fn seal(services: Arc<Services>, stop: CancellationToken) -> Result<(), ServiceError> {
    let mut every = tokio::time::interval(SEAL_EVERY);
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            _ = every.tick() => {}
            () = services.audit_wake.notified() => tokio::time::sleep(SEAL_DELAY).await,
        }
        audit::seal(&services).await?;
    }
    audit::seal(&services).await?;
    Ok(())
}

async fn send(
    services: Arc<Services>,
    sender: Arc<Option<Sender>>,
    stop: CancellationToken,
) -> Result<(), ServiceError> {
    let mut every = tokio::time::interval(MAIL_EVERY);
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            _ = every.tick() => {}
            // Who can't send only counts what waits, which needs no haste.
            () = services.mail_wake.notified(), if sender.is_some() => {}
        }
        while !stop.is_cancelled() && mailer::send_next(&services, sender.as_ref().as_ref()).await?
        {
        }
    }
}

/// Reminds and closes unused accounts, where the policy says so.
async fn go_rounds(services: Arc<Services>, stop: CancellationToken) -> Result<(), ServiceError> {
    let mut every = tokio::time::interval(DORMANCY_EVERY);
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            _ = every.tick() => {}
        }
        let round = dormancy::round::carry_out(&services, || !stop.is_cancelled()).await?;
        if let Some(round) = round.filter(|round| *round != dormancy::round::Round::default()) {
            tracing::info!(
                accounts.reminded = round.reminded,
                accounts.closed = round.closed,
                "unused accounts were looked through"
            );
        }
    }
}

async fn review(services: Arc<Services>, stop: CancellationToken) -> Result<(), ServiceError> {
    let mut every = tokio::time::interval(REVIEW_EVERY);
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            _ = every.tick() => {}
        }
        reviews::reminding::remind(&services).await?;
        reviews::gathering::gather(&services).await?;
    }
}

async fn import(services: Arc<Services>, stop: CancellationToken) -> Result<(), ServiceError> {
    let mut every = tokio::time::interval(IMPORT_EVERY);
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            _ = every.tick() => {}
            () = services.import_wake.notified() => {}
        }
        while !stop.is_cancelled() && importing::step(&services).await? {}
    }
}

async fn carry_out(services: Arc<Services>, stop: CancellationToken) -> Result<(), ServiceError> {
    let mut every = tokio::time::interval(BULK_EVERY);
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            _ = every.tick() => bulk::expire(&services).await?,
            () = services.bulk_wake.notified() => {}
        }
        while !stop.is_cancelled() && bulk::run::work(&services).await? {}
    }
}

async fn keep_grants(services: Arc<Services>, stop: CancellationToken) -> Result<(), ServiceError> {
    let mut every = tokio::time::interval(MANAGE_EVERY);
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            _ = every.tick() => {}
            () = services.manage_wake.notified() => {}
        }
        let goes_on = || !stop.is_cancelled();
        while goes_on()
            && (keeping::round(&services, goes_on).await? > 0
                || roster::reading::step(&services).await?
                || roster::leaving::by_itself(&services, goes_on).await? > 0)
        {}
    }
}

async fn sweep(services: Arc<Services>, stop: CancellationToken) -> Result<(), ServiceError> {
    let mut every = tokio::time::interval(SWEEP_EVERY);
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            _ = every.tick() => sweep_once(&services).await?,
        }
    }
}

async fn find_duplicates(
    services: Arc<Services>,
    stop: CancellationToken,
) -> Result<(), ServiceError> {
    let mut pause = SEARCH_EVERY;
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            () = tokio::time::sleep(pause) => {}
        }
        pause = match finder::turn(&services).await? {
            Turn::Compared => SEARCH_ON_AFTER,
            Turn::Nothing => SEARCH_EVERY,
            Turn::Ended | Turn::Elsewhere => SEARCH_AGAIN_AFTER,
        };
    }
}

/// Deletes what is over, a bounded number of rows of each kind at a time, opens accounts whose suspension
/// is over, and makes ready what is to come; one kind that fails doesn't keep the others waiting. Of what
/// strangers can leave, all of it goes: together they leave more in a minute than one statement deletes.
pub async fn sweep_once(services: &Services) -> Result<(), ServiceError> {
    let now = services.now();
    let mut connection = services.pool.acquire().await?;
    let outcomes = [
        all(attempts::sweep, &mut connection, now).await,
        all(links::sweep, &mut connection, now).await,
        all(manage_db::attempts::sweep, &mut connection, now).await,
        codes::sweep(&mut connection, now).await,
        claims::sweep(&mut connection, now).await,
        all(sign_in_codes::sweep, &mut connection, now).await,
        notices::sweep(&mut connection, now).await,
        guesses::sweep(&mut connection, now - time::Duration::days(2)).await,
        imports::sweep(&mut connection, now).await,
        outbox::sweep(&mut connection, now - outbox::KEEP_SENT).await,
        sessions::sweep(&mut connection, now - KEEP_SESSIONS).await,
        batches::sweep(&mut connection, now - batches::KEEP).await,
        audit_months::prepare(&mut connection, now, MONTHS_AHEAD).await,
        merges::sweep(&mut connection, now - UNDO_FOR).await,
        case_effects::sweep(&mut connection, now - UNDO_FOR).await,
    ];
    connection.give_back();
    services.pool.close_idle().await;
    let reopened = reopening::sweep(services).await;
    outcomes.into_iter().collect::<Result<Vec<u64>, _>>()?;
    reopened
}

/// Sweeps until nothing of the kind is left that was over at this moment; returns how many rows.
async fn all(
    sweep: impl AsyncFn(&mut PgConnection, OffsetDateTime) -> DbResult<u64>,
    connection: &mut PgConnection,
    now: OffsetDateTime,
) -> DbResult<u64> {
    let mut swept = 0;
    loop {
        match sweep(connection, now).await? {
            0 => return Ok(swept),
            rows => swept += rows,
        }
    }
}
