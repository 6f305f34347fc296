//! `/admin/links/{id}`: one link, and `/admin/links/{id}/unlink`: what ending it will do.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

use super::{
    DeskPage,
    account::NoteForm,
    pieces::{
        ConfirmFirst, Fact, FactWhen, ReasonField, StatusBadge, browsers_signed_out, opened_by,
    },
    timeline::History,
};
use crate::{
    api::desk::{MarkReviewed, NoteLink, Unlink},
    components::{DoneNote, FormNote, When},
    gate,
    pages::NotFound,
    query,
    wire::{
        FormProblem,
        desk::{Frame, Link, LinkDossier, Reviewed, UnlinkPage},
    },
    words::{self, desk, form_problem},
};

/// The room whose pages they are.
const ROOM: &str = "/admin/links";
/// What the pages say at the fields themselves.
const AT_FIELDS: &[FormProblem] = &[FormProblem::ReasonMissing, FormProblem::TooLong];

/// One link: both its sides, where it came from, and what happened to it.
#[component]
pub fn LinkPage() -> impl IntoView {
    let id = use_params_map()
        .read_untracked()
        .get("id")
        .unwrap_or_default();
    let here = query::desk_page("links", &id, None);
    let visitor = match gate::desk_visitor(&here) {
        Ok(visitor) => visitor,
        Err(elsewhere) => return elsewhere,
    };
    Suspend::new(async move {
        let before = query::parameter("before");
        let found = match visitor.backend.link_dossier(id, before).await {
            Ok(Some(dossier)) => visitor.backend.frame().await.map(|frame| (dossier, frame)),
            Ok(None) => return view! { <NotFound/> }.into_any(),
            Err(failure) => Err(failure),
        };
        match found {
            Ok((dossier, frame)) => view! { <Document dossier here frame/> }.into_any(),
            Err(failure) => gate::failed(failure, &here),
        }
    })
    .into_any()
}

#[component]
fn Document(dossier: LinkDossier, here: String, frame: Frame) -> impl IntoView {
    let LinkDossier {
        link,
        clio_id,
        person,
        email,
        role,
        status,
        made_from,
        reviewed,
        may_review,
        may_unlink,
        timeline,
    } = dossier;
    let title = format!("{} and their Clio login", person.name);
    let account = query::desk_page("accounts", &person.id, None);
    let id = link.id.clone();
    let unlink = may_unlink.then(|| query::desk_page("links", &id, Some("unlink")));
    let ended = link.unlinked.is_some();
    view! {
        <DeskPage title=title here=ROOM frame>
            <div class="desk-head">
                <h1 class="address">{person.name.clone()} " and their Clio login"</h1>
                {ended.then(|| view! { <span class="badge badge-danger">"Unlinked"</span> })}
                {unlink
                    .map(|href| {
                        view! {
                            <p class="actions">
                                <a class="button button-quiet" href=href>
                                    "Unlink"
                                </a>
                            </p>
                        }
                    })}
            </div>
            <DoneNote says=desk::desk_done/>
            <FormNote but=AT_FIELDS/>
            <div class="columns">
                <section>
                    <h2>"The account here"</h2>
                    <dl class="facts">
                        <div>
                            <dt>"Whose"</dt>
                            <dd>
                                <a class="address" href=account>
                                    {person.name}
                                </a>
                            </dd>
                        </div>
                        <Fact name="E-mail" value=email/>
                        <Fact name="Role" value=words::role(role)/>
                        <div>
                            <dt>"State"</dt>
                            <dd>
                                <StatusBadge status/>
                            </dd>
                        </div>
                    </dl>
                </section>
                <section>
                    <h2>"The Clio login"</h2>
                    <ClioSide link clio_id made_from/>
                </section>
            </div>
            <Review reviewed may_review id=id.clone()/>
            <NoteForm action=NoteLink::PATH field="link" id=id.clone()/>
            <History timeline here link=Some(id)/>
        </DeskPage>
    }
}

