//! Notes about what didn't work out.

use leptos::prelude::*;

use crate::{
    query,
    wire::FormProblem,
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
        <p id=id class="field-problem" role="alert">
            {children()}
        </p>
    }
}

/// A framed note about the form that came back to its page, if one did.
///
/// Leads on to where people show that it's still them, when that is what was missing.
#[component]
pub fn FormNote(
    /// What the page says at the fields themselves.
    #[prop(optional)]
    but: &'static [FormProblem],
) -> impl IntoView {
    query::form_problem()
        .filter(|problem| !but.contains(problem))
        .map(|problem| {
            let confirm = (problem == FormProblem::ConfirmFirst)
                .then(|| query::confirm_link(&query::this_page()));
            view! {
                <section class="note" role="alert">
                    <p>{form_problem(problem)}</p>
                    {confirm
                        .map(|href| {
                            view! {
                                <p>
                                    <a href=href>"Confirm that it’s you"</a>
                                </p>
                            }
                        })}
                </section>
            }
        })
}

/// A framed note about what was just done, if the page was reached by doing something.
#[component]
pub fn DoneNote() -> impl IntoView {
    query::done().map(|done| {
        view! {
            <div class="note note-good" role="status">
                <p>{done}</p>
            </div>
        }
    })
}
