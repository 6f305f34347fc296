//! `/pending`: signed in with Clio, not admitted yet.

use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    api::{AdmitByCode, AskToBeAdmitted, SendAdmissionCode},
    components::{
        CodeField, FormNote, InTab, IslandScripts, ManageNote, ManageRegions, Page, When,
    },
    gate,
    islands::{AdmissionWatch, SentInPlace},
    query,
    wire::{FormProblem, Moment, OwnManage, Waiting},
    words::{form_problem, turned_down},
};

/// What is said at the field for the code rather than above it.
const AT_FIELD: &[FormProblem] = &[FormProblem::WrongCode];

/// What this person waits for, and what can be done about it.
#[component]
pub fn PendingPage() -> impl IntoView {
    let visitor = match gate::waiting_visitor("/pending") {
        Ok(visitor) => visitor,
        Err(elsewhere) => return elsewhere,
    };
    Suspend::new(async move {
        match visitor.backend.waiting().await {
            Ok(Some(Waiting::ForApproval {
                email,
                since,
                is_proved,
                manage,
            })) => view! { <ForApproval email since is_proved manage/> }.into_any(),
            Ok(Some(Waiting::ForMembership {
                email,
                manage,
                may_ask,
            })) => view! { <ForMembership email manage=*manage may_ask/> }.into_any(),
            Ok(Some(Waiting::ForProof {
                email,
                since,
                asked,
                note,
                code_sent,
            })) => view! { <ForProof email since asked note code_sent/> }.into_any(),
            Ok(Some(Waiting::ForMailbox { email, code_sent })) => {
                view! { <ForMailbox email code_sent/> }.into_any()
            }
            // Admitted a moment ago.
            Ok(None) => gate::elsewhere("/welcome"),
            Err(failure) => gate::failed(failure, "/pending"),
        }
    })
    .into_any()
}

#[component]
fn ForApproval(
    email: String,
    since: Moment,
    is_proved: bool,
    manage: Option<Box<OwnManage>>,
) -> impl IntoView {
    view! {
        <Page title="Waiting for approval">
            <h1>"Waiting for approval"</h1>
            <ManageNote/>
            {is_proved
                .then(|| {
                    view! {
                        <div class="note note-good" role="status">
                            <p>"You have shown that the mailbox is yours. An administrator sees it."</p>
                        </div>
                    }
                })}
            <p class="lead">
                "Clio has told us who you are, and the firm decides who gets an account."
                {manage.is_none().then_some(" There is nothing more for you to do.")}
            </p>
            <dl class="facts">
                <div>
                    <dt>"Your e-mail"</dt>
                    <dd class="address">{email}</dd>
                </div>
                <div>
                    <dt>"Waiting since"</dt>
                    <dd>
                        <When moment=since/>
                    </dd>
                </div>
            </dl>
            <section>
                <h2>"What happens next"</h2>
                <ol>
                    <li>"An administrator of the firm looks at your request."</li>
                    <li>"Once it is approved, you come in with the same Clio login."</li>
                </ol>
                <AdmissionWatch/>
                <p class="actions">
                    <a class="button button-quiet" href="/pending">
                        "Look again"
                    </a>
                </p>
            </section>
            {manage
                .map(|manage| {
                    view! {
                        <section>
                            <h2>"Show that you belong to the firm"</h2>
                            <TurnedDown manage=&manage/>
                            <p>
                                "If that has changed, Clio Manage can let you in without an administrator."
                            </p>
                            <ManageRegions
                                regions=manage.regions
                                purpose="admission"
                                says="Ask Clio Manage again"
                            />
                        </section>
                    }
                })}
            <p class="fine">"If it is urgent, ask your firm’s administrator directly."</p>
            <IslandScripts/>
        </Page>
    }
}

/// What Clio Manage said the last time, where it didn't let the person in.
#[component]
fn TurnedDown<'a>(manage: &'a OwnManage) -> impl IntoView + use<> {
    let said = manage.turned_down.as_ref();
    said.map(|(user, why)| view! { <p>{turned_down(user, *why)}</p> })
}

