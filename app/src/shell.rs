//! The HTML document.

use leptos::prelude::*;

/// The application.
#[component]
pub fn App() -> impl IntoView {
    view! { <p>"Vestibule"</p> }
}

/// The document.
pub fn shell() -> impl IntoView {
    view! { <!DOCTYPE html> <html lang="en"><head></head><body><App/></body></html> }
}

/// x
pub fn error_document() -> String { String::new() }
