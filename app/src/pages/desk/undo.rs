//! `/admin/undo`: where undoing comes back to when it wasn't done.

use leptos::{prelude::*, server_fn::ServerFn};

use super::{DeskPage, frame::about, pieces::ConfirmFirst, timeline::BeforeAndAfter};
use crate::{
    api::desk::UndoAtDesk,
    components::FormNote,
    gate, query,
    wire::{
        FormProblem,
        desk::{Frame, UndoPage},
    },
    words::desk,
};

/// The room whose page it is.
const ROOM: &str = "/admin/links";

/// What undoing does, and the button for it.
#[component]
pub fn UndoAtDeskPage() -> impl IntoView {
    let visitor = match gate::desk_visitor(ROOM) {
        Ok(visitor) => visitor,
        Err(elsewhere) => return elsewhere,
    };
    Suspend::new(async move {
        let Some(event) = query::parameter("event") else {
            return match visitor.backend.frame().await {
                Ok(frame) => view! { <Nothing frame/> }.into_any(),
                Err(failure) => gate::failed(failure, ROOM),
            };
        };
        let finding = visitor.backend.undo_page(event);
        about(&visitor, finding, ROOM, |page, frame| {
            view! { <Question page frame/> }.into_any()
        })
        .await
    })
    .into_any()
}

/// Nobody said what is to be undone.
#[component]
fn Nothing(frame: Frame) -> impl IntoView {
    view! {
        <DeskPage title="Undo" here=ROOM frame>
            <h1>"Undo"</h1>
            <p>"What was done is undone where it is told: on the page of its account or link."</p>
            <p>
                <a class="alone" href=ROOM>
                    "Find it among the linked accounts"
                </a>
            </p>
        </DeskPage>
    }
}

#[component]
fn Question(page: UndoPage, frame: Frame) -> impl IntoView {
    let UndoPage {
        event,
        action,
        change,
        person,
        until,
        is_fresh,
    } = page;
    let here = query::link(UndoAtDesk::PATH, &[("event", &event)]);
    let back = query::desk_page("accounts", &person.id, None);
    let contents = match until {
        Some(_) if !is_fresh => {
            view! { <ConfirmFirst href=query::confirm_link(&here)/> }.into_any()
        }
        Some(until) => view! {
            <p class="fine">"Possible until " {until} "."</p>
            <form class="actions" method="post" action=UndoAtDesk::PATH>
                <input type="hidden" name="event" value=event/>
                <button class="button">"Undo it"</button>
            </form>
        }
        .into_any(),
        None => view! { <p>"It can’t be undone by you now."</p> }.into_any(),
    };
    view! {
        <DeskPage title="Undo" here=ROOM frame>
            <h1 class="address">"Undo what was done to " {person.name}</h1>
            <FormNote but=&[FormProblem::ConfirmFirst]/>
            {change.map(|change| view! { <BeforeAndAfter change/> })}
            <p>{desk::undoing(&action)}</p>
            {contents}
            <p>
                <a class="alone" href=back>
                    "Back to the account"
                </a>
            </p>
        </DeskPage>
    }
}