#[component]
fn ForMembership(email: String, manage: OwnManage, may_ask: bool) -> impl IntoView {
    view! {
        <Page title="Show that you belong to the firm">
            <h1>"Show that you belong to the firm"</h1>
            <ManageNote/>
            <p class="lead">
                "Clio has told us who you are. Clio Manage knows who works at the firm: approve there, and you are in at once."
            </p>
            <TurnedDown manage=&manage/>
            <dl class="facts">
                <div>
                    <dt>"Your e-mail"</dt>
                    <dd class="address">{email}</dd>
                </div>
            </dl>
            <section>
                <h2>"Ask Clio Manage"</h2>
                <p>
                    "Use the Clio Manage login that has this e-mail. We read who you are there, and nothing else."
                </p>
                <ManageRegions
                    regions=manage.regions
                    purpose="admission"
                    says="Continue to Clio Manage"
                />
            </section>
            {may_ask
                .then(|| {
                    view! {
                        <section>
                            <h2>"No Clio Manage login?"</h2>
                            <p>"An administrator of the firm can let you in as well."</p>
                            <form method="post" action=AskToBeAdmitted::PATH>
                                <p class="actions">
                                    <button class="button button-quiet">"Ask an administrator"</button>
                                </p>
                            </form>
                        </section>
                    }
                })}
            <p class="fine">
                "For members of the firm. Client-portal logins can’t be used here."
            </p>
        </Page>
    }
}

#[component]
fn ForProof(
    email: String,
    since: Moment,
    asked: Moment,
    note: String,
    code_sent: bool,
) -> impl IntoView {
    view! {
        <Page title="One more step before approval">
            <h1>"One more step before approval"</h1>
            <p class="lead">
                "An administrator looks at your request, and asks you to show that the mailbox "
                <span class="address">{email.clone()}</span> " is yours."
            </p>
            {(!note.is_empty())
                .then(|| {
                    view! {
                        <blockquote class="message">
                            <p>{note}</p>
                            <p class="fine">"What the administrator wrote"</p>
                        </blockquote>
                    }
                })}
            <dl class="facts">
                <div>
                    <dt>"Waiting since"</dt>
                    <dd>
                        <When moment=since/>
                    </dd>
                </div>
                <div>
                    <dt>"Asked"</dt>
                    <dd>
                        <When moment=asked/>
                    </dd>
                </div>
            </dl>
            <section>
                <h2>"Show that the mailbox is yours"</h2>
                <Codes email code_sent ends=" to show it. The administrator decides then." act="Show it"/>
            </section>
        </Page>
    }
}

#[component]
fn ForMailbox(email: String, code_sent: bool) -> impl IntoView {
    view! {
        <Page title="Show that this mailbox is yours">
            <h1>"Show that this mailbox is yours"</h1>
            <Codes email code_sent ends=", and you are in at once." act="Go in"/>
        </Page>
    }
}

/// Sends codes to the mailbox and takes them.
#[component]
fn Codes(email: String, code_sent: bool, ends: &'static str, act: &'static str) -> impl IntoView {
    let (we_send, send, look) = if code_sent {
        (
            "We sent a code to ",
            "Send a new code",
            "button button-quiet",
        )
    } else {
        ("We send a code to ", "Send the code", "button")
    };
    let form = if code_sent {
        view! { <CodeForm act/> }.into_any()
    } else {
        view! { <FormNote codes=true/> }.into_any()
    };
    view! {
        <p class="lead">{we_send} <span class="address">{email}</span> ". Type it here" {ends}</p>
        {form}
        <form class="form" method="post" action=SendAdmissionCode::PATH>
            <p class="actions">
                <button class=look>{send}</button>
            </p>
            <p class="fine">"If nothing arrives within a few minutes, look into the folder for unwanted mail."</p>
        </form>
        <AdmissionWatch/>
        <IslandScripts/>
    }
}

#[component]
fn CodeForm(act: &'static str) -> impl IntoView {
    let problem = query::form_problem();
    let at_field = problem
        .filter(|problem| AT_FIELD.contains(problem))
        .map(|problem| form_problem(problem).to_owned());
    view! {
        {problem.is_none().then(|| view! { <InTab says="A code is on its way."/> })}
        <FormNote but=AT_FIELD codes=true/>
        <SentInPlace>
            <form class="form" method="post" action=AdmitByCode::PATH>
                <CodeField problem=at_field/>
                <p class="actions">
                    <button class="button">{act}</button>
                </p>
            </form>
        </SentInPlace>
    }
}
