//! The way out.

use leptos::{prelude::*, server_fn::ServerFn};

use crate::api::SignOut;

/// Ends this session.
#[component]
pub fn SignOutButton() -> impl IntoView {
    view! {
        <form class="inline-form" method="post" action=SignOut::PATH>
            <button class="link-button">"Sign out"</button>
        </form>
    }
}
