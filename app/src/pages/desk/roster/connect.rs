//! Connecting a firm: the regions to choose from.

use leptos::prelude::*;

use crate::{
    components::Doorway,
    query,
    wire::desk::{dormancy::Hand, roster::Region},
    words::roster as say,
};

/// Where a connection begins: leads to Clio, and comes back to the roster.
pub(super) fn begins_at(region: Region) -> String {
    let parameters = [("purpose", "roster"), ("region", region.code())];
    query::link("/auth/clio-manage/start", &parameters)
}

/// No firm is connected so far.
#[component]
pub(super) fn Nobody(regions: Vec<Region>, hand: Hand) -> impl IntoView {
    let way_on = if hand.may_decide() {
        view! { <Regions regions/> }.into_any()
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
                    <Regions regions/>
                </details>
            </section>
        }
    })
}

/// The regions, the likeliest first.
#[component]
fn Regions(regions: Vec<Region>) -> impl IntoView {
    let choices = regions
        .into_iter()
        .enumerate()
        .map(|(place, region)| {
            let look = if place == 0 {
                "button"
            } else {
                "button button-quiet"
            };
            view! {
                <li>
                    <a class=look href=begins_at(region)>
                        {say::region(region)}
                    </a>
                    <span class="fine">{say::address(region)}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <div class="regions">
            <p>
                "Choose the region whose address people see when they use Clio. Clio then asks you to agree; do that as somebody who may see the whole firm there."
            </p>
            <ul>{choices}</ul>
        </div>
    }
}
