//! What came of several decisions.

use leptos::prelude::*;

use super::HERE;
use crate::{
    components::When,
    gate,
    pages::{NotFound, desk::DeskPage},
    query,
    wire::desk::{
        Frame,
        queue::{Report, Reported},
    },
    words::queue as say,
};

/// What came of several decisions.
#[component]
pub fn QueueReportPage() -> impl IntoView {
    let visitor = match gate::desk_visitor(HERE) {
        Ok(visitor) => visitor,
        Err(elsewhere) => return elsewhere,
    };
    let batch = query::part_of_path("id");
    Suspend::new(async move {
        let backend = &visitor.backend;
        let shown = async {
            let report = backend.decided(batch).await?;
            Ok((backend.frame().await?, report))
        };
        match shown.await {
            Ok((frame, Some(report))) => view! { <Document frame report/> }.into_any(),
            Ok((_, None)) => view! { <NotFound/> }.into_any(),
            Err(failure) => gate::failed(failure, HERE),
        }
    })
    .into_any()
}

#[component]
fn Document(frame: Frame, report: Report) -> impl IntoView {
    let Report { act, at, items } = report;
    let of = items.len();
    let done = items
        .iter()
        .filter(|item| item.outcome.as_deref() == Some("done"))
        .count();
    view! {
        <DeskPage title="What was decided" here=HERE frame>
            <h1>"What was decided"</h1>
            <p class="lead" role="status">
                {say::outcome(act, Some("done"))} ": " {done} " of " {of} ", " <When moment=at/> "."
            </p>
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"Person"</th>
                        <th scope="col">"Reference"</th>
                        <th scope="col">"What came of it"</th>
                    </tr>
                </thead>
                <tbody>
                    {items
                        .into_iter()
                        .map(|item| {
                            let Reported { who, reference, outcome } = item;
                            let became = say::outcome(act, outcome.as_deref());
                            let why = outcome
                                .filter(|word| !matches!(word.as_str(), "done" | "decided" | "gone"))
                                .map(|word| say::why_not(&word));
                            view! {
                                <tr>
                                    <th scope="row">
                                        {match who {
                                            Some((id, name)) => {
                                                view! { <a href=format!("/admin/accounts/{id}")>{name}</a> }
                                                    .into_any()
                                            }
                                            None => view! { "Nobody we know any more" }.into_any(),
                                        }}
                                    </th>
                                    <td data-label="Reference">
                                        {reference.map(|reference| view! { <code>{reference}</code> })}
                                    </td>
                                    <td data-label="What came of it">
                                        <div>
                                            {became}
                                            {why.map(|why| view! { <span class="line fine">{why}</span> })}
                                        </div>
                                    </td>
                                </tr>
                            }
                        })
                        .collect_view()}
                </tbody>
            </table>
            <p class="actions">
                <a class="button" href=HERE>
                    "Back to the queue"
                </a>
            </p>
        </DeskPage>
    }
}
