//! `vestibule serve`.

use std::{sync::Arc, time::Duration};

use sqlx::migrate::MigrateError;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};
use tokio_util::sync::CancellationToken;

use super::CommandError;
use crate::{
    config::Database,
    db::{is_outage, migrations},
    mail::sender::Sender,
    service::background,
    startup,
};

/// How long the work behind the requests may take once they have been drained.
const LAST_WORK: Duration = Duration::from_millis(1500);

/// How soon a database that is away is asked again.
const RETRY: Duration = Duration::from_secs(1);

pub(super) async fn run() -> Result<(), CommandError> {
    let services = super::services()?;
    let config = Arc::clone(&services.config);
    let sender = config
        .mail
        .as_ref()
        .map(Sender::new)
        .transpose()
        .map_err(|error| CommandError::Refused(error.to_string()))?;
    let listener = TcpListener::bind(config.web.listen).await?;
    let stop = CancellationToken::new();
    stop_on_signal(stop.clone())?;

    // Alive at once, ready when the database is: whoever watches sees the difference.
    let site = tokio::spawn(startup::serve(
        listener,
        startup::router(Arc::clone(&services)),
        stop.clone(),
    ));
    tracing::info!(
        address = %config.web.listen,
        public_url = config.web.public_url.origin(),
        "listening"
    );
    if config.database.auto_migrate {
        migrate(&config.database, &stop).await?;
    }
    let work = tokio::spawn(background::run(Arc::clone(&services), sender, stop.clone()));
    let served = site.await.map_err(std::io::Error::other)?;
    stop.cancel();
    let ended = tokio::time::timeout(LAST_WORK, async {
        let _ = work.await;
        services.pool.close().await;
    });
    if ended.await.is_err() {
        tracing::warn!("work behind the requests was cut short; it goes on at the next start");
    }
    tracing::info!("stopped");
    Ok(served?)
}

/// Applies pending migrations, waiting for a database that is away.
async fn migrate(database: &Database, stop: &CancellationToken) -> Result<(), CommandError> {
    let mut said = false;
    loop {
        let migrated = tokio::select! {
            () = stop.cancelled() => return Ok(()),
            migrated = migrations::apply(database) => migrated,
        };
        match migrated {
            Ok(()) => return Ok(()),
            Err(MigrateError::Execute(error)) if is_outage(&error) => {
                if !said {
                    tracing::warn!("the database is not available; waiting for it");
                    said = true;
                }
                tokio::select! {
                    () = stop.cancelled() => return Ok(()),
                    () = tokio::time::sleep(RETRY) => {}
                }
            }
            Err(error) => {
                stop.cancel();
                return Err(error.into());
            }
        }
    }
}

fn stop_on_signal(stop: CancellationToken) -> std::io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping");
        stop.cancel();
    });
    Ok(())
}
