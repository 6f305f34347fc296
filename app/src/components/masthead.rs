//! The line at the top of a page.

use leptos::prelude::*;

use super::SignOutButton;
use crate::wire::{Role, Status, Viewer};

/// The wordmark, the firm, and who is signed in.
#[component]
pub fn Masthead(
    /// The firm's name.
    firm_name: String,
    /// The person signed in in this browser.
    #[prop(optional_no_strip)]
    viewer: Option<Viewer>,
) -> impl IntoView {
    view! {
        <header class="masthead">
            <p class="masthead-house">
                <a class="wordmark" href="/">"Vestibule"</a>
                <span class="masthead-firm">{firm_name}</span>
            </p>
            {viewer
                .map(|viewer| {
                    view! {
                        <div class="masthead-person">
                            {(viewer.status == Status::Active && viewer.role >= Role::Reviewer)
                                .then(|| view! { <a href="/admin/links">"Administration"</a> })}
                            <span class="masthead-name">{viewer.name}</span>
                            <SignOutButton/>
                        </div>
                    }
                })}
        </header>
    }
}
