//! `/admin/bulk`: the latest decisions about many.

use leptos::prelude::*;

use super::{DeskPage, keys::Keys};
use crate::{
    components::{DoneNote, Doorway, FormNote, When},
    gate,
    wire::desk::{BulkLine, Frame},
    words::bulk,
};

const HERE: &str = "/admin/bulk";

/// The latest decisions about many, the newest first.
#[component]
pub fn BulksPage() -> impl IntoView {
    let visitor = match gate::desk_visitor(HERE) {
        Ok(visitor) => visitor,
        Err(elsewhere) => return elsewhere,
    };
    Suspend::new(async move {
        let frame = visitor.backend.frame().await;
        match (frame, visitor.backend.bulks().await) {
            (Ok(frame), Ok(acts)) => view! { <Document frame acts/> }.into_any(),
            (Err(failure), _) | (_, Err(failure)) => gate::failed(failure, HERE),
        }
    })
    .into_any()
}

#[component]
fn Document(frame: Frame, acts: Vec<BulkLine>) -> impl IntoView {
    let has_acts = !acts.is_empty();
    let contents = if acts.is_empty() {
        view! {
            <div class="empty">
                <Doorway/>
                <p>
                    "Nothing was decided about many at once so far. Tick rows in a list of links to begin."
                </p>
                <p class="actions">
                    <a class="button button-quiet" href="/admin/links">
                        "Go to the links"
                    </a>
                </p>
            </div>
        }
        .into_any()
    } else {
        view! {
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"What"</th>
                        <th scope="col">"State"</th>
                        <th scope="col">"By"</th>
                        <th scope="col" class="number">
                            "Prepared"
                        </th>
                    </tr>
                </thead>
                <tbody>{acts.into_iter().map(|act| view! { <Line act/> }).collect_view()}</tbody>
            </table>
        }
        .into_any()
    };
    view! {
        <DeskPage title="Many at once" here=HERE frame>
            <h1>"Many at once"</h1>
            <p class="lead">
                "Decisions about many links or accounts: what was done, what was left alone, and why."
            </p>
            <DoneNote/>
            <FormNote/>
            {contents}
            {has_acts.then(|| view! { <Keys/> })}
        </DeskPage>
    }
}

#[component]
fn Line(act: BulkLine) -> impl IntoView {
    let BulkLine {
        id,
        deed,
        stage,
        by,
        at,
    } = act;
    view! {
        <tr data-row>
            <th scope="row">
                <a href=format!("{HERE}/{id}")>{bulk::deed(deed)}</a>
            </th>
            <td data-label="State">{bulk::stage(stage)}</td>
            <td data-label="By">{by}</td>
            <td data-label="Prepared" class="number">
                <When moment=at/>
            </td>
        </tr>
    }
}
