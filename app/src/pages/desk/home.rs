//! `/admin`: leads to the desk's first room.

use leptos::prelude::*;

use crate::gate;

/// Sends whoever may look at the desk to the list of links.
#[component]
pub fn DeskHomePage() -> impl IntoView {
    match gate::desk_visitor("/admin") {
        Ok(_) => gate::elsewhere("/admin/links"),
        Err(elsewhere) => elsewhere,
    }
}
