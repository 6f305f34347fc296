//! The program. See [`vestibule::cli`].

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    vestibule::cli::run().await
}
