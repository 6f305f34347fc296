//! An error with its causes, in one line, for logs and for the operator.

use std::error::Error;

/// The error and what caused it, from the outside in.
pub fn error_chain(error: &(dyn Error + 'static)) -> String {
    let mut chain = error.to_string().trim_end().to_owned();
    let mut cause = error.source();
    while let Some(error) = cause {
        chain.push_str(": ");
        chain.push_str(error.to_string().trim_end());
        cause = error.source();
    }
    chain
}
