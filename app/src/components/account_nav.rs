//! The way around one's own account.

use leptos::prelude::*;

/// The pages of one's own account, and their names.
const PAGES: [(&str, &str); 5] = [
    ("/account", "Account"),
    ("/account/connections", "Connections"),
    ("/account/sessions", "Sessions"),
    ("/account/activity", "Activity"),
    ("/account/password", "Password"),
];

/// Links between the pages of one's own account, and which of them this is.
#[component]
pub fn AccountNav(
    /// The path of this page.
    here: &'static str,
) -> impl IntoView {
    view! {
        <nav class="rooms" aria-label="Your account">
            {PAGES
                .map(|(path, name)| {
                    view! {
                        <a href=path aria-current=(path == here).then_some("page")>
                            {name}
                        </a>
                    }
                })
                .into_iter()
                .collect_view()}
        </nav>
    }
}
