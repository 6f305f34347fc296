//! Connecting a firm.

use leptos::prelude::*;

use crate::{
    components::{Doorway, ManageRegions},
    wire::{Region, desk::dormancy::Hand},
};

/// The word by which a way to Clio says that it is about the firm's people.
pub(super) const PURPOSE: &str = "roster";

/// No firm is connected so far.
#[component]
pub(super) fn Nobody(regions: Vec<Region>, hand: Hand) -> impl IntoView {
    let way_on = if hand.may_decide() {
        view! { <Ways regions/> }.into_any()
    } else {
        view! { <p>"Administrators and owners connect the firm."</p> }.into_any()
    };
    view! {
        <div class="empty">
            <Doorway/>
            <p>
                "No firm is connected yet. Once it is, the list of its people is read from Clio every night: you see here who is new, who left, and whose name or e-mail changed, and decide what becomes of it."
            </p>
            {way_on}
        </div>
    }
}

/// Connects one more.
#[component]
pub(super) fn Another(regions: Vec<Region>, hand: Hand) -> impl IntoView {
    hand.may_decide().then(|| {
        view! {
            <section>
                <details class="fold">
                    <summary>"Connect another firm"</summary>
                    <Ways regions/>
                </details>
            </section>
        }
    })
}

/// The regions, the likeliest first.
#[component]
fn Ways(regions: Vec<Region>) -> impl IntoView {
    view! {
        <div class="roster-ways">
            <p>
                "Clio asks you to agree. Do that as somebody who may see all people of the firm there."
            </p>
            <ManageRegions regions purpose=PURPOSE says="Connect the firm"/>
        </div>
    }
}
