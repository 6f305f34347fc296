//! `/admin/invitations/import/{id}`: what a list would do, how far it is, and what came of it.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

use super::{DeskPage, pieces::Address};
use crate::{
    api::ImportInvitations,
    components::{DoneNote, FormNote, IslandScripts},
    gate,
    islands::{PROGRESS, ProgressWatch},
    pages::NotFound,
    query,
    wire::desk::{
        Frame, ImportReport, ImportRow, ImportState, ImportSummary, ReportQuery, RowKind, RowsShown,
    },
    words::{cell_mistake, counted, row_kind, row_outcome},
};

const LISTS: &str = "/admin/invitations/import";
/// The room of the desk.
const ROOM: &str = "/admin/invitations";
/// In the address: every row, where mistakes would be shown first.
const ALL: &str = "all";

/// What a list would do, how far it is, and what came of it.
#[component]
pub fn ImportReportPage() -> impl IntoView {
    let visitor = match gate::deciding_visitor(LISTS) {
        Ok(visitor) => visitor,
        Err(elsewhere) => return elsewhere,
    };
    let id = use_params_map()
        .read_untracked()
        .get("id")
        .unwrap_or_default();
    let asked = ReportQuery {
        rows: rows_shown(query::parameter("show").as_deref()),
        below: query::parameter("below").and_then(|place| place_of(&place)),
    };
    Suspend::new(async move {
        let frame = visitor.backend.frame().await;
        let report = visitor.backend.import_report(id, asked).await;
        match (frame, report) {
            (Ok(frame), Ok(Some(report))) => view! { <Document frame report/> }.into_any(),
            (Ok(_), Ok(None)) => view! { <NotFound/> }.into_any(),
            (Err(failure), _) | (_, Err(failure)) => gate::failed(failure, LISTS),
        }
    })
    .into_any()
}

/// Which rows the address asks for; mistakes come first.
fn rows_shown(show: Option<&str>) -> RowsShown {
    match (show, show.and_then(RowKind::from_code)) {
        (_, Some(kind)) => RowsShown::Of(kind),
        (Some(ALL), None) => RowsShown::All,
        _ => RowsShown::MistakesFirst,
    }
}

/// A line and a column as they stand in the address.
fn place_of(text: &str) -> Option<(u32, u32)> {
    let (line, column) = text.split_once('.')?;
    Some((line.parse().ok()?, column.parse().ok()?))
}

#[component]
fn Document(frame: Frame, report: ImportReport) -> impl IntoView {
    let ImportReport {
        summary,
        ignored,
        counts,
        overtaken,
        shown: kind,
        rows,
        has_more,
    } = report;
    let here = format!("{LISTS}/{}", summary.id);
    let last = rows.last().filter(|_| has_more);
    let further = last.map(|row| {
        let below = format!("{}.{}", row.line, row.column);
        let show = kind.map_or(ALL, RowKind::code);
        query::link(&here, &[("show", show), ("below", &below)])
    });
    let is_begun = summary.state != ImportState::Checked;
    let title = counted(summary.rows, "row", "rows");
    view! {
        <DeskPage title="A list of people" here=ROOM frame>
            <p>
                <a class="alone" href=LISTS>
                    "Invite many"
                </a>
            </p>
            <h1>{format!("A list of {title}")}</h1>
            <DoneNote/>
            <FormNote/>
            <Standing summary overtaken here=here.clone()/>
            {(!ignored.is_empty())
                .then(|| view! { <p class="fine">{format!("Columns that weren’t read: {ignored}.")}</p> })}
            <section>
                <h2>"Row by row"</h2>
                <Kinds counts kind here/>
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col" class="number">
                                "Line"
                            </th>
                            <th scope="col">"Person"</th>
                            <th scope="col">{if is_begun { "What came of it" } else { "What would happen" }}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {rows
                            .into_iter()
                            .map(|row| view! { <Row row is_begun/> })
                            .collect_view()}
                    </tbody>
                </table>
                {further
                    .map(|href| {
                        view! {
                            <nav class="pages" aria-label="More rows">
                                <a class="alone" href=href>
                                    "Further rows"
                                </a>
                            </nav>
                        }
                    })}
            </section>
        </DeskPage>
    }
}

