//! What can be done about several links at once.

use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    api::PrepareBulk,
    wire::desk::{Deed, links::Count},
    words::{bulk, counted},
};

/// The `id` of the form that the boxes of the rows belong to.
pub(super) const FORM: &str = "together";

/// A deed to choose, for the links that are ticked or for all that match; its preview comes next.
#[component]
pub(super) fn Together(
    /// The query string of the list.
    query: String,
    count: Count,
    may_decide: bool,
) -> impl IntoView {
    let deeds = if may_decide {
        Deed::OFFERED.as_slice()
    } else {
        &Deed::ATTESTING
    };
    let options = deeds
        .iter()
        .map(|deed| view! { <option value=deed.as_str()>{bulk::deed(*deed)}</option> })
        .collect_view();
    let all = match count {
        Count::Exactly(1) => "The one that matches".to_owned(),
        Count::Exactly(count) => format!("All {} that match", counted(count, "link", "links")),
        Count::MoreThan(_) => "All links that match".to_owned(),
    };
    view! {
        <form id=FORM class="together" method="post" action=PrepareBulk::PATH>
            <input type="hidden" name="filter" value=query/>
            <label for="deed">"Preview"</label>
            <select id="deed" name="deed">
                {options}
            </select>
            <span class="fine">"for"</span>
            <button class="button button-quiet">"The ticked"</button>
            <button class="button button-quiet" name="all" value="true">
                {all}
            </button>
        </form>
    }
}
