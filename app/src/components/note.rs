//! Notes about what worked out and what didn't. What a note says first, the browser's tab says, too:
//! it is what is heard and seen first when a page comes back.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    query,
    wire::FormProblem,
    words::{self, Words, first_words, form_problem, problem_with_codes},
};

/// Puts something before the page's name in the browser's tab.
#[component]
pub fn InTab(
    /// What to say; its first words are taken.
    says: &'static str,
) -> impl IntoView {
    let says = first_words(says).to_owned();
    view! { <Title formatter=move |name| format!("{says} · {name}")/> }
}

/// Puts a problem before the page's name in the browser's tab.
#[component]
pub fn ProblemInTab(
    /// What is wrong; its first words are taken.
    mut says: String,
) -> impl IntoView {
    says.truncate(first_words(&says).len());
    view! { <Title formatter=move |name| format!("Problem: {says} · {name}")/> }
}

/// A framed note: what happened, what to do, and the reference that finds it in the audit.
#[component]
pub fn Note(
    /// What to say.
    words: Words,
    /// The reference.
    reference: Option<String>,
) -> impl IntoView {
    view! {
        <ProblemInTab says=words.title.to_owned()/>
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

/// What is wrong with a field, below it. Where the form is sent in place, what is wrong then takes
/// its place.
#[component]
pub fn FieldProblem(
    /// The `id` by which the field refers to it.
    id: &'static str,
    /// What is wrong, if anything.
    problem: Option<String>,
) -> impl IntoView {
    let in_tab = problem.clone().map(|says| view! { <ProblemInTab says/> });
    view! {
        {in_tab}
        <p id=id class="field-problem" role="alert">
            {problem}
        </p>
    }
}

/// A framed note about the form that came back to its page, if one did.
///
/// Has the focus, so that it is in sight wherever on the page it stands. Leads on to where people
/// show that it's still them, when that is what was missing.
#[component]
pub fn FormNote(
    /// What the page says at the fields themselves.
    #[prop(optional)]
    but: &'static [FormProblem],
    /// Whether the page's forms ask for codes, which can be too soon.
    #[prop(optional)]
    codes: bool,
) -> impl IntoView {
    query::form_problem()
        .filter(|problem| !but.contains(problem))
        .map(|problem| {
            let says = if codes {
                problem_with_codes(problem)
            } else {
                form_problem(problem)
            };
            let confirm = (problem == FormProblem::ConfirmFirst)
                .then(|| query::confirm_link(&query::this_page()));
            view! {
                <ProblemInTab says=says.to_owned()/>
                <section class="note" role="alert" tabindex="-1" autofocus>
                    <p>{says}</p>
                    {confirm
                        .map(|href| {
                            view! {
                                <p>
                                    <a class="alone" href=href>
                                        "Confirm that it’s you"
                                    </a>
                                </p>
                            }
                        })}
                </section>
            }
        })
}

/// A framed note about what was just done, if the page was reached by doing something.
#[component]
pub fn DoneNote(
    /// What this page says about it.
    #[prop(default = words::done)]
    says: fn(&str) -> Option<&'static str>,
) -> impl IntoView {
    query::done(says).map(|done| {
        view! {
            <InTab says=done/>
            <div class="note note-good" role="status">
                <p>{done}</p>
            </div>
        }
    })
}
