//! Who is already inside.

use leptos::prelude::*;

use super::SignOutButton;
use crate::wire::Viewer;

/// Says who is signed in, with the ways on and out.
#[component]
pub fn SignedInAs(
    /// The person signed in in this browser.
    viewer: Viewer,
    /// Where Continue goes: a path of this site.
    continue_to: String,
) -> impl IntoView {
    view! {
        <section class="signed-in" aria-label="Signed in">
            <p>"You are signed in as " <strong>{viewer.name}</strong> "."</p>
            <div class="actions">
                <a class="button" href=continue_to>"Continue"</a>
                <SignOutButton/>
            </div>
        </section>
    }
}
