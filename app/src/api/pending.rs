//! The waiting room of people who are signed in with Clio and not admitted yet.

use leptos::prelude::*;

use super::Failure;

/// Mails a code to the waiting person's mailbox.
#[server(prefix = "/pending", endpoint = "code/send")]
pub async fn send_admission_code() -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    crate::respond::answer(backend.send_admission_code().await, "/pending")
}

/// Admits the waiting person by the mailed code.
#[server(prefix = "/pending", endpoint = "code")]
pub async fn admit_by_code(code: String) -> Result<(), Failure> {
    let backend = crate::backend::backend()?;
    crate::respond::answer(backend.admit_by_code(code).await, "/pending")
}
