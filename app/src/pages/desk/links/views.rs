//! The lists that are kept by name.

use leptos::{prelude::*, server_fn::ServerFn};

use super::HERE;
use crate::{
    api::{ForgetLinksView, KeepLinksView},
    wire::desk::links::SavedView,
};

/// The lists that are kept, and the form that keeps the one that is shown.
#[component]
pub(super) fn Views(
    views: Vec<SavedView>,
    /// The query string of the list that is shown.
    query: String,
) -> impl IntoView {
    let has_views = !views.is_empty();
    let shown = views.iter().find(|view| view.query == query).cloned();
    let links = views
        .into_iter()
        .map(|kept| {
            let href = if kept.query.is_empty() {
                HERE.to_owned()
            } else {
                format!("{HERE}?{}", kept.query)
            };
            let whose = match (&kept.of, kept.shared) {
                (Some(of), _) => Some(format!(", kept by {of}")),
                (None, true) => Some(", for everybody here".to_owned()),
                (None, false) => None,
            };
            view! {
                <a href=href aria-current=(kept.query == query).then_some("true")>
                    {kept.name}
                    {whose.map(|whose| view! { <span class="unseen">{whose}</span> })}
                </a>
            }
        })
        .collect_view();
    let forget = shown.filter(|view| view.of.is_none()).map(|view| {
        view! {
            <form class="inline-form" method="post" action=ForgetLinksView::PATH>
                <input type="hidden" name="view" value=view.id/>
                <button class="link-button">{format!("Forget “{}”", view.name)}</button>
            </form>
        }
    });
    view! {
        <div class="kept">
            {has_views
                .then(|| {
                    view! {
                        <nav class="chips" aria-label="Lists kept by name">
                            {links}
                        </nav>
                    }
                })} {forget}
            <details class="fold">
                <summary>"Keep this list"</summary>
                <form class="form" method="post" action=KeepLinksView::PATH>
                    <input type="hidden" name="query" value=query/>
                    <div class="field">
                        <label for="view-name">"Name"</label>
                        <input
                            id="view-name"
                            name="name"
                            maxlength="60"
                            required
                            autocomplete="off"
                        />
                    </div>
                    <label class="tick">
                        <input type="checkbox" name="shared" value="true"/>
                        "Show it to everybody at the desk"
                    </label>
                    <p class="fine">
                        "What is kept is the filter, the order and the columns. A list of yours with the same name gives way."
                    </p>
                    <p class="actions">
                        <button class="button button-quiet">"Keep"</button>
                    </p>
                </form>
            </details>
        </div>
    }
}
