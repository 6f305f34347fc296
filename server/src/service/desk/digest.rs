//! Tells administrators that people wait, and that Clio differs: one mail for all that waits, and none for each.

use std::sync::Arc;

use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::{
    db::{
        desk::{
            digests::{self, Telling},
            waiting::{self, Standing},
        },
        manage::differences_seen,
    },
    domain::moment,
    mail::letters::{self, Counted, Letter, Waits},
    service::{ServiceError, Services, desk::queue::MOST_COUNTED, in_turns, mailer},
};

/// How long something waits before anybody is told: what comes together is told together.
pub const QUIET: Duration = Duration::minutes(10);

/// How soon the same administrator is told again, and only when something new waits.
pub const NOT_AGAIN_FOR: Duration = Duration::DAY;

/// How often it is looked whether somebody is to be told.
const LOOK_EVERY: std::time::Duration = std::time::Duration::from_mins(1);

/// Tells administrators until `stop`.
pub async fn run(services: Arc<Services>, stop: CancellationToken) -> Result<(), ServiceError> {
    let mut every = tokio::time::interval(LOOK_EVERY);
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            _ = every.tick() => {}
        }
        send(&services).await?;
    }
}

/// Mails every administrator and owner who hasn't been told what waits; returns how many.
pub async fn send(services: &Services) -> Result<usize, ServiceError> {
    let now = services.now();
    let mut connection = services.pool.acquire().await?;
    let ripe = newest(services, &mut connection, now - QUIET).await?;
    connection.give_back();
    match ripe {
        Some(ripe) => in_turns(|| tell(services, ripe, now)).await,
        None => Ok(0),
    }
}

/// Since when the newest waits, in the queue or on the roster, of all that has waited since `until`.
async fn newest(
    services: &Services,
    connection: &mut PgConnection,
    until: OffsetDateTime,
) -> Result<Option<OffsetDateTime>, ServiceError> {
    let themselves = services.config.admission.by_themselves();
    let in_queue = waiting::newest(connection, themselves, until).await?;
    let on_roster = if has_roster(services) {
        differences_seen::newest(connection, until).await?
    } else {
        None
    };
    Ok(in_queue.max(on_roster))
}

/// Whether there is a roster to lead to: what Clio Manage said once stays, also where it is asked no more.
fn has_roster(services: &Services) -> bool {
    services.manage.regions().len() > 0
}

async fn tell(
    services: &Services,
    ripe: OffsetDateTime,
    now: OffsetDateTime,
) -> Result<usize, ServiceError> {
    let themselves = services.config.admission.by_themselves();
    let mut transaction = services.pool.begin().await?;
    let most = i64::from(MOST_COUNTED);
    let standing = waiting::standing(&mut transaction, themselves, most).await?;
    let differing = if has_roster(services) {
        differences_seen::standing(&mut transaction).await?
    } else {
        differences_seen::Standing::default()
    };
    let newest = newest(services, &mut transaction, now).await?;
    let oldest = standing.oldest.into_iter().chain(differing.oldest).min();
    let (Some(oldest), Some(newest)) = (oldest, newest) else {
        // Decided a moment ago.
        transaction.roll_back().await?;
        return Ok(0);
    };
    let telling = Telling {
        ripe,
        newest: newest.max(ripe),
        not_after: now - NOT_AGAIN_FOR,
    };
    let told = digests::tell(&mut transaction, telling, now).await?;
    if told.is_empty() {
        transaction.roll_back().await?;
        return Ok(0);
    }
    let letter = letter(services, &standing, &differing, &moment::ago(oldest, now));
    for administrator in &told {
        let (account, email) = (administrator.account, &administrator.email);
        mailer::put(&mut transaction, account, email, &letter, now).await?;
    }
    transaction.commit().await?;
    services.mail_wake.notify_one();
    Ok(told.len())
}

fn letter(
    services: &Services,
    standing: &Standing,
    differing: &differences_seen::Standing,
    oldest: &str,
) -> Letter {
    let counted = |what, count: i64| Counted {
        what,
        count: u32::try_from(count).unwrap_or(u32::MAX),
        most: MOST_COUNTED,
    };
    let url = &services.config.web.public_url;
    let asked = [
        counted("New accounts", standing.accounts),
        counted("Links asked for", standing.links),
        counted("New e-mails", standing.emails),
        counted("“This wasn’t me”", standing.not_me),
    ];
    let differ = [
        counted("Left the firm in Clio", differing.leavers),
        counted("Other differences from Clio", differing.others),
    ];
    let queue = Waits {
        counted: &asked,
        url: &url.join("/admin/queue"),
    };
    let roster = Waits {
        counted: &differ,
        url: &url.join("/admin/roster"),
    };
    letters::queue_digest(&services.config.firm_name, queue, roster, oldest)
}
