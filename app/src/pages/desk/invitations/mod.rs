//! `/admin/invitations`: who was invited, and what became of it.

mod one;
mod table;

use leptos::prelude::*;

use self::{
    one::{AT_FORM, InviteOne},
    table::Table,
};
use super::{DeskPage, keys::Keys, pieces::SearchField};
use crate::{
    components::{DoneNote, FormNote},
    gate, query,
    wire::{
        Role,
        desk::{Frame, InvitationState, Invitations, InvitationsQuery},
    },
    words::{counted, invitation_state},
};

const HERE: &str = "/admin/invitations";

/// Who was invited, and what became of it.
#[component]
pub fn InvitationsPage() -> impl IntoView {
    let visitor = match gate::desk_visitor(HERE) {
        Ok(visitor) => visitor,
        Err(elsewhere) => return elsewhere,
    };
    let may_invite = visitor.viewer.role >= Role::Admin;
    let shown = asked_for();
    Suspend::new(async move {
        let frame = visitor.backend.frame().await;
        let invitations = visitor.backend.invitations(shown.clone()).await;
        match (frame, invitations) {
            (Ok(frame), Ok(invitations)) => {
                view! { <Document frame invitations shown may_invite/> }.into_any()
            }
            (Err(failure), _) | (_, Err(failure)) => gate::failed(failure, HERE),
        }
    })
    .into_any()
}

/// What the address asks for. What it doesn't know is left out.
fn asked_for() -> InvitationsQuery {
    InvitationsQuery {
        state: query::parameter("show").and_then(|code| InvitationState::from_code(&code)),
        search: query::parameter("q").unwrap_or_default().trim().to_owned(),
        below: query::parameter("below"),
        above: query::parameter("above"),
    }
}

/// The address of the list with a state and a search, and further on a page of it.
fn address(state: Option<InvitationState>, search: &str, page: Option<(&str, &str)>) -> String {
    let mut parameters = Vec::new();
    if let Some(state) = state {
        parameters.push(("show", state.code()));
    }
    if !search.is_empty() {
        parameters.push(("q", search));
    }
    parameters.extend(page);
    query::link(HERE, &parameters)
}

#[component]
fn Document(
    frame: Frame,
    invitations: Invitations,
    shown: InvitationsQuery,
    may_invite: bool,
) -> impl IntoView {
    let Invitations {
        rows,
        count,
        has_newer,
        has_older,
    } = invitations;
    let (state, search) = (shown.state, shown.search);
    let count = if count > Invitations::MOST_COUNTED {
        let most = counted(Invitations::MOST_COUNTED, "invitation", "invitations");
        format!("More than {most}")
    } else {
        counted(count, "invitation", "invitations")
    };
    let newer = rows.first().filter(|_| has_newer).map(|row| row.id.clone());
    let newer = newer.map(|id| address(state, &search, Some(("above", &id))));
    let older = rows.last().filter(|_| has_older).map(|row| row.id.clone());
    let older = older.map(|id| address(state, &search, Some(("below", &id))));
    let is_filtered = state.is_some() || !search.is_empty();
    let has_rows = !rows.is_empty();
    let contents = if rows.is_empty() {
        view! { <Nothing is_filtered may_invite/> }.into_any()
    } else {
        view! { <Table rows may_invite/> }.into_any()
    };
    view! {
        <DeskPage title="Invitations" here=HERE frame>
            <div class="desk-head">
                <h1>"Invitations"</h1>
                <p class="fine">{count}</p>
                {may_invite
                    .then(|| {
                        view! {
                            <p class="actions">
                                <a class="button button-quiet" href="/admin/invitations/import">
                                    "Invite many"
                                </a>
                            </p>
                        }
                    })}
            </div>
            <DoneNote/>
            <FormNote but=AT_FORM/>
            {may_invite.then(|| view! { <InviteOne/> })}
            <Filters state search/>
            {contents}
            {(newer.is_some() || older.is_some())
                .then(|| {
                    view! {
                        <nav class="pages" aria-label="More invitations">
                            {newer.map(|href| view! { <a class="alone" href=href>"Newer"</a> })}
                            {older.map(|href| view! { <a class="alone" href=href>"Older"</a> })}
                        </nav>
                    }
                })}
            {has_rows.then(|| view! { <Keys/> })}
        </DeskPage>
    }
}

#[component]
fn Filters(state: Option<InvitationState>, search: String) -> impl IntoView {
    let chip = |to: Option<InvitationState>, name: &'static str| {
        let href = address(to, &search, None);
        view! {
            <a href=href aria-current=(to == state).then_some("true")>
                {name}
            </a>
        }
    };
    let chips = std::iter::once(chip(None, "All"))
        .chain(
            InvitationState::ALL
                .into_iter()
                .map(|state| chip(Some(state), invitation_state(state))),
        )
        .collect_view();
    view! {
        <search class="filters">
            <form method="get" action=HERE>
                <SearchField searched=search.clone() longest=100 button="Search"/>
                {state
                    .map(|state| {
                        view! { <input type="hidden" name="show" value=state.code()/> }
                    })}
            </form>
            <nav class="chips" aria-label="What became of them">
                {chips}
            </nav>
        </search>
    }
}

#[component]
fn Nothing(is_filtered: bool, may_invite: bool) -> impl IntoView {
    let says = match (is_filtered, may_invite) {
        (true, _) => "No invitation is like that.",
        (false, true) => {
            "Nobody has been invited yet. Invite one person above, or many with a list."
        }
        (false, false) => "Nobody has been invited yet.",
    };
    view! {
        <div class="nothing">
            <p>{says}</p>
            {is_filtered
                .then(|| {
                    view! {
                        <p>
                            <a class="alone" href=HERE>
                                "Show all invitations"
                            </a>
                        </p>
                    }
                })}
        </div>
    }
}
