//! The way to Clio Manage.

use leptos::prelude::*;

use super::Note;
use crate::{
    query,
    wire::{ManageProblem, Region},
    words::{manage_problem, region, region_address},
};

/// A framed note about a way to Clio Manage that didn't work out, if one didn't.
#[component]
pub fn ManageNote() -> impl IntoView {
    query::parameter("manage").map(|code| {
        let words = manage_problem(ManageProblem::from_code(&code));
        view! { <Note words reference=query::reference()/> }
    })
}

/// The regions as ways to Clio Manage: the likeliest one as a button, others below it.
///
/// Links, because the way to Clio may lead through a firm's own sign-in page, and Chromium holds every
/// redirect after a form against the page's policy.
#[component]
pub fn ManageRegions(
    /// The regions, the likeliest first.
    regions: Vec<Region>,
    /// What it is for: the word in the URL.
    purpose: &'static str,
    /// What the button says.
    says: &'static str,
) -> impl IntoView {
    let is_choice = regions.len() > 1;
    let mut regions = regions.into_iter();
    let link = move |region: Region| {
        query::link(
            "/auth/clio-manage/start",
            &[("region", region.code()), ("purpose", purpose)],
        )
    };
    let first = regions.next().map(|likely| {
        view! {
            <p class="actions">
                <a class="button" href=link(likely)>
                    {says} {is_choice.then(|| format!(" ({})", region(likely)))}
                </a>
            </p>
        }
    });
    let others = is_choice.then(|| {
        view! {
            <p>
                "Is your firm in another region? It is the one whose address you see when you use Clio Manage:"
            </p>
            <ul class="manage-regions">
                {regions
                    .map(|other| {
                        view! {
                            <li>
                                <a href=link(other)>{region(other)}</a>
                                " "
                                <span class="fine">{region_address(other)}</span>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
        }
    });
    view! {
        {first}
        {others}
    }
}