/// How far the list is, and what can be done now.
#[component]
fn Standing(summary: ImportSummary, overtaken: u32, here: String) -> impl IntoView {
    let people = |count| counted(count, "person", "people");
    let to_invite = people(summary.to_invite);
    match summary.state {
        ImportState::Checked if summary.to_invite == 0 => view! {
            <div class="note">
                <p>"This list would invite nobody. The rows below say why."</p>
                <p>
                    <a class="alone" href=LISTS>
                        "Send another list"
                    </a>
                </p>
            </div>
        }
        .into_any(),
        ImportState::Checked => view! {
            <p class="lead">
                {format!("Nobody is invited yet. The list would invite {to_invite}.")}
            </p>
            <form class="form form-wide" method="post" action=ImportInvitations::PATH>
                <input type="hidden" name="csv" value=""/>
                <input type="hidden" name="apply" value=summary.id/>
                <p>
                    "Each gets a mail with a link that works once, for 7 days. Rows with mistakes and rows that are skipped do nothing; mend them and send them in a list of their own."
                </p>
                <p class="actions">
                    <button class="button">{format!("Invite {to_invite}")}</button>
                    <a class="button button-quiet" href=LISTS>
                        "Send another list"
                    </a>
                </p>
            </form>
        }
        .into_any(),
        ImportState::Running => view! {
            <IslandScripts/>
            <ProgressWatch>
                <div id=PROGRESS data-under-way>
                    <p>
                        {format!("{} of {to_invite} done.", counted(summary.done, "", "").trim_end())}
                    </p>
                    <progress
                        max=summary.to_invite.to_string()
                        value=summary.done.to_string()
                        aria-label="How far it is"
                    ></progress>
                </div>
            </ProgressWatch>
            <p class="fine">
                "This goes on by itself, also when you leave this page or the server is started again."
            </p>
            <p class="actions">
                <a class="button button-quiet" href=here>
                    "See how far it is"
                </a>
            </p>
        }
        .into_any(),
        ImportState::Finished => {
            let skipped = (overtaken > 0).then(|| {
                format!(" {} would have been, but something came in between; their rows say what.", people(overtaken))
            });
            view! {
                <div class="note note-good" role="status">
                    <p>
                        {format!("{} invited. The mails leave one after another.", people(summary.invited))}
                        {skipped}
                    </p>
                    <p>
                        <a class="alone" href=ROOM>
                            "See the invitations"
                        </a>
                    </p>
                </div>
            }
            .into_any()
        }
        ImportState::Stopped => view! {
            <div class="note" role="status">
                <p>
                    {format!("This list was stopped after {}, because the account that sent it may not invite any more. Send the rest again.", people(summary.invited))}
                </p>
            </div>
        }
        .into_any(),
    }
}

/// How many rows are of which kind; each leads to its rows.
#[component]
fn Kinds(counts: Vec<(RowKind, u32)>, kind: Option<RowKind>, here: String) -> impl IntoView {
    let chip = |to: Option<RowKind>, name: String| {
        let href = query::link(&here, &[("show", to.map_or(ALL, RowKind::code))]);
        view! {
            <a href=href aria-current=(to == kind).then_some("true")>
                {name}
            </a>
        }
    };
    let all: u32 = counts.iter().map(|(_, count)| count).sum();
    let all = chip(None, counted(all, "row", "rows"));
    let each = counts
        .iter()
        .map(|(kind, count)| {
            let (one, more) = nouns(*kind);
            chip(Some(*kind), counted(*count, one, more))
        })
        .collect_view();
    view! {
        <nav class="chips" aria-label="Which rows">
            {all}
            {each}
        </nav>
    }
}

const fn nouns(kind: RowKind) -> (&'static str, &'static str) {
    match kind {
        RowKind::Mistake => ("with mistakes", "with mistakes"),
        RowKind::Invite => ("to invite", "to invite"),
        RowKind::InviteUnproved => ("to invite, e-mail in use", "to invite, e-mail in use"),
        RowKind::Repeated => ("repeated", "repeated"),
        RowKind::InvitedAlready => ("invited already", "invited already"),
        RowKind::HasAccount => ("with an account", "with an account"),
        RowKind::Closed => ("with a closed account", "with a closed account"),
    }
}

#[component]
fn Row(row: ImportRow, is_begun: bool) -> impl IntoView {
    let ImportRow {
        line,
        column,
        name,
        email,
        kind,
        mistake,
        same_as,
        outcome,
    } = row;
    let invites = matches!(kind, RowKind::Invite | RowKind::InviteUnproved);
    let says = match (mistake, outcome, same_as) {
        (Some((name, mistake, cell)), _, _) => {
            let place = if name.is_empty() {
                format!("Column {column}")
            } else {
                format!("Column {column}, “{name}”")
            };
            let cell = (!cell.is_empty()).then(|| format!("“{cell}”. "));
            view! {
                <span class="problem">{place} ": "</span>
                {cell}
                {cell_mistake(mistake)}
            }
            .into_any()
        }
        (None, Some(outcome), _) => row_outcome(outcome).into_any(),
        (None, None, Some(line)) => format!("{}, line {line}", row_kind(kind)).into_any(),
        (None, None, None) if is_begun && invites => "Not done yet".into_any(),
        (None, None, None) => row_kind(kind).into_any(),
    };
    view! {
        <tr data-row>
            <td class="number" data-label="Line">
                {line}
            </td>
            <td data-label="Person">
                <span>
                    {(!name.is_empty()).then_some(name)}
                    <span class="second"><Address email/></span>
                </span>
            </td>
            <td data-label="Row"><span>{says}</span></td>
        </tr>
    }
}
