//! The filter of the record.

use leptos::prelude::*;

use super::HERE;
use crate::{
    components::FieldProblem,
    wire::desk::record::{RecordField, RecordFilter, RecordTopic},
    words::record as say,
};

/// The filter. Narrow, it is folded away until something is typed into it.
#[component]
pub fn Narrow(
    /// What was typed.
    filter: RecordFilter,
    /// The fields that make no sense.
    unread: Vec<RecordField>,
    /// The acts to choose from.
    topics: Vec<RecordTopic>,
    /// Whether anything was typed.
    is_filtered: bool,
) -> impl IntoView {
    let problem = move |field: RecordField| {
        let is_unread = unread.contains(&field);
        is_unread.then(|| say::unread(field).to_owned())
    };
    let (person, act) = (problem(RecordField::Person), problem(RecordField::Act));
    let (from, to) = (problem(RecordField::From), problem(RecordField::To));
    let reference = problem(RecordField::Reference);
    view! {
        <details class="filter" open=is_filtered>
            <summary>"Narrow down"</summary>
            <form class="filter-form" method="get" action=HERE role="search">
                <Field id="person" label="Person" hint="E-mail or id" value=filter.person problem=person/>
                <div class="field">
                    <label for="act">"What"</label>
                    <select id="act" name="act" aria-describedby="act-problem">
                        <Acts topics chosen=filter.act/>
                    </select>
                    <FieldProblem id="act-problem" problem=act/>
                </div>
                <Field id="from" label="From (UTC)" kind="date" value=filter.from problem=from/>
                <Field id="to" label="To (UTC)" kind="date" value=filter.to problem=to/>
                <Field id="reference" label="Reference" value=filter.reference problem=reference/>
                <p class="filter-acts">
                    <button class="button">"Show"</button>
                    {is_filtered.then(|| view! { <a class="alone" href=HERE>"Show everything"</a> })}
                </p>
            </form>
        </details>
    }
}

#[component]
fn Field(
    id: &'static str,
    label: &'static str,
    #[prop(optional)] hint: &'static str,
    #[prop(default = "text")] kind: &'static str,
    value: String,
    problem: Option<String>,
) -> impl IntoView {
    let problem_id = match id {
        "person" => "person-problem",
        "from" => "from-problem",
        "to" => "to-problem",
        _ => "reference-problem",
    };
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input
                id=id
                name=id
                data-search=(id == "person").then_some("")
                type=kind
                value=value
                placeholder=(!hint.is_empty()).then_some(hint)
                maxlength="254"
                autocomplete="off"
                spellcheck="false"
                aria-describedby=problem_id
                aria-invalid=problem.as_ref().map(|_| "true")
            />
            <FieldProblem id=problem_id problem/>
        </div>
    }
}

#[component]
fn Acts(topics: Vec<RecordTopic>, chosen: String) -> impl IntoView {
    let is_listed = chosen.is_empty()
        || topics
            .iter()
            .any(|topic| topic.word == chosen || topic.acts.contains(&chosen.as_str()));
    let is_chosen = |word: &str| word == chosen;
    let groups = topics
        .iter()
        .map(|topic| {
            let acts = topic
                .acts
                .iter()
                .map(|act| {
                    let name = say::named(act).unwrap_or(act);
                    view! {
                        <option value=*act selected=is_chosen(act)>
                            {name}
                        </option>
                    }
                })
                .collect_view();
            view! {
                <optgroup label=say::topic(topic.word)>
                    <option value=topic.word selected=is_chosen(topic.word)>
                        {say::all_of(topic.word)}
                    </option>
                    {acts}
                </optgroup>
            }
        })
        .collect_view();
    let unlisted = (!is_listed).then(|| {
        view! {
            <option value=chosen.clone() selected=true>
                {chosen.clone()}
            </option>
        }
    });
    view! {
        <option value="">"Everything"</option>
        {unlisted}
        {groups}
    }
}
