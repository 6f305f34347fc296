//! Logs: readable text, or one JSON object a line.

use std::io::IsTerminal;

use tracing::Level;
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use crate::config::{Log, LogFormat};

/// Sets logging up for the whole process, panics included. A second call does nothing.
///
/// Libraries are heard from warnings on: on finer levels they log what they send.
pub fn init(settings: Log) {
    let level = match settings.level {
        Level::ERROR => "error",
        Level::WARN => "warn",
        Level::DEBUG | Level::TRACE => "debug",
        Level::INFO => "info",
    };
    // tower-sessions warns of every cookie whose session is over, which is no event.
    let filter = EnvFilter::new(format!(
        "warn,vestibule={level},tower_sessions=off,tower_sessions_core=off"
    ));
    let registry = tracing_subscriber::registry().with(filter);
    let done = match settings.format {
        LogFormat::Text => registry
            .with(fmt::layer().with_ansi(std::io::stdout().is_terminal()))
            .try_init(),
        LogFormat::Json => registry
            .with(fmt::layer().json().flatten_event(true))
            .try_init(),
    };
    if done.is_ok() {
        // A panic's message may hold what somebody sent; its place in the code can't.
        std::panic::set_hook(Box::new(|panic| {
            let place = panic
                .location()
                .map(ToString::to_string)
                .unwrap_or_default();
            tracing::error!(panic.location = place, "a task panicked");
        }));
    }
}
