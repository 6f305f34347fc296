//! Moments.

use leptos::prelude::*;

use crate::wire::Moment;

/// How long ago something was, with the full time for whoever looks closer or listens.
#[component]
pub fn When(
    /// The moment.
    moment: Moment,
) -> impl IntoView {
    let Moment { iso, full, ago } = moment;
    view! {
        <time datetime=iso title=full.clone()>
            {ago}
            <span class="unseen">{format!(", {full}")}</span>
        </time>
    }
}
