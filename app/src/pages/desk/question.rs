//! The question before an act: what will happen, and the form that does it.

use leptos::prelude::*;

use super::{DeskPage, pieces::ConfirmFirst};
use crate::{
    components::FormNote,
    query,
    wire::{FormProblem, desk::Frame},
    words::form_problem,
};

/// The room whose pages they are, unless another is named.
const ROOM: &str = "/admin/links";
/// What the page says at the fields themselves, or by the button to confirm.
const AT_FIELDS: &[FormProblem] = &[
    FormProblem::ReasonMissing,
    FormProblem::TooLong,
    FormProblem::BadDay,
    FormProblem::ChoiceMissing,
];

/// The page of an act on one account or link.
#[component]
pub fn Question(
    /// What is to be done, and to whom.
    title: String,
    /// The room.
    #[prop(default = ROOM)]
    room: &'static str,
    /// What the rail shows.
    frame: Frame,
    /// Why it can't be done, if it can't.
    barred: Option<FormProblem>,
    /// What will happen, one sentence each.
    consequences: Vec<String>,
    /// Where whoever looks shows first that it's them; `None` where they have lately.
    confirm: Option<String>,
    /// The way back, and its words.
    back: (String, &'static str),
    /// The form.
    children: Children,
) -> impl IntoView {
    let contents = match barred {
        Some(problem) if query::form_problem().is_none() => view! {
            <section class="note" role="alert">
                <p>{form_problem(problem)}</p>
            </section>
        }
        .into_any(),
        Some(_) => ().into_any(),
        None => view! {
            <section>
                <h2>"What will happen"</h2>
                <ul class="plain">
                    {consequences
                        .into_iter()
                        .map(|says| view! { <li class="address">{says}</li> })
                        .collect_view()}
                </ul>
            </section>
            {match confirm {
                None => children(),
                Some(href) => view! { <ConfirmFirst href/> }.into_any(),
            }}
        }
        .into_any(),
    };
    view! {
        <DeskPage title=title.clone() here=room frame>
            <h1 class="address">{title}</h1>
            <FormNote but=AT_FIELDS/>
            {contents}
            <p>
                <a class="alone" href=back.0>
                    {back.1}
                </a>
            </p>
        </DeskPage>
    }
}
