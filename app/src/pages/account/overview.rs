//! `/account`: one's own account, as a document.

use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    api::SettleSuggestion,
    components::{AccountNav, DoneNote, FormNote, Page, SignOutButton, When},
    gate,
    wire::{Account, Connection, OpenCase, ProfileField, SignIn, Suggestion},
    words,
};

/// How many of the last sign-ins this page shows; another one has them all.
const SIGN_INS: usize = 3;

/// What the account says, what opens it, and when it was opened.
#[component]
pub fn AccountPage() -> impl IntoView {
    let visitor = match gate::active_visitor("/account") {
        Ok(visitor) => visitor,
        Err(elsewhere) => return elsewhere,
    };
    Suspend::new(async move {
        match visitor.backend.account().await {
            Ok(account) => view! { <Document account name=visitor.viewer.name/> }.into_any(),
            Err(failure) => gate::failed(failure, "/account"),
        }
    })
    .into_any()
}

#[component]
fn Document(account: Account, name: String) -> impl IntoView {
    let Account {
        first_name,
        last_name,
        email,
        role,
        created,
        connections,
        sign_ins,
        suggestions,
        cases,
    } = account;
    view! {
        <Page title="Your account">
            <AccountNav here="/account"/>
            <h1>{name}</h1>
            <p class="lead">"Your account, and what opens it."</p>
            <DoneNote/>
            <FormNote/>
            <dl class="facts">
                <Fact name="First name" value=first_name/>
                <Fact name="Last name" value=last_name/>
                <Fact name="E-mail" value=email/>
                <Fact name="Role" value=words::role(role).to_owned()/>
                <div>
                    <dt>"Account since"</dt>
                    <dd>
                        <When moment=created/>
                    </dd>
                </div>
            </dl>
            {(!cases.is_empty()).then(|| view! { <Waiting cases/> })}
            {(!suggestions.is_empty())
                .then(|| {
                    view! {
                        <section>
                            <h2>"What Clio says differently"</h2>
                            <ul class="rows">
                                {suggestions
                                    .into_iter()
                                    .map(|suggestion| view! { <Difference suggestion/> })
                                    .collect_view()}
                            </ul>
                        </section>
                    }
                })}
            <section>
                <h2>"What opens this account"</h2>
                <Openers connections/>
                <p>
                    <a class="alone" href="/account/connections">
                        "Manage connections"
                    </a>
                </p>
            </section>
            <section>
                <h2>"Your last sign-ins"</h2>
                <ol class="timeline">
                    {sign_ins
                        .into_iter()
                        .take(SIGN_INS)
                        .map(|sign_in| view! { <Entry sign_in/> })
                        .collect_view()}
                </ol>
                <p>
                    <a class="alone" href="/account/activity">
                        "See everything that happened"
                    </a>
                </p>
                <p class="fine">
                    "If one of them wasn’t you, " <a href="/account/sessions">"end its session"</a>
                    ", change the password they used, whether Clio’s or the one of this account, and tell your firm’s administrator."
                </p>
            </section>
            <div class="last-word">"Leaving this desk? " <SignOutButton/></div>
        </Page>
    }
}

/// What an administrator hasn't decided yet.
#[component]
fn Waiting(cases: Vec<OpenCase>) -> impl IntoView {
    view! {
        <section>
            <h2>"Waiting for an administrator"</h2>
            <ul class="rows">
                {cases
                    .into_iter()
                    .map(|case| {
                        view! {
                            <li>
                                <p>{words::case(case.about)}</p>
                                <p class="fine">
                                    "Since " <When moment=case.since/> " · reference "
                                    <code>{case.reference}</code>
                                </p>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
            <p class="fine">"A mail tells you how it is decided. Until then nothing changes."</p>
        </section>
    }
}

#[component]
fn Fact(name: &'static str, value: String) -> impl IntoView {
    let value = if value.is_empty() {
        view! { <dd class="absent">"Not given"</dd> }.into_any()
    } else {
        view! { <dd class="address">{value}</dd> }.into_any()
    };
    view! {
        <div>
            <dt>{name}</dt>
            {value}
        </div>
    }
}

#[component]
fn Openers(connections: Vec<Connection>) -> impl IntoView {
    if connections.is_empty() {
        return view! { <p>"No Clio login does at the moment."</p> }.into_any();
    }
    view! {
        <ul class="rows">
            {connections
                .into_iter()
                .map(|connection| view! { <Opener connection/> })
                .collect_view()}
        </ul>
    }
    .into_any()
}

#[component]
fn Opener(connection: Connection) -> impl IntoView {
    let Connection {
        clio_email,
        method,
        linked,
        last_used,
        ..
    } = connection;
    view! {
        <li>
            <h3>
                "Clio login "
                {clio_email.map(|email| view! { <span class="address">{email}</span> })}
            </h3>
            <p class="fine">
                "Linked " <When moment=linked/> {words::how_linked(method)} " · last used "
                <When moment=last_used/>
            </p>
        </li>
    }
}

#[component]
fn Difference(suggestion: Suggestion) -> impl IntoView {
    let Suggestion {
        field,
        ours,
        theirs,
    } = suggestion;
    view! {
        <li>
            <h3>{words::field(field)}</h3>
            <dl class="versus">
                <Fact name="Clio says" value=theirs/>
                <Fact name="Your account says" value=ours/>
            </dl>
            {match field {
                ProfileField::Email => {
                    view! {
                        <p class="fine">
                            "An administrator can change the e-mail of your account. Until then it stays as it is."
                        </p>
                    }
                        .into_any()
                }
                ProfileField::FirstName | ProfileField::LastName => {
                    view! { <Choice field/> }.into_any()
                }
            }}
        </li>
    }
}

#[component]
fn Choice(field: ProfileField) -> impl IntoView {
    let code = match field {
        ProfileField::FirstName => "first_name",
        ProfileField::LastName => "last_name",
        ProfileField::Email => "email",
    };
    view! {
        <form class="actions" method="post" action=SettleSuggestion::PATH>
            <input type="hidden" name="field" value=code/>
            <button class="button button-quiet" name="take" value="true">
                "Take what Clio says"
            </button>
            <button class="button button-quiet" name="take" value="false">
                "Keep what is here"
            </button>
        </form>
    }
}

#[component]
fn Entry(sign_in: SignIn) -> impl IntoView {
    let SignIn {
        at,
        device,
        address,
        current,
    } = sign_in;
    view! {
        <li class:current=current>
            <p>
                "Signed in with " {device}
                {current
                    .then(|| view! { " " <span class="badge badge-good">"This browser"</span> })}
            </p>
            <p class="fine">
                <When moment=at/> " · from " <span class="address">{address}</span>
            </p>
        </li>
    }
}
