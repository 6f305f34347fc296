//! The frame of a page.

use leptos::prelude::*;
use leptos_meta::Title;

use super::Masthead;
use crate::{backend::backend, document::escaped_title};

/// A page with the masthead.
#[component]
pub fn Page(
    /// The page's name in the browser's tab.
    title: &'static str,
    /// The contents.
    children: Children,
) -> impl IntoView {
    let firm_name = firm_name();
    let viewer = backend().ok().and_then(|backend| backend.viewer());
    view! {
        <Title text=tab_title(title, &firm_name)/>
        <SkipLink/>
        <Masthead firm_name viewer/>
        <main id=CONTENT class="page" tabindex="-1">
            {children()}
        </main>
    }
}

/// A page without the masthead: the outside of the house.
#[component]
pub fn BarePage(
    /// The page's name in the browser's tab.
    title: &'static str,
    /// The contents.
    children: Children,
) -> impl IntoView {
    view! {
        <Title text=tab_title(title, &firm_name())/>
        <SkipLink/>
        <main id=CONTENT class="page doorstep" tabindex="-1">
            {children()}
        </main>
    }
}

/// The `id` of what a page is about, which the link past the masthead leads to.
pub const CONTENT: &str = "content";

/// The way past the masthead for whoever goes by keyboard: seen once it has the focus.
#[component]
pub fn SkipLink() -> impl IntoView {
    view! {
        <a class="skip" href=format!("#{CONTENT}")>
            "Skip to the content"
        </a>
    }
}

fn firm_name() -> String {
    backend()
        .map(|backend| backend.firm_name().to_owned())
        .unwrap_or_default()
}

/// What the browser's tab says: the page and the firm.
pub fn tab_title(title: impl Into<String>, firm_name: &str) -> String {
    let mut text = title.into();
    if !firm_name.is_empty() {
        text.push_str(" · ");
        text.push_str(firm_name);
    }
    escaped_title(&text)
}
