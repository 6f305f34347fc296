//! `/admin/invitations/import`: inviting many people with one list.

use leptos::{prelude::*, server_fn::ServerFn};

use super::DeskPage;
use crate::{
    api::ImportInvitations,
    components::{DoneNote, FormNote, When},
    gate,
    wire::desk::{Frame, ImportState, ImportSummary},
    words::counted,
};

const HERE: &str = "/admin/invitations/import";
/// The room of the desk.
const ROOM: &str = "/admin/invitations";

/// The form for a list, and the lists that were carried out.
#[component]
pub fn ImportPage() -> impl IntoView {
    let visitor = match gate::deciding_visitor(HERE) {
        Ok(visitor) => visitor,
        Err(elsewhere) => return elsewhere,
    };
    Suspend::new(async move {
        match (
            visitor.backend.frame().await,
            visitor.backend.imports().await,
        ) {
            (Ok(frame), Ok(imports)) => view! { <Document frame imports/> }.into_any(),
            (Err(failure), _) | (_, Err(failure)) => gate::failed(failure, HERE),
        }
    })
    .into_any()
}

#[component]
fn Document(frame: Frame, imports: Vec<ImportSummary>) -> impl IntoView {
    view! {
        <DeskPage title="Invite many" here=ROOM frame>
            <p>
                <a class="alone" href=ROOM>
                    "Invitations"
                </a>
            </p>
            <h1>"Invite many"</h1>
            <DoneNote/>
            <FormNote/>
            <p class="lead">
                "Paste a list out of a spreadsheet, or a CSV file. First you see row by row what would happen; nobody is invited before you say so."
            </p>
            <form class="form form-wide" method="post" action=ImportInvitations::PATH>
                <div class="field">
                    <label for="csv">"The list"</label>
                    <textarea
                        id="csv"
                        name="csv"
                        rows="12"
                        required
                        spellcheck="false"
                        autocomplete="off"
                        placeholder="email, first name, last name"
                        aria-describedby="csv-help"
                    ></textarea>
                    <div id="csv-help" class="fine">
                        <p>
                            "The first line names the columns: email, and if you like first name and last name, in any order. Other columns are not read. Commas, semicolons and tabs all work; up to 50,000 rows."
                        </p>
                        <p>"Everybody on the list becomes a member when they open their invitation."</p>
                    </div>
                </div>
                <p class="actions">
                    <button class="button">"Check the list"</button>
                </p>
            </form>
            {(!imports.is_empty())
                .then(|| {
                    view! {
                        <section>
                            <h2>"Your lists"</h2>
                            <ul class="timeline">
                                {imports
                                    .into_iter()
                                    .map(|import| view! { <Entry import/> })
                                    .collect_view()}
                            </ul>
                        </section>
                    }
                })}
        </DeskPage>
    }
}

#[component]
fn Entry(import: ImportSummary) -> impl IntoView {
    let ImportSummary {
        id,
        sent,
        state,
        rows,
        to_invite,
        done,
        invited,
    } = import;
    let what = match state {
        ImportState::Running => {
            format!(
                "{} of {}",
                counted(done, "", "").trim_end(),
                counted(to_invite, "person", "people")
            )
        }
        ImportState::Checked | ImportState::Finished | ImportState::Stopped => {
            format!("{} invited", counted(invited, "person", "people"))
        }
    };
    view! {
        <li>
            <p>
                <a href=format!("{HERE}/{id}")>{format!("A list of {}", counted(rows, "row", "rows"))}</a>
                {format!(": {what}")}
            </p>
            <p class="fine">"Sent " <When moment=sent/></p>
        </li>
    }
}
