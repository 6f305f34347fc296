//! The drawing of the house.

use leptos::prelude::*;

/// An arched doorway, its door ajar, with the light of the room behind it on the floor.
#[component]
pub fn Doorway() -> impl IntoView {
    view! {
        <svg
            class="doorway"
            width="64"
            height="68"
            viewBox="0 0 64 68"
            aria-hidden="true"
            focusable="false"
        >
            <path class="doorway-light" d="M15 58V28a17 17 0 0 1 34 0v30l9 9H38l-5-9Z"></path>
            <path d="M2 58h60"></path>
            <path d="M9 58V28a23 23 0 0 1 46 0v30"></path>
            <path d="M15 58V28a17 17 0 0 1 34 0v30"></path>
            <path class="doorway-leaf" d="M15 58l18-4.5V25c0-7.5-3.5-11.5-8-12.4A17 17 0 0 0 15 28Z"></path>
            <circle class="doorway-knob" cx="29" cy="38.5" r="1.6"></circle>
        </svg>
    }
}
