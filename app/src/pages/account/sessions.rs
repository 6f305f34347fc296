//! `/account/sessions`: the browsers that are signed in to one's own account.

use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    api::EndSessions,
    components::{AccountNav, DoneNote, FormNote, Page, When},
    gate,
    wire::OpenSession,
    words::how_opened,
};

const HERE: &str = "/account/sessions";

/// Who is in, and how to show them out.
#[component]
pub fn SessionsPage() -> impl IntoView {
    let visitor = match gate::active_visitor(HERE) {
        Ok(visitor) => visitor,
        Err(elsewhere) => return elsewhere,
    };
    Suspend::new(async move {
        match visitor.backend.sessions().await {
            Ok(sessions) => view! { <Document sessions/> }.into_any(),
            Err(failure) => gate::failed(failure, HERE),
        }
    })
    .into_any()
}

#[component]
fn Document(sessions: Vec<OpenSession>) -> impl IntoView {
    let has_others = sessions.iter().any(|session| !session.current);
    view! {
        <Page title="Sessions">
            <AccountNav here=HERE/>
            <h1>"Sessions"</h1>
            <p class="lead">"The browsers that are signed in to your account."</p>
            <DoneNote/>
            <FormNote/>
            <ul class="timeline">
                {sessions
                    .into_iter()
                    .map(|session| view! { <Entry session/> })
                    .collect_view()}
            </ul>
            <section>
                <h2>"Several at once"</h2>
                {has_others
                    .then(|| {
                        view! {
                            <Together
                                session="others"
                                says="Every browser but this one will be signed out."
                                act="Sign out all other browsers"
                            />
                        }
                    })}
                <Together
                    session="all"
                    says="Every browser will be signed out, this one as well. You will have to sign in again."
                    act="Sign out everywhere"
                />
            </section>
            <p class="fine">
                "If one of them isn’t yours, end it, change the password they used, whether Clio’s or the one of this account, and tell your firm’s administrator."
            </p>
        </Page>
    }
}

#[component]
fn Entry(session: OpenSession) -> impl IntoView {
    let OpenSession {
        id,
        device,
        address,
        opener,
        opened,
        last_seen,
        current,
    } = session;
    // Several may be of one kind: tells headings and buttons apart for whoever hears them alone.
    let since = format!(", opened {} from {address}", opened.full);
    let act = if current {
        "Sign out here".into_any()
    } else {
        view! {
            "End this session"
            <span class="unseen">{format!(" in {device}{since}")}</span>
        }
        .into_any()
    };
    view! {
        <li class="with-act" class:current=current>
            <div>
                <h2>
                    {device} <span class="unseen">{since.clone()}</span>
                    {current
                        .then(|| {
                            view! {
                                " "
                                <span class="badge badge-good">"This browser"</span>
                            }
                        })}
                </h2>
                <p class="fine">
                    "Opened " <When moment=opened/> {how_opened(opener)} " · from "
                    <span class="address">{address}</span>
                </p>
                <p class="fine">"Last seen " <When moment=last_seen/></p>
            </div>
            <form method="post" action=EndSessions::PATH>
                <input type="hidden" name="session" value=id/>
                <button class="button button-quiet">{act}</button>
            </form>
        </li>
    }
}

#[component]
fn Together(session: &'static str, says: &'static str, act: &'static str) -> impl IntoView {
    view! {
        <form class="with-act" method="post" action=EndSessions::PATH>
            <p>{says}</p>
            <button class="button button-quiet" name="session" value=session>
                {act}
            </button>
        </form>
    }
}
