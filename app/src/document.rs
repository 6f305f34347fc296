//! The HTML document around every page and every error.

use leptos::prelude::*;

use crate::backend::Assets;

/// The doorway in the browser's tab, in a brass that reads on light and dark tabs.
const ICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32' \
     fill='none' stroke='%23A87A32' stroke-width='2.5' stroke-linecap='round' \
     stroke-linejoin='round'%3E%3Cpath d='M3 29h26M7 29V13a9 9 0 0 1 18 0v16M12 29V14l7 3v9z'/%3E%3C/svg%3E";

/// The document: what its head holds beside the common part, and its body.
pub fn document(assets: Option<Assets>, head: impl IntoView, body: impl IntoView) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="format-detection" content="telephone=no"/>
                <link rel="icon" href=ICON/>
                {assets.map(|assets| view! { <link rel="stylesheet" href=assets.style/> })}
                {head}
            </head>
            <body>{body}</body>
        </html>
    }
}

/// Text as it may stand inside `<title>`, which is written out as it comes.
pub fn escaped_title(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
