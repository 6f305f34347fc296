//! `/admin/accounts/{id}`: one account.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

use super::{
    DeskPage,
    frame::about,
    pieces::{Fact, FactWhen, StatusBadge},
    timeline::History,
};
use crate::{
    api::{ResendInvitation, desk::NoteAccount},
    components::{DoneNote, FieldProblem, FormNote, When},
    gate, query,
    wire::{
        FormProblem, OpenSession, Status,
        desk::{AccountDossier, Frame, Link},
    },
    words::{self, desk, form_problem, how_opened},
};

/// The room whose page it is.
const ROOM: &str = "/admin/links";

/// One account: who, what opens it, who is in, what happened, and what can be done.
#[component]
pub fn AccountPage() -> impl IntoView {
    let id = use_params_map()
        .read_untracked()
        .get("id")
        .unwrap_or_default();
    let here = query::desk_page("accounts", &id, None);
    let visitor = match gate::desk_visitor(&here) {
        Ok(visitor) => visitor,
        Err(elsewhere) => return elsewhere,
    };
    Suspend::new(async move {
        let before = query::parameter("before");
        let finding = visitor.backend.account_dossier(id, before);
        about(&visitor, finding, &here, |dossier, frame| {
            view! { <Document dossier here=here.clone() frame/> }.into_any()
        })
        .await
    })
    .into_any()
}

#[component]
fn Document(dossier: AccountDossier, here: String, frame: Frame) -> impl IntoView {
    let id = dossier.person.id.clone();
    let name = dossier.person.name.clone();
    let acts = dossier.acts.clone();
    let links = dossier.links.clone();
    let sessions = dossier.sessions.clone();
    let timeline = dossier.timeline.clone();
    view! {
        <DeskPage title=name.clone() here=ROOM frame>
            <div class="desk-head">
                <h1 class="address">{name}</h1>
                <StatusBadge status=dossier.status/>
                <p class="actions">
                    {acts
                        .into_iter()
                        .map(|act| {
                            let href = query::desk_page("accounts", &id, Some(act.word()));
                            view! {
                                <a class="button button-quiet" href=href>
                                    {desk::act(act)}
                                </a>
                            }
                        })
                        .collect_view()}
                </p>
            </div>
            <DoneNote says=desk::desk_done/>
            <FormNote but=&[FormProblem::ReasonMissing, FormProblem::TooLong]/>
            <Facts dossier/>
            <Links links/>
            <Sessions sessions/>
            <NoteForm action=NoteAccount::PATH field="account" id=id.clone()/>
            <History timeline here/>
        </DeskPage>
    }
}

#[component]
fn Facts(dossier: AccountDossier) -> impl IntoView {
    let AccountDossier {
        first_name,
        last_name,
        email,
        email_verified,
        role,
        status,
        status_since,
        suspended_until,
        created,
        last_used,
        has_password,
        questions,
        can_resend,
        person,
        ..
    } = dossier;
    let (account, invited) = (person.id, email.clone());
    let password = if has_password {
        "It has one"
    } else {
        "It has none"
    };
    let term = match (status, suspended_until) {
        (Status::Suspended, Some(day)) => Some(format!("{day}, by itself")),
        (Status::Suspended, None) => Some("When an administrator reactivates it".to_owned()),
        _ => None,
    };
    view! {
        <dl class="facts">
            <Fact name="First name" value=first_name/>
            <Fact name="Last name" value=last_name/>
            <div>
                <dt>"E-mail"</dt>
                <dd class="address">
                    {email}
                    <span class="fine">
                        {match email_verified {
                            Some(moment) => view! { ", proved or vouched for " <When moment/> }.into_any(),
                            None => ", which nobody has proved".into_any(),
                        }}
                    </span>
                </dd>
            </div>
            <Fact name="Role" value=words::role(role)/>
            <div>
                <dt>"State"</dt>
                <dd>{desk::status(status)} <span class="fine">", since " <When moment=status_since/></span></dd>
            </div>
            {term.map(|term| view! { <Fact name="Opens again" value=term/> })}
            {(status == Status::Invited)
                .then(|| {
                    view! {
                        <div>
                            <dt>"Invitation"</dt>
                            <dd>
                                <Invitation account email=invited can_resend/>
                            </dd>
                        </div>
                    }
                })}
            <FactWhen name="Account since" moment=created/>
            {last_used.map(|moment| view! { <FactWhen name="Last used" moment/> })}
            <Fact name="Password" value=password/>
            {(questions > 0)
                .then(|| {
                    let says = if questions == 1 {
                        "1 question in the queue".to_owned()
                    } else {
                        format!("{questions} questions in the queue")
                    };
                    view! {
                        <div>
                            <dt>"Waits"</dt>
                            <dd>
                                <a href="/admin/queue">{says}</a>
                            </dd>
                        </div>
                    }
                })}
        </dl>
    }
}

