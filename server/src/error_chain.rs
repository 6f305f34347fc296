//! An error with its causes, in one line, for logs and for the operator.

use std::error::Error;

/// The error and what caused it, from the outside in.
pub fn error_chain(error: &(dyn Error + 'static)) -> String {
    let parts: Vec<String> = std::iter::successors(Some(error), |error| error.source())
        .map(|error| error.to_string().trim_end().to_owned())
        .collect();
    parts.join(": ")
}
