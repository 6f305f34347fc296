//! `vestibule doctor`: looks at everything the server needs, and says what to do.

use std::sync::Arc;

use time::{Duration, OffsetDateTime};

use super::{CommandError, output::say};
use crate::{
    clio::manage::ManageError,
    clock::{Clock, SystemClock},
    config::{Config, ProcessEnvironment},
    db::{migrations, outbox, pool::Pool},
    mail::sender::Sender,
    secrets::Secret,
    service::Services,
    startup, telemetry,
};

/// The oldest PostgreSQL that this works with: 14.
const OLDEST_POSTGRESQL: i32 = 140_000;
/// How far clocks may differ: half of what is forgiven in Clio's tokens.
const CLOCK_TOLERANCE: Duration = Duration::seconds(30);

/// What a check found: all well, or what to do.
type Finding = Result<String, String>;

pub(super) async fn run() -> Result<(), CommandError> {
    let config = Config::read(&ProcessEnvironment)?;
    telemetry::init(config.log);
    say("ok    settings: complete")?;
    say(format!(
        "      register this redirect URL with Clio: {}",
        config.web.public_url.redirect_uri()
    ))?;
    if !config.manage.regions.is_empty() {
        say(format!(
            "      and this one with Clio Manage, in every region: {}",
            config.web.public_url.manage_redirect_uri()
        ))?;
    }
    let services = startup::services(Arc::new(config), Arc::new(SystemClock))?;
    let manage = manage(&services).await;
    let findings = [
        ("database", database(&services.pool).await),
        ("migrations", all_migrations(&services.pool).await),
        ("clock", clock(&services.pool).await),
        ("Clio's keys", clio(&services).await),
        ("mail server", mail(&services).await),
        ("outbox", outbox(&services.pool).await),
    ];
    let manage = manage.into_iter().map(|finding| ("Clio Manage", finding));
    let mut troubles = 0;
    for (name, finding) in findings.into_iter().chain(manage) {
        match finding {
            Ok(text) => say(format!("ok    {name}: {text}"))?,
            Err(text) => {
                troubles += 1;
                say(format!("FAIL  {name}: {text}"))?;
            }
        }
    }
    if troubles == 0 {
        Ok(())
    } else {
        Err(CommandError::Refused(format!(
            "{troubles} of the checks failed"
        )))
    }
}

async fn database(pool: &Pool) -> Finding {
    let version: Result<i32, _> = ask(
        pool,
        "SELECT current_setting('server_version_num')::integer",
    )
    .await;
    match version {
        Ok(version) if version >= OLDEST_POSTGRESQL => {
            Ok(format!("PostgreSQL {}", version / 10_000))
        }
        Ok(version) => Err(format!(
            "PostgreSQL {} is too old; 14 or newer is needed",
            version / 10_000
        )),
        Err(_) => Err(
            "can't be reached or refuses; check DATABASE_URL and that PostgreSQL runs".to_owned(),
        ),
    }
}

/// What the database says to a question with one value for an answer.
async fn ask<T>(pool: &Pool, question: &'static str) -> Result<T, sqlx::Error>
where
    T: Send + Unpin + for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
{
    sqlx::query_scalar(question)
        .fetch_one(&mut *pool.acquire().await?)
        .await
}

async fn all_migrations(pool: &Pool) -> Finding {
    let applied = match pool.acquire().await {
        Ok(mut connection) => migrations::are_applied(&mut connection).await,
        Err(error) => Err(error),
    };
    match applied {
        Ok(true) => Ok("all applied".to_owned()),
        Ok(false) => Err("some are pending; run: vestibule migrate".to_owned()),
        Err(_) => Err("can't be read; see database".to_owned()),
    }
}

async fn clock(pool: &Pool) -> Finding {
    let theirs: Result<OffsetDateTime, _> = ask(pool, "SELECT clock_timestamp()").await;
    match theirs {
        Ok(theirs) => {
            let difference = (SystemClock.now() - theirs).abs();
            if difference <= CLOCK_TOLERANCE {
                Ok(format!(
                    "{} ms from the database's",
                    difference.whole_milliseconds()
                ))
            } else {
                Err(format!(
                    "{} s from the database's; let both machines keep time by NTP",
                    difference.whole_seconds()
                ))
            }
        }
        Err(_) => Err("can't be compared; see database".to_owned()),
    }
}

async fn clio(services: &Services) -> Finding {
    match services.clio.probe_keys().await {
        Ok(keys) => Ok(format!("{} usable", keys.len())),
        Err(error) => Err(format!(
            "{error}; check CLIO_IDENTITY_JWKS_URL and that this machine may reach Clio by https"
        )),
    }
}

/// Whether Clio Manage answers in each region: a token that it never gave is refused there.
async fn manage(services: &Services) -> Vec<Finding> {
    let mut findings = Vec::new();
    let nobodys = Secret::new("asked-by-doctor".to_owned());
    for region in services.manage.regions() {
        findings.push(match services.manage.who_am_i(region, &nobodys).await {
            Err(ManageError::Unauthorized) => Ok(format!("answers in region {region}")),
            Err(error) => Err(format!(
                "no proper answer in region {region} ({error}): check CLIO_MANAGE_<REGION>_BASE_URL, \
                 CLIO_MANAGE_API_VERSION and the network"
            )),
            Ok(_) => Err(format!(
                "region {region} takes any token: check CLIO_MANAGE_<REGION>_BASE_URL"
            )),
        });
    }
    findings
}

async fn mail(services: &Services) -> Finding {
    let Some(settings) = &services.config.mail else {
        return Ok("SMTP_URL isn't set; mail stays in the outbox".to_owned());
    };
    let trouble = "can't be reached or refuses; check SMTP_URL".to_owned();
    let Ok(sender) = Sender::new(settings) else {
        return Err(trouble);
    };
    match sender.probe().await {
        Ok(()) => Ok("lets us in".to_owned()),
        Err(_) => Err(trouble),
    }
}

async fn outbox(pool: &Pool) -> Finding {
    let standing = match pool.acquire().await {
        Ok(mut connection) => outbox::standing(&mut connection).await.ok(),
        Err(_) => None,
    };
    match standing {
        Some(standing) if standing.dead == 0 => Ok(format!("{} waiting", standing.waiting)),
        Some(standing) => Err(format!(
            "{} given up, {} waiting; look at mail_outbox where dead_at is set",
            standing.dead, standing.waiting
        )),
        None => Err("can't be read; see database and migrations".to_owned()),
    }
}
