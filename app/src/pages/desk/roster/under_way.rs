//! What is read at the moment, kept up to date.

use leptos::prelude::*;

use super::HERE;
use crate::{
    components::IslandScripts,
    islands::{PROGRESS, ProgressWatch},
    wire::desk::roster::{Firm, RosterProgress, RosterState},
    words::{counted, grouped},
};

/// How far the reads are that are under way; nothing where there is none.
#[component]
pub(super) fn UnderWay(firms: Vec<Firm>) -> impl IntoView {
    let reading: Vec<_> = firms
        .into_iter()
        .filter_map(|firm| {
            let progress = *firm.state.progress()?;
            Some(view! { <Reading name=firm.name state=firm.state progress/> })
        })
        .collect();
    (!reading.is_empty()).then(|| {
        view! {
            <section>
                <h2>"Reading now"</h2>
                <IslandScripts/>
                <ProgressWatch>
                    <div id=PROGRESS data-under-way>
                        {reading}
                    </div>
                </ProgressWatch>
                <p class="fine">
                    "This goes on by itself, also when you leave this page or the server is started again. Nobody is suspended before everybody is read. "
                    <a href=HERE>"See how far it is"</a>
                </p>
            </section>
        }
    })
}

#[component]
fn Reading(name: String, state: RosterState, progress: RosterProgress) -> impl IntoView {
    let RosterProgress {
        people,
        total,
        pages,
    } = progress;
    let of = total.map_or(String::new(), |total| format!(" of {}", grouped(total)));
    let says = if pages == 0 {
        "Clio is asked for the first people.".to_owned()
    } else {
        let pages = counted(pages, "page", "pages");
        format!("{}{of} people read so far, in {pages}.", grouped(people))
    };
    let rests = match state {
        RosterState::Paused { until, .. } => Some(view! {
            <p class="fine">
                {format!(
                    "Paused until {until}, because Clio limits how often it is asked. It goes on by itself.",
                )}
            </p>
        }),
        _ => None,
    };
    let label = format!("Read so far of {name}");
    let value = total.map(|_| people.to_string());
    view! {
        <div class="roster-reading">
            <p>
                <strong class="address">{name}</strong>
                ": "
                {says}
            </p>
            <progress
                max=total.map(|total| total.max(people).to_string())
                value=value
                aria-label=label
            ></progress>
            {rests}
        </div>
    }
}
