//! The latest reads, the newest first.

use leptos::prelude::*;

use super::{
    HERE,
    pieces::{Doer, Pager},
};
use crate::{
    components::When,
    query,
    wire::desk::roster::{DifferenceKind, ReadLine, ReadOutcome, RosterDoer, Trouble},
    words::{grouped, roster as say},
};

/// The reads, a row each.
#[component]
pub(super) fn Reads(
    reads: Vec<ReadLine>,
    /// Where older ones begin.
    older: Option<String>,
    has_several: bool,
) -> impl IntoView {
    let older = older.map(|before| query::link(HERE, &[("before", &before)]) + "#reads");
    let contents = if reads.is_empty() {
        view! { <p class="absent">"Nothing was read yet."</p> }.into_any()
    } else {
        view! {
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"Began"</th>
                        {has_several.then(|| view! { <th scope="col">"Firm"</th> })}
                        <th scope="col">"By"</th>
                        <th scope="col">"Took"</th>
                        <th scope="col" class="number">"People"</th>
                        <th scope="col">"Result"</th>
                        <th scope="col">"Found"</th>
                    </tr>
                </thead>
                <tbody>
                    {reads
                        .into_iter()
                        .map(|read| view! { <Line read has_several/> })
                        .collect_view()}
                </tbody>
            </table>
        }
        .into_any()
    };
    view! {
        <section id="reads">
            <h2>"What was read"</h2>
            {contents}
            <Pager about="More reads" first=None next=older says="Earlier"/>
        </section>
    }
}

#[component]
fn Line(read: ReadLine, has_several: bool) -> impl IntoView {
    let ReadLine {
        id,
        firm,
        began,
        took,
        by,
        people,
        outcome,
        counts,
    } = read;
    view! {
        <tr data-row>
            <th scope="row">
                <a href=query::roster_read(&id)>
                    <When moment=began/>
                </a>
            </th>
            {has_several
                .then(|| {
                    view! {
                        <td data-label="Firm" class="address">
                            {firm}
                        </td>
                    }
                })}
            <td data-label="By">
                <AskedBy by/>
            </td>
            <td data-label="Took">{took}</td>
            <td data-label="People" class="number">
                {grouped(people)}
            </td>
            <td data-label="Result">
                <Outcome outcome/>
            </td>
            <td data-label="Found">{found(&counts)}</td>
        </tr>
    }
}

/// Who asked for a read.
#[component]
pub(super) fn AskedBy(by: Option<RosterDoer>) -> impl IntoView {
    match by {
        Some(doer) => view! { <Doer doer/> }.into_any(),
        None => "By itself".into_any(),
    }
}

/// How it ended: a word and a shape.
#[component]
pub(super) fn Outcome(outcome: ReadOutcome) -> impl IntoView {
    match outcome {
        ReadOutcome::UnderWay => view! { <span class="badge">"Under way"</span> }.into_any(),
        ReadOutcome::Whole => {
            view! { <span class="badge badge-good">"Everybody was read"</span> }.into_any()
        }
        ReadOutcome::Failed(Trouble::Stopped { by: Some(doer) }) => view! {
            <div>
                <span class="badge badge-caution">"Stopped"</span>
                " by "
                <Doer doer/>
            </div>
        }
        .into_any(),
        ReadOutcome::Failed(trouble) => {
            view! { <span class="badge badge-danger">{say::trouble(&trouble)}</span> }.into_any()
        }
    }
}

/// What it found, in numbers: "3 new, 1 gone".
pub(super) fn found(counts: &[(DifferenceKind, u64)]) -> String {
    if counts.is_empty() {
        return "No difference".to_owned();
    }
    let parts: Vec<String> = counts
        .iter()
        .map(|(kind, count)| format!("{} {}", grouped(*count), say::in_counts(*kind)))
        .collect();
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_is_told_in_one_line() {
        let counts = [(DifferenceKind::Gone, 1), (DifferenceKind::New, 1200)];
        assert_eq!(found(&counts), "1 gone, 1,200 new");
        assert_eq!(found(&[]), "No difference");
    }
}
