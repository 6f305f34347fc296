//! What commands say.

use std::{error::Error, io::Write};

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
