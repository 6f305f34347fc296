//! Notes about what didn't work out.

use leptos::prelude::*;

use crate::{
    query,
    words::{Words, form_problem},
};

/// A framed note: what happened, what to do, and the reference that finds it in the audit.
#[component]
pub fn Note(
    /// What to say.
    words: Words,
    /// The reference.
    reference: Option<String>,
) -> impl IntoView {
    view! {
        <section class="note" role="alert">
            <h2>{words.title}</h2>
            <p>{words.happened}</p>
            <p>{words.next}</p>
            <Reference reference/>
        </section>
    }
}

/// What finds an event in audit or log, where there is something to find.
#[component]
pub fn Reference(
    /// The reference.
    reference: Option<String>,
) -> impl IntoView {
    reference.map(|reference| view! { <p class="fine">"Reference " <code>{reference}</code></p> })
}

/// What is wrong with a field, below it. Gone once the form has been sent in place.
#[component]
pub fn FieldProblem(
    /// The `id` by which the field refers to it.
    id: &'static str,
    /// What is wrong, if anything.
    children: Children,
) -> impl IntoView {
    view! {
        <p id=id class="field-problem">
            {children()}
        </p>
    }
}

/// A framed note about the form that came back to its page, if one did.
#[component]
pub fn FormNote() -> impl IntoView {
    query::form_problem().map(|problem| {
        view! {
            <section class="note" role="alert">
                <p>{form_problem(problem)}</p>
            </section>
        }
    })
}
