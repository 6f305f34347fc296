//! What commands say.

use std::{
    error::Error,
    io::{IsTerminal, Write},
};

use crate::error_chain::error_chain;

/// Says a line on the standard output.
pub(super) fn say(line: impl std::fmt::Display) -> std::io::Result<()> {
    writeln!(std::io::stdout(), "{line}")
}

/// Says on the standard error what went wrong, with its causes.
pub(super) fn complain(error: &(dyn Error + 'static)) {
    // Nobody is left to tell when even this fails.
    let _ = writeln!(std::io::stderr(), "vestibule: {}", error_chain(error));
}

/// Counts on a terminal while long work goes on; says nothing where nobody looks on.
pub(super) struct Counter {
    what: &'static str,
    is_seen: bool,
}

impl Counter {
    /// A counter of things with this plural.
    pub(super) fn new(what: &'static str) -> Self {
        Self {
            what,
            is_seen: std::io::stderr().is_terminal(),
        }
    }

    /// Shows how far the work has come, over what was shown before.
    pub(super) fn show(&mut self, done: i64, all: i64) {
        if self.is_seen {
            // Who can't be shown it doesn't miss the result.
            let _ = write!(
                std::io::stderr(),
                "\r{done} of {all} {} ({} %) \x1b[K",
                self.what,
                done.saturating_mul(100) / all.max(1)
            );
        }
    }

    /// Wipes it away, before the result is told.
    pub(super) fn clear(&mut self) {
        if self.is_seen {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
}
