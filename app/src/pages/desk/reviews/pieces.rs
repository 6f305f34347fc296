//! What several pages of reviews are set from.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::{
    query,
    wire::desk::{ReviewState, ReviewTally},
    words::reviews::{counted, state},
};

/// The id in the path of the page that is being made.
pub fn id_in_path() -> String {
    use_params_map()
        .read_untracked()
        .get("id")
        .unwrap_or_default()
}

/// Where a review stands: a word and a shape.
#[component]
pub fn StateBadge(
    /// Where it stands.
    state: ReviewState,
) -> impl IntoView {
    let look = match state {
        ReviewState::Running => "badge badge-good",
        ReviewState::Gathering | ReviewState::Closed => "badge",
        ReviewState::Overdue => "badge badge-caution",
    };
    view! { <span class=look>{self::state(state)}</span> }
}

/// How far a review has come, as a bar and in words.
#[component]
pub fn Progress(
    /// How many links, and how many of each decision.
    tally: ReviewTally,
    /// What the bar is about, for whoever hears it alone.
    #[prop(into)]
    about: String,
) -> impl IntoView {
    let how_far = format!("{} of {} decided", tally.decided(), counted(tally.links));
    let label = about + ": " + &how_far;
    view! {
        <progress class="progress" max=tally.links.max(1) value=tally.decided() aria-label=label>
            {tally.decided()}
        </progress>
        <span class="fine">{how_far}</span>
    }
}

/// The way back from a page that asks whether something is to be done.
#[component]
pub fn BackTo(
    /// The review’s page.
    href: String,
) -> impl IntoView {
    view! {
        <p>
            <a class="alone" href=href>
                "Back to the review"
            </a>
        </p>
    }
}

/// Leads to where whoever looks shows that it’s still them, and back here.
#[component]
pub fn ShowFirst() -> impl IntoView {
    view! {
        <p>"Show first that it’s still you. That counts for 5 minutes."</p>
        <p class="actions">
            <a class="button" href=query::confirm_link(&query::this_page())>
                "Confirm that it’s you"
            </a>
        </p>
    }
}
