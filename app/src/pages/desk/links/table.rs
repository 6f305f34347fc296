//! The links, a row each.

use leptos::prelude::*;

use super::together::FORM;
use crate::{
    components::When,
    pages::desk::pieces::{Address, StatusBadge},
    query,
    wire::desk::links::{Column, Line, Listing, OfRoster},
    words::{self, links},
};

/// The links, a row each.
#[component]
pub(super) fn Table(
    lines: Vec<Line>,
    listing: Listing,
    /// Whether there is a roster.
    has_roster: bool,
) -> impl IntoView {
    let mut columns = listing.shown();
    columns.retain(|column| has_roster || !column.is_of_roster());
    let heads = columns
        .iter()
        .map(move |column| {
            view! { <Head column=*column listing=listing.clone()/> }
        })
        .collect_view();
    let first = columns.first().copied();
    let rows = lines
        .into_iter()
        .map(|line| {
            let cells = columns
                .iter()
                .map(|column| cell(*column, &line, first == Some(*column)))
                .collect_view();
            let whose = if line.person.is_empty() {
                line.email
            } else {
                line.person
            };
            view! {
                <tr data-row="">
                    <td class="row-tick">
                        <label>
                            <input type="checkbox" name="links[]" value=line.link form=FORM/>
                            <span class="unseen">{format!("Tick {whose}")}</span>
                        </label>
                    </td>
                    {cells}
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="table">
            <caption class="unseen">"Linked accounts"</caption>
            <thead>
                <tr>
                    <th scope="col" class="row-tick">
                        <span class="unseen">"Ticked"</span>
                    </th>
                    {heads}
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
}

/// The head of a column, which sorts by it.
#[component]
fn Head(column: Column, listing: Listing) -> impl IntoView {
    if column.is_of_roster() {
        let class = class(column);
        return view! {
            <th scope="col" class=class>
                {links::column(column)}
            </th>
        }
        .into_any();
    }
    let is_sorted = listing.sorted_by() == column;
    let (sorted, arrow) = match (is_sorted, listing.is_descending()) {
        (false, _) => (None, ""),
        (true, true) => (Some("descending"), " ↓"),
        (true, false) => (Some("ascending"), " ↑"),
    };
    view! {
        <th scope="col" class=class(column) aria-sort=sorted>
            <a href=listing.sorted(column).path()>
                {links::column(column)} <span aria-hidden="true">{arrow}</span>
            </a>
        </th>
    }
    .into_any()
}

const fn class(column: Column) -> Option<&'static str> {
    match column {
        Column::Linked | Column::Used | Column::Reviewed | Column::Seen => Some("number"),
        _ => None,
    }
}

fn cell(column: Column, line: &Line, is_first: bool) -> AnyView {
    let label = links::column(column);
    let contents = contents(column, line);
    if is_first {
        let href = query::desk_page("links", &line.link, None);
        return view! {
            <th scope="row">
                <a href=href>{contents}</a>
            </th>
        }
        .into_any();
    }
    view! {
        <td class=class(column) data-label=label>
            <div>{contents}</div>
        </td>
    }
    .into_any()
}

/// A fact, and what is said below it in smaller type.
fn with_second(fact: impl IntoView + 'static, second: &str) -> AnyView {
    let second = (!second.is_empty()).then(|| {
        view! { <span class="second">{second.to_owned()}</span> }
    });
    view! { {fact} {second} }.into_any()
}

fn contents(column: Column, line: &Line) -> AnyView {
    match column {
        Column::Person if line.person.is_empty() => "No name".into_any(),
        Column::Person => line.person.clone().into_any(),
        Column::Email => view! { <Address email=line.email.clone()/> }.into_any(),
        Column::ClioEmail => match &line.clio_email {
            Some(email) => view! { <Address email=email.clone()/> }.into_any(),
            None => view! { <span class="absent">"None"</span> }.into_any(),
        },
        Column::Status => {
            let disconnected = if line.unlinked.is_some() {
                "Disconnected"
            } else {
                ""
            };
            with_second(view! { <StatusBadge status=line.status/> }, disconnected)
        }
        Column::Role => links::role(line.role).into_any(),
        Column::Proof => links::proof(line.method).into_any(),
        Column::Matched => links::matched(line.matched).into_any(),
        Column::Linked => with_second(
            view! { <When moment=line.linked.clone()/> },
            &line.linked_from,
        ),
        Column::Used => view! { <When moment=line.used.clone()/> }.into_any(),
        Column::Drift if line.drifted => {
            view! { <span class="badge badge-caution">"Differ"</span> }.into_any()
        }
        Column::Drift => "Same".into_any(),
        Column::Reviewed => match &line.review {
            Some(review) => {
                let by = format!("by {}", review.by);
                with_second(view! { <When moment=review.at.clone()/> }, &by)
            }
            None => view! { <span class="absent">"Never"</span> }.into_any(),
        },
        Column::Firm | Column::Region | Column::ClioRole | Column::Enabled | Column::Seen => {
            of_roster(column, line.roster.as_ref())
        }
    }
}

/// What the roster says.
fn of_roster(column: Column, roster: Option<&OfRoster>) -> AnyView {
    let Some(roster) = roster else {
        return view! { <span class="absent">"Not in the roster"</span> }.into_any();
    };
    match column {
        Column::Region => words::region(roster.region).into_any(),
        Column::ClioRole if roster.roles.is_empty() => {
            view! { <span class="absent">"None"</span> }.into_any()
        }
        Column::ClioRole => roster.roles.clone().into_any(),
        Column::Enabled => words::roster::login(roster.login).into_any(),
        Column::Seen => view! { <When moment=roster.seen.clone()/> }.into_any(),
        _ => roster.firm.clone().into_any(),
    }
}
