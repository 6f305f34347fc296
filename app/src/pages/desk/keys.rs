//! Keys for whoever works through what a page of the desk lists.

use leptos::prelude::*;

use crate::{components::IslandScripts, islands::DeskKeys};

/// Wakes the keys. The only island of its page.
#[component]
pub fn Keys() -> impl IntoView {
    view! {
        <DeskKeys/>
        <IslandScripts/>
    }
}
