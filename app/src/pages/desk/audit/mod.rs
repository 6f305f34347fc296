//! `/admin/audit`: everything that happened, the newest first.

mod narrow;

use leptos::prelude::*;

use self::narrow::Narrow;
use super::{DeskPage, keys::Keys, pieces::Address};
use crate::{
    components::{Doorway, When},
    gate, query,
    wire::desk::{
        Frame,
        record::{RecordChange, RecordEntry, RecordFilter, RecordPage, RecordPerson},
    },
    words::record as say,
};

const HERE: &str = "/admin/audit";

/// What happened.
#[component]
pub fn AuditPage() -> impl IntoView {
    let visitor = match gate::desk_visitor(HERE) {
        Ok(visitor) => visitor,
        Err(elsewhere) => return elsewhere,
    };
    let typed = |name| query::parameter(name).unwrap_or_default();
    let filter = RecordFilter {
        person: typed("person"),
        act: typed("act"),
        from: typed("from"),
        to: typed("to"),
        reference: typed("reference"),
    };
    let (before, after) = (query::parameter("before"), query::parameter("after"));
    Suspend::new(async move {
        let backend = &visitor.backend;
        let shown = async {
            let page = backend.record(filter, before, after).await?;
            Ok((backend.frame().await?, page))
        };
        match shown.await {
            Ok((frame, page)) => view! { <Document frame page/> }.into_any(),
            Err(failure) => gate::failed(failure, HERE),
        }
    })
    .into_any()
}

#[component]
fn Document(frame: Frame, page: RecordPage) -> impl IntoView {
    let RecordPage {
        filter,
        unread,
        is_of_nobody,
        topics,
        entries,
        newer,
        older,
    } = page;
    let parameters = filter.parameters();
    let is_filtered = !parameters.is_empty();
    let file = |ending: &str| query::link(&format!("{HERE}.{ending}"), &parameters);
    let (csv, jsonl) = (file("csv"), file("jsonl"));
    let turn = |name: &'static str, place: &Option<String>| {
        let place = place.as_deref()?;
        let more = [parameters.as_slice(), &[(name, place)]].concat();
        Some(query::link(HERE, &more))
    };
    let (newer, older) = (turn("after", &newer), turn("before", &older));
    let newest = newer.is_some().then(|| query::link(HERE, &parameters));
    let can_export = unread.is_empty() && !entries.is_empty();
    let has_entries = !entries.is_empty();
    let contents = if entries.is_empty() {
        let why = if !unread.is_empty() {
            Why::Unread
        } else if is_of_nobody {
            Why::Nobody
        } else if is_filtered || newer.is_some() {
            Why::NoneSuch
        } else {
            Why::Nothing
        };
        view! { <Nothing why/> }.into_any()
    } else {
        view! { <Entries entries/> }.into_any()
    };
    view! {
        <DeskPage title="Audit" here=HERE frame>
            <h1>"Audit"</h1>
            <p class="lead">
                "Everything that happened, the newest first. Nothing here can be changed or removed."
            </p>
            <Narrow filter=filter.clone() unread topics is_filtered/>
            {contents}
            {(newer.is_some() || older.is_some())
                .then(|| {
                    view! {
                        <nav class="pages" aria-label="More of the record">
                            {newest.map(|href| view! { <a class="alone" href=href>"Newest"</a> })}
                            {newer.map(|href| view! { <a class="alone" href=href>"Later"</a> })}
                            {older.map(|href| view! { <a class="alone" href=href>"Earlier"</a> })}
                        </nav>
                    }
                })}
            {can_export
                .then(|| {
                    view! {
                        <p class="fine">
                            "Save all of these, the oldest first, with the seal of the record as the last line: "
                            <a href=csv download>"CSV"</a> ", " <a href=jsonl download>"JSON lines"</a>
                            ". Saving is recorded."
                        </p>
                    }
                })}
            {has_entries.then(|| view! { <Keys/> })}
        </DeskPage>
    }
}

#[component]
fn Entries(entries: Vec<RecordEntry>) -> impl IntoView {
    view! {
        <table class="table record">
            <thead>
                <tr>
                    <th scope="col">"When"</th>
                    <th scope="col">"What"</th>
                    <th scope="col">"Who did it"</th>
                    <th scope="col">"To whom"</th>
                    <th scope="col">"Reference"</th>
                </tr>
            </thead>
            <tbody>
                {entries.into_iter().map(|entry| view! { <Entry entry/> }).collect_view()}
            </tbody>
        </table>
    }
}

