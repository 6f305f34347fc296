//! What a decision will do, and the form that does it.

use leptos::prelude::*;

use super::{HERE, entry::Facts, path_of};
use crate::{
    components::FormNote,
    gate,
    pages::desk::DeskPage,
    query,
    wire::{
        FormProblem,
        desk::{
            Frame,
            queue::{Decision, Planned, QueueAct},
        },
    },
    words::queue as say,
};

/// What the page says at its own place rather than above.
const AT_FIELD: &[FormProblem] = &[FormProblem::ConfirmFirst];

/// The longest reason.
const LONGEST: &str = "500";

/// Asks before something is approved.
#[component]
pub fn QueueApprovePage() -> impl IntoView {
    asking(QueueAct::Approve)
}

/// Asks before something is declined.
#[component]
pub fn QueueDeclinePage() -> impl IntoView {
    asking(QueueAct::Decline)
}

/// Asks before somebody is asked for more proof.
#[component]
pub fn QueueAskPage() -> impl IntoView {
    asking(QueueAct::Ask)
}

fn asking(act: QueueAct) -> AnyView {
    let visitor = match gate::desk_visitor(HERE) {
        Ok(visitor) => visitor,
        Err(elsewhere) => return elsewhere,
    };
    let items = query::parameters("item");
    Suspend::new(async move {
        let backend = &visitor.backend;
        let shown = async {
            let decision = backend.decision(act, items).await?;
            Ok((backend.frame().await?, decision))
        };
        match shown.await {
            Ok((frame, Some(decision))) => view! { <Document frame decision/> }.into_any(),
            Ok((_, None)) => gate::elsewhere(HERE),
            Err(failure) => gate::failed(failure, HERE),
        }
    })
    .into_any()
}

#[component]
fn Document(frame: Frame, decision: Decision) -> impl IntoView {
    let Decision {
        act,
        item,
        planned,
        is_fresh,
    } = decision;
    let title = say::button(act);
    let heading = say::asks_first(act, &planned);
    let can_be_done = planned.iter().any(|one| one.skip.is_none());
    let form = if planned.is_empty() {
        view! { <p>"Nothing was chosen. Go back, and tick what it is about."</p> }.into_any()
    } else if !can_be_done {
        view! { <p>"Nothing can be done about it as things stand."</p> }.into_any()
    } else if is_fresh {
        view! { <Form act item/> }.into_any()
    } else {
        let href = query::confirm_link(&query::link(path_of(act), &[("item", &item)]));
        view! {
            <section class="note">
                <p>
                    "To decide, show first that it’s still you. That counts for 5 minutes, and leads back here."
                </p>
                <p class="actions">
                    <a class="button" href=href>
                        "Confirm that it’s you"
                    </a>
                </p>
            </section>
        }
        .into_any()
    };
    view! {
        <DeskPage title here=HERE frame>
            <h1>{heading}</h1>
            <FormNote but=AT_FIELD/>
            <ul class="queue">
                {planned
                    .into_iter()
                    .map(|planned| view! { <Plan act planned/> })
                    .collect_view()}
            </ul>
            {form}
            <p>
                <a class="alone" href=HERE>
                    "Back to the queue"
                </a>
            </p>
        </DeskPage>
    }
}

/// What will become of an item.
#[component]
fn Plan(act: QueueAct, planned: Planned) -> impl IntoView {
    let Planned { entry, skip } = planned;
    let Some(entry) = entry else {
        let word = skip.unwrap_or_default();
        return view! {
            <li class="queue-entry">
                <div class="queue-what">
                    <p>
                        <strong>"Skipped. "</strong>
                        {say::why_not(&word)}
                    </p>
                </div>
            </li>
        }
        .into_any();
    };
    let will = match &skip {
        None => view! { <p class="status">{say::will(act, &entry.question)}</p> }.into_any(),
        Some(word) => view! {
            <p class="status caution">
                <strong>"Skipped. "</strong>
                {say::why_not(word)}
            </p>
        }
        .into_any(),
    };
    view! {
        <li class="queue-entry">
            <div class="queue-what">
                <h2>{say::headline(&entry)}</h2>
                {will}
                <Facts without_candidates=true entry=crate::wire::desk::queue::QueueEntry { obstacle: None, ..entry }/>
            </div>
        </li>
    }
    .into_any()
}

#[component]
fn Form(act: QueueAct, item: String) -> impl IntoView {
    let (label, hint, must) = match act {
        QueueAct::Approve => (
            "Why? You may leave it empty",
            "The record keeps it; the person doesn’t read it.",
            false,
        ),
        QueueAct::Decline => (
            "Why?",
            "The record keeps it; the person doesn’t read it.",
            true,
        ),
        QueueAct::Ask => (
            "What do you want them to know? You may leave it empty",
            "The person reads it in the mail and on their page.",
            false,
        ),
    };
    let problem = query::form_problem();
    let is_problem = matches!(
        problem,
        Some(FormProblem::ReasonMissing | FormProblem::TooLong)
    );
    view! {
        <form class="form" method="post" action=path_of(act)>
            <input type="hidden" name="item" value=item/>
            <div class="field">
                <label for="reason">{label}</label>
                <textarea
                    id="reason"
                    name="reason"
                    rows="3"
                    maxlength=LONGEST
                    required=must
                    aria-describedby="reason-hint"
                    aria-invalid=is_problem.then_some("true")
                ></textarea>
                <p id="reason-hint" class="fine">
                    {hint}
                </p>
            </div>
            <p class="actions">
                <button class="button">{say::button(act)}</button>
            </p>
        </form>
    }
}
