//! `/admin/links/{id}/unlink`: what ending a link will do.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

use super::{
    frame::about,
    pieces::{ReasonField, browsers_signed_out, opened_by},
    question::Question,
};
use crate::{
    api::desk::Unlink,
    gate, query,
    wire::desk::{Frame, UnlinkPage},
};

/// What ending a link will do, and the button for it.
#[component]
pub fn UnlinkLinkPage() -> impl IntoView {
    let id = use_params_map()
        .read_untracked()
        .get("id")
        .unwrap_or_default();
    let here = query::desk_page("links", &id, Some("unlink"));
    let visitor = match gate::desk_visitor(&here) {
        Ok(visitor) => visitor,
        Err(elsewhere) => return elsewhere,
    };
    Suspend::new(async move {
        let finding = visitor.backend.unlink_page(id);
        about(&visitor, finding, &here, |page, frame| {
            view! { <Document page confirm=query::confirm_link(&here) frame/> }.into_any()
        })
        .await
    })
    .into_any()
}

#[component]
fn Document(page: UnlinkPage, confirm: String, frame: Frame) -> impl IntoView {
    let UnlinkPage {
        link,
        login,
        person,
        email,
        barred,
        is_fresh,
        sessions,
        openers,
        undo_until,
    } = page;
    let back = query::desk_page("links", &link, None);
    let consequences = vec![
        format!("The login {login} no longer opens the account of {}.", person.name),
        browsers_signed_out(sessions),
        opened_by("From then on", openers),
        "It isn’t linked again by itself: whoever signs in with it is asked to prove the account, or waits to be let in.".to_owned(),
        format!("A mail to {email} says so."),
        format!("It can be undone until {undo_until}, from what happened to the account."),
    ];
    view! {
        <Question
            title=format!("Unlink a Clio login of {}", person.name)
            frame
            barred
            consequences
            confirm=(!is_fresh).then_some(confirm)
            back=(back, "Back to the link")
        >
            <form class="form" method="post" action=Unlink::PATH>
                <input type="hidden" name="link" value=link/>
                <ReasonField required=true/>
                <p class="actions">
                    <button class="button">"Unlink"</button>
                </p>
            </form>
        </Question>
    }
}