/// The way to the invitation, and the button that mails it again.
#[component]
fn Invitation(account: String, email: String, can_resend: bool) -> impl IntoView {
    let href = query::link("/admin/invitations", &[("q", &email)]);
    view! {
        {can_resend
            .then(|| {
                view! {
                    <form class="inline-form" method="post" action=ResendInvitation::PATH>
                        <input type="hidden" name="invitation" value=account/>
                        <button class="button button-quiet">"Send it again"</button>
                    </form>
                    <p class="fine">
                        "A new link is mailed to " <span class="address">{email}</span>
                        "; it works once, for 7 days. The older one opens nothing from then on."
                    </p>
                }
            })}
        <a class="alone" href=href>
            "See it among the invitations"
        </a>
    }
}

#[component]
fn Links(links: Vec<Link>) -> impl IntoView {
    let contents = if links.is_empty() {
        view! { <p>"No Clio login opens it, and none has."</p> }.into_any()
    } else {
        view! {
            <ul class="rows">
                {links.into_iter().map(|link| view! { <OneLink link/> }).collect_view()}
            </ul>
        }
        .into_any()
    };
    view! {
        <section>
            <h2>"What opens it"</h2>
            {contents}
        </section>
    }
}

#[component]
fn OneLink(link: Link) -> impl IntoView {
    let href = query::desk_page("links", &link.id, None);
    let name = link
        .clio_email
        .unwrap_or_else(|| format!("Clio login linked {}", link.linked.full));
    view! {
        <li>
            <h3>
                <a class="address alone" href=href>
                    {name}
                </a>
            </h3>
            <p class="fine">
                "Linked " <When moment=link.linked/> {desk::how_linked(link.method)}
            </p>
            <p class="fine">
                {match link.unlinked {
                    Some(moment) => view! { "Unlinked " <When moment/> }.into_any(),
                    None => view! { "Last used " <When moment=link.last_used/> }.into_any(),
                }}
            </p>
        </li>
    }
}

#[component]
fn Sessions(sessions: Vec<OpenSession>) -> impl IntoView {
    let contents = if sessions.is_empty() {
        view! { <p>"Nobody is signed in to it at the moment."</p> }.into_any()
    } else {
        view! {
            <ul class="timeline">
                {sessions
                    .into_iter()
                    .map(|session| {
                        view! {
                            <li class:current=session.current>
                                <h3>{session.device}</h3>
                                <p class="fine">
                                    "Opened " <When moment=session.opened/> {how_opened(session.opener)}
                                    " · from " <span class="address">{session.address}</span>
                                    " · last seen " <When moment=session.last_seen/>
                                </p>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
        }
        .into_any()
    };
    view! {
        <section>
            <h2>"Who is signed in"</h2>
            {contents}
        </section>
    }
}

/// Where a note is written.
#[component]
pub fn NoteForm(
    /// Where the form is sent.
    action: &'static str,
    /// The field that says what the note is about.
    field: &'static str,
    /// What it is about.
    id: String,
) -> impl IntoView {
    let problem = query::form_problem()
        .filter(|problem| [FormProblem::ReasonMissing, FormProblem::TooLong].contains(problem))
        .map(|problem| match problem {
            FormProblem::ReasonMissing => {
                "Write something first; nothing is kept so far.".to_owned()
            }
            other => form_problem(other).to_owned(),
        });
    view! {
        <section>
            <h2>"Notes"</h2>
            <form class="form" method="post" action=action>
                <input type="hidden" name=field value=id/>
                <div class="field">
                    <label for="note">"A note for others at this desk"</label>
                    <textarea
                        id="note"
                        name="note"
                        rows="2"
                        maxlength="2000"
                        required
                        autofocus=problem.is_some()
                        aria-describedby="note-problem"
                        aria-invalid=problem.as_ref().map(|_| "true")
                    ></textarea>
                    <FieldProblem id="note-problem" problem/>
                </div>
                <p class="actions">
                    <button class="button button-quiet">"Keep the note"</button>
                </p>
            </form>
        </section>
    }
}
