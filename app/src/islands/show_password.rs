//! A look at what was typed.

use leptos::prelude::*;

/// The `id` of the field whose text can be shown.
const FIELD: &str = "password";

/// Shows the password next to it, and hides it again. Isn't there while it couldn't do so.
#[island]
pub fn ShowPassword() -> impl IntoView {
    let shown = RwSignal::new(false);
    let awake = RwSignal::new(false);
    Effect::new(move || awake.set(true));
    let toggle = move |_| {
        shown.update(|shown| *shown = !*shown);
        if let Some(field) = document().get_element_by_id(FIELD) {
            let kind = if shown.get_untracked() {
                "text"
            } else {
                "password"
            };
            // Only a field that has left the page refuses, and then nobody looks.
            let _ = field.set_attribute("type", kind);
        }
    };
    view! {
        <button
            class="button button-quiet"
            type="button"
            hidden=move || !awake.get()
            aria-label="Show the password"
            aria-pressed=move || if shown.get() { "true" } else { "false" }
            aria-controls=FIELD
            on:click=toggle
        >
            "Show"
        </button>
    }
}
