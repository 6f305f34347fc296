//! `/`: nothing but the way on.

use leptos::prelude::*;

use crate::{backend::backend, gate};

/// Sends people who are signed in to their account, and everybody else to the door.
#[component]
pub fn HomePage() -> impl IntoView {
    match backend() {
        Ok(backend) if backend.viewer().is_some() => gate::elsewhere("/account"),
        Ok(_) => gate::elsewhere("/sign-in"),
        Err(failure) => gate::failed(failure, "/"),
    }
}