#[component]
fn ClioSide(link: Link, clio_id: String, made_from: String) -> impl IntoView {
    let how = format!("Linked{}", desk::how_linked(link.method));
    view! {
        <dl class="facts">
            <Fact name="Name at Clio" value=link.clio_name/>
            <Fact name="E-mail at Clio" value=link.clio_email.unwrap_or_default()/>
            <Fact name="Clio’s number for it" value=clio_id/>
            <Fact name="How" value=how/>
            {(!made_from.is_empty()).then(|| view! { <Fact name="From" value=made_from/> })}
            <FactWhen name="Linked" moment=link.linked/>
            <FactWhen name="Last used" moment=link.last_used/>
            {link.unlinked.map(|moment| view! { <FactWhen name="Unlinked" moment/> })}
        </dl>
    }
}

/// Who found the link right, and the button to do so.
#[component]
fn Review(reviewed: Option<Reviewed>, may_review: bool, id: String) -> impl IntoView {
    view! {
        <section>
            <h2>"Review"</h2>
            {match reviewed {
                Some(Reviewed { at, by }) => {
                    let href = query::desk_page("accounts", &by.id, None);
                    view! {
                        <p>
                            "Found right " <When moment=at/> " by "
                            <a class="address" href=href>
                                {by.name}
                            </a> "."
                        </p>
                    }
                        .into_any()
                }
                None => view! { <p>"Nobody has reviewed it yet."</p> }.into_any(),
            }}
            {may_review
                .then(|| {
                    view! {
                        <form class="form" method="post" action=MarkReviewed::PATH>
                            <input type="hidden" name="link" value=id/>
                            <div class="field">
                                <label for="review-note">"How you know, if you like"</label>
                                <input id="review-note" name="note" type="text" maxlength="500"/>
                            </div>
                            <p class="actions">
                                <button class="button button-quiet">"Mark as reviewed"</button>
                            </p>
                            <p class="fine">
                                "It attests that login and account belong to one person. It changes nobody’s access, and can be undone for 14 days."
                            </p>
                        </form>
                    }
                })}
        </section>
    }
}

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
        let found = match visitor.backend.unlink_page(id).await {
            Ok(Some(page)) => visitor.backend.frame().await.map(|frame| (page, frame)),
            Ok(None) => return view! { <NotFound/> }.into_any(),
            Err(failure) => Err(failure),
        };
        match found {
            Ok((page, frame)) => view! { <Question page here frame/> }.into_any(),
            Err(failure) => gate::failed(failure, &here),
        }
    })
    .into_any()
}

#[component]
fn Question(page: UnlinkPage, here: String, frame: Frame) -> impl IntoView {
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
    let title = format!("Unlink a Clio login of {}", person.name);
    let contents = match barred {
        Some(problem) if query::form_problem().is_none() => view! {
            <section class="note" role="alert">
                <p>{form_problem(problem)}</p>
            </section>
        }
        .into_any(),
        Some(_) => ().into_any(),
        None => {
            let consequences = [
                format!("The login {login} no longer opens the account of {}.", person.name),
                browsers_signed_out(sessions),
                opened_by("From then on", openers),
                "It isn’t linked again by itself: whoever signs in with it is asked to prove the account, or waits to be let in.".to_owned(),
                format!("A mail to {email} says so."),
                format!("It can be undone until {undo_until}, from what happened to the account."),
            ];
            view! {
                <section>
                    <h2>"What will happen"</h2>
                    <ul class="plain">
                        {consequences.map(|says| view! { <li class="address">{says}</li> }).collect_view()}
                    </ul>
                </section>
                {if is_fresh {
                    view! {
                        <form class="form" method="post" action=Unlink::PATH>
                            <input type="hidden" name="link" value=link/>
                            <ReasonField required=true/>
                            <p class="actions">
                                <button class="button">"Unlink"</button>
                            </p>
                        </form>
                    }
                        .into_any()
                } else {
                    view! { <ConfirmFirst href=query::confirm_link(&here)/> }.into_any()
                }}
            }
            .into_any()
        }
    };
    view! {
        <DeskPage title=title.clone() here=ROOM frame>
            <h1 class="address">{title}</h1>
            <FormNote but=AT_FIELDS/>
            {contents}
            <p>
                <a class="alone" href=back>
                    "Back to the link"
                </a>
            </p>
        </DeskPage>
    }
}
