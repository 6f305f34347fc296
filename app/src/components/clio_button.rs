//! The way to Clio.

use leptos::prelude::*;

/// "Sign in with Clio", after Clio's guidelines.
///
/// A link, because the way to Clio may lead through a firm's own sign-in page, and Chromium holds
/// every redirect after a form against the page's policy.
#[component]
pub fn ClioButton(
    /// The link that begins the sign-in.
    href: String,
) -> impl IntoView {
    view! {
        <a class="clio-button" href=href>
            <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
                <path
                    fill="currentColor"
                    fill-rule="evenodd"
                    d="M8 0a8 8 0 1 1 0 16A8 8 0 0 1 8 0ZM6.2 3.6a2.6 2.6 0 0 0-2.6 2.6v3.6a2.6 2.6 0 0 0 \
                       2.6 2.6h3.6a2.6 2.6 0 0 0 2.6-2.6V6.2a2.6 2.6 0 0 0-2.6-2.6Z"
                ></path>
                <path
                    fill="none"
                    stroke="currentColor"
                    stroke-width="1.7"
                    stroke-linecap="round"
                    stroke-linejoin="round"
                    d="m5.5 8.2 1.8 1.8 3.3-3.8"
                ></path>
            </svg>
            "Sign in with Clio"
        </a>
    }
}
