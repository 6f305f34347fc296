//! `/admin/links/{id}`: one link.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

use super::{
    DeskPage,
    account::NoteForm,
    frame::about,
    pieces::{Fact, FactWhen, StatusBadge},
    timeline::History,
};
use crate::{
    api::desk::{MarkReviewed, NoteLink},
    components::{DoneNote, FormNote, When},
    gate, query,
    wire::{
        FormProblem,
        desk::{Frame, Link, LinkDossier, Reviewed},
    },
    words::{self, desk},
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
        let finding = visitor.backend.link_dossier(id, before);
        about(&visitor, finding, &here, |dossier, frame| {
            view! { <Document dossier here=here.clone() frame/> }.into_any()
        })
        .await
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