#[component]
fn Entry(entry: RecordEntry) -> impl IntoView {
    let RecordEntry {
        id,
        at,
        action,
        method,
        by,
        about,
        is_own,
        reference,
        reason,
        changes,
        facts,
    } = entry;
    let what = match say::act(&action, method) {
        Some(words) => words.into_any(),
        None => view! { <code>{action}</code> }.into_any(),
    };
    let by = match by {
        Some(person) => view! { <Person person/> }.into_any(),
        None => view! { <span class="absent">"Nobody signed in"</span> }.into_any(),
    };
    let about = match about {
        Some(_) if is_own => view! { <span class="absent">"Themselves"</span> }.into_any(),
        Some(person) => view! { <Person person/> }.into_any(),
        None => ().into_any(),
    };
    let (pages, facts): (Vec<_>, Vec<_>) = facts
        .into_iter()
        .partition(|(name, _)| say::page_of(name).is_some());
    let pages = pages.into_iter().filter_map(|(name, id)| {
        let (room, words) = say::page_of(&name)?;
        let href = query::desk_page(room, &id, None);
        Some(view! { <a class="record-facts" href=href>{words}</a> })
    });
    let mut facts: Vec<String> = facts
        .iter()
        .map(|(name, value)| format!("{}: {}", say::word(name), say::word(value)))
        .collect();
    if let Some(reason) = reason {
        facts.insert(0, format!("reason: {}", say::word(&reason)));
    }
    view! {
        <tr id=format!("event-{id}") data-row>
            <td data-label="When">
                <When moment=at/>
            </td>
            <th scope="row">
                {what}
                {changes.into_iter().map(|change| view! { <Change change/> }).collect_view()}
                {(!facts.is_empty()).then(|| view! { <span class="record-facts">{facts.join(" · ")}</span> })}
                {pages.collect_view()}
            </th>
            <td data-label="Who did it">{by}</td>
            <td data-label="To whom">{about}</td>
            <td data-label="Reference">{reference.map(|reference| view! { <code>{reference}</code> })}</td>
        </tr>
    }
}

/// Somebody's name, which leads to their account.
#[component]
fn Person(person: RecordPerson) -> impl IntoView {
    let RecordPerson { id, name, email } = person;
    let href = format!("/admin/accounts/{id}");
    if name.is_empty() {
        return view! {
            <a href=href>
                "Account " <code class="record-id">{id}</code>
            </a>
        }
        .into_any();
    }
    let is_named = name != email;
    view! {
        <div>
            <a href=href>{name}</a>
            {is_named.then(|| view! { <span class="record-email"><Address email/></span> })}
        </div>
    }
    .into_any()
}

/// What was different before: struck, and plain what is now.
#[component]
fn Change(change: RecordChange) -> impl IntoView {
    let RecordChange {
        what,
        before,
        after,
    } = change;
    let none = || view! { <span class="absent">"nothing"</span> }.into_any();
    let what = (!what.is_empty()).then(|| format!("{}: ", say::word(&what)));
    let before = if before.is_empty() {
        none()
    } else {
        view! { <del>{say::word(&before)}</del> }.into_any()
    };
    let after = if after.is_empty() {
        none()
    } else {
        view! { <ins>{say::word(&after)}</ins> }.into_any()
    };
    view! {
        <span class="record-change">
            {what}
            <span class="unseen">"before "</span>
            {before}
            <span aria-hidden="true">" → "</span>
            <span class="unseen">", now "</span>
            {after}
        </span>
    }
}

/// Why a page is empty.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Why {
    Unread,
    Nobody,
    NoneSuch,
    Nothing,
}

#[component]
fn Nothing(why: Why) -> impl IntoView {
    let says = match why {
        Why::Unread => "Nothing was looked for: something above can’t be read.",
        Why::Nobody => "No account has this e-mail. Try another one, or the id of the account.",
        Why::NoneSuch => "Nothing like this is on record.",
        Why::Nothing => "Nothing has happened yet. The first sign-in will stand here.",
    };
    view! {
        <div class="empty">
            <Doorway/>
            <p>{says}</p>
            {(why != Why::Nothing)
                .then(|| {
                    view! {
                        <p class="actions">
                            <a class="button button-quiet" href=HERE>
                                "Show everything"
                            </a>
                        </p>
                    }
                })}
        </div>
    }
}
