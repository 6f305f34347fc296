//! `/admin/invitations`: who was invited, and what became of it.

use leptos::{prelude::*, server_fn::ServerFn};

use super::DeskPage;
use crate::{
    api::{CreateInvitation, ResendInvitation, RestoreInvitation, RevokeInvitation},
    components::{DoneNote, FieldProblem, FormNote, When},
    gate, query,
    wire::{
        FormProblem, Role,
        desk::{Frame, Invitation, InvitationState, Invitations, InvitationsQuery},
    },
    words::{counted, form_problem, invitation_state},
};

const HERE: &str = "/admin/invitations";

/// What the form says at its fields.
const AT_FORM: &[FormProblem] = &[
    FormProblem::BadEmail,
    FormProblem::BadName,
    FormProblem::HasAccount,
    FormProblem::AccountSuspended,
];

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
        </DeskPage>
    }
}

/// The form for one person. Open when it came back.
#[component]
fn InviteOne() -> impl IntoView {
    let problem = query::form_problem().filter(|problem| AT_FORM.contains(problem));
    let at_name = problem == Some(FormProblem::BadName);
    let words = |at: bool| {
        problem
            .filter(|_| at)
            .map(|problem| form_problem(problem).to_owned())
    };
    view! {
        <details class="fold" open=problem.is_some()>
            <summary>"Invite somebody"</summary>
            <form class="form" method="post" action=CreateInvitation::PATH>
                <div class="field">
                    <label for="email">"E-mail"</label>
                    <input
                        id="email"
                        name="email"
                        type="email"
                        autocomplete="off"
                        maxlength="254"
                        required
                        autofocus=problem.is_some() && !at_name
                        aria-describedby="email-problem"
                        aria-invalid=(problem.is_some() && !at_name).then_some("true")
                    />
                    <FieldProblem id="email-problem" problem=words(!at_name)/>
                </div>
                <div class="field">
                    <label for="first_name">"First name"</label>
                    <input
                        id="first_name"
                        name="first_name"
                        autocomplete="off"
                        maxlength="100"
                        autofocus=at_name
                        aria-describedby="name-problem"
                        aria-invalid=at_name.then_some("true")
                    />
                    <FieldProblem id="name-problem" problem=words(at_name)/>
                </div>
                <div class="field">
                    <label for="last_name">"Last name"</label>
                    <input id="last_name" name="last_name" autocomplete="off" maxlength="100"/>
                </div>
                <p class="fine">
                    "The names may stay empty: Clio fills them in. The person gets a mail with a link that works once, for 7 days, and becomes a member when they open it with their Clio login."
                </p>
                <p class="actions">
                    <button class="button">"Send the invitation"</button>
                </p>
            </form>
        </details>
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
                <label class="unseen" for="q">
                    "Name or e-mail"
                </label>
                <div class="field-line">
                    <input
                        id="q"
                        name="q"
                        type="search"
                        placeholder="Name or e-mail"
                        maxlength="100"
                        value=search.clone()
                    />
                    {state
                        .map(|state| {
                            view! { <input type="hidden" name="show" value=state.code()/> }
                        })}
                    <button class="button button-quiet">"Search"</button>
                </div>
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

#[component]
fn Table(rows: Vec<Invitation>, may_invite: bool) -> impl IntoView {
    view! {
        <table class="table">
            <thead>
                <tr>
                    <th scope="col">"Person"</th>
                    <th scope="col">"State"</th>
                    <th scope="col">"Invited by"</th>
                    <th scope="col" class="number">
                        "Invited"
                    </th>
                    <th scope="col">"The link"</th>
                    {may_invite
                        .then(|| {
                            view! {
                                <th scope="col">
                                    <span class="unseen">"What can be done"</span>
                                </th>
                            }
                        })}
                </tr>
            </thead>
            <tbody>
                {rows.into_iter().map(|row| view! { <Row row may_invite/> }).collect_view()}
            </tbody>
        </table>
    }
}

#[component]
fn Row(row: Invitation, may_invite: bool) -> impl IntoView {
    let Invitation {
        id,
        name,
        email,
        state,
        invited_by,
        invited,
        sent,
        good_until,
        ended,
        can_resend,
        can_revoke,
        can_restore,
    } = row;
    let (first, second) = if name.is_empty() {
        (email.clone(), None)
    } else {
        (name, Some(email.clone()))
    };
    let badge = match state {
        InvitationState::Accepted => "badge badge-good",
        InvitationState::Waiting => "badge",
        InvitationState::Expired => "badge badge-caution",
        InvitationState::Withdrawn => "badge badge-off",
    };
    let link = match (state, sent) {
        (InvitationState::Accepted | InvitationState::Withdrawn, _) => None,
        (InvitationState::Waiting, Some(sent)) => Some(
            view! { "Mailed " <When moment=sent/> {format!(", good until {good_until}")} }
                .into_any(),
        ),
        (InvitationState::Waiting, None) => {
            Some(view! { {format!("Handed over, good until {good_until}")} }.into_any())
        }
        (InvitationState::Expired, _) => {
            Some(view! { {format!("Over since {good_until}")} }.into_any())
        }
    };
    let to_whom = format!(" to {email}");
    view! {
        <tr>
            <th scope="row">
                <a href=format!("/admin/accounts/{id}")>{first}</a>
                {second.map(|second| view! { <span class="second">{second}</span> })}
            </th>
            <td data-label="State">
                <span>
                    <span class=badge>{invitation_state(state)}</span>
                    {ended.map(|ended| view! { " " <When moment=ended/> })}
                </span>
            </td>
            <td data-label="Invited by">
                {invited_by.unwrap_or_else(|| "The command line".to_owned())}
            </td>
            <td class="number" data-label="Invited">
                <When moment=invited/>
            </td>
            <td data-label="The link">{link.map(|link| view! { <span>{link}</span> })}</td>
            {may_invite
                .then(|| {
                    view! {
                        <td class="acts">
                            {can_resend
                                .then(|| {
                                    view! {
                                        <Act
                                            action=ResendInvitation::PATH
                                            id=id.clone()
                                            says="Send again"
                                            heard=to_whom.clone()
                                        />
                                    }
                                })}
                            {can_revoke
                                .then(|| {
                                    view! { <Withdraw id=id.clone() heard=to_whom.clone()/> }
                                })}
                            {can_restore
                                .then(|| {
                                    view! {
                                        <Act
                                            action=RestoreInvitation::PATH
                                            id
                                            says="Undo"
                                            heard=to_whom
                                        />
                                    }
                                })}
                        </td>
                    }
                })}
        </tr>
    }
}

/// What withdrawing does, and the button that does it.
#[component]
fn Withdraw(id: String, heard: String) -> impl IntoView {
    view! {
        <details class="act-fold">
            <summary>"Withdraw" <span class="unseen">{format!(" the invitation{heard}")}</span></summary>
            <p class="fine">
                "The link opens nothing any more, and a mail says so. You can undo this for 14 days."
            </p>
            <Act action=RevokeInvitation::PATH id says="Withdraw the invitation" heard/>
        </details>
    }
}

/// A button for one invitation; who listens hears whose.
#[component]
fn Act(action: &'static str, id: String, says: &'static str, heard: String) -> impl IntoView {
    view! {
        <form class="inline-form" method="post" action=action>
            <input type="hidden" name="invitation" value=id/>
            <button class="link-button">{says} <span class="unseen">{heard}</span></button>
        </form>
    }
}
