//! `/link`: the prompt to link a Clio login to the account that has its e-mail.
//!
//! Nothing of the account is shown but the e-mail, which the person brought along.

use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    api::{CancelLink, LinkByPassword},
    backend::backend,
    components::{Doorway, FieldProblem, FormNote, IslandScripts, Page},
    gate,
    islands::{SentInPlace, ShowPassword},
    query,
    wire::{FormProblem, PendingLink},
    words::{self, form_problem},
};

/// The prompt of this browser's pending link.
#[component]
pub fn LinkPage() -> impl IntoView {
    let backend = match backend() {
        Ok(backend) => backend,
        Err(failure) => return gate::failed(failure, "/link"),
    };
    Suspend::new(async move {
        match backend.pending_link().await {
            Ok(Some(link)) => view! { <Prompt link/> }.into_any(),
            Ok(None) => view! { <NothingToLink/> }.into_any(),
            Err(failure) => gate::failed(failure, "/link"),
        }
    })
    .into_any()
}

#[component]
fn Prompt(link: PendingLink) -> impl IntoView {
    let PendingLink {
        clio_name,
        clio_email: email,
        tries_left,
    } = link;
    view! {
        <Page title="Is this account yours?">
            <h1>"Is this account yours?"</h1>
            <p class="lead">
                "An account here already has the e-mail of your Clio login. Show that it is yours, and from then on the two are one way in."
            </p>
            <BothSides clio_name email=email.clone()/>
            <Proof email tries_left/>
            <Consequences/>
            <form class="last-word" method="post" action=CancelLink::PATH>
                "Not you? "
                <button class="link-button">"Use another Clio login"</button>
            </form>
            <IslandScripts/>
        </Page>
    }
}

/// The two that would become one.
#[component]
fn BothSides(clio_name: String, email: String) -> impl IntoView {
    view! {
        <div class="pair">
            <section class="card">
                <h2>"Your Clio login"</h2>
                {(!clio_name.is_empty()).then(|| view! { <p class="card-name">{clio_name}</p> })}
                <p class="address">{email.clone()}</p>
            </section>
            <section class="card">
                <h2>"An account here"</h2>
                <p class="card-name address">{email}</p>
                <p class="fine">"More is shown once you have proved that it’s yours."</p>
            </section>
        </div>
    }
}

#[component]
fn Proof(email: String, tries_left: u8) -> impl IntoView {
    let problem = query::form_problem();
    view! {
        <section>
            <h2>"Show that it’s yours"</h2>
            <SentInPlace>
                <form class="form" method="post" action=LinkByPassword::PATH>
                    // Not sent: it tells the browser's store of passwords whose password this is.
                    <input
                        class="unseen"
                        type="email"
                        autocomplete="username"
                        tabindex="-1"
                        aria-hidden="true"
                        readonly
                        value=email
                    />
                    <div class="field">
                        <label for="password">"Password of the account here"</label>
                        <div class="field-line">
                            <input
                                id="password"
                                name="password"
                                type="password"
                                autocomplete="current-password"
                                required
                                aria-describedby="password-problem"
                                aria-invalid=problem.map(|_| "true")
                            />
                            <ShowPassword/>
                        </div>
                        <FieldProblem id="password-problem">
                            {problem.map(|problem| came_back(problem, tries_left))}
                        </FieldProblem>
                    </div>
                    <p class="actions">
                        <button class="button">"Link these accounts"</button>
                    </p>
                </form>
            </SentInPlace>
            <details class="aside">
                <summary>"No password, or forgotten?"</summary>
                <p>
                    "Ask your firm’s administrator. They can hand you a link that opens this account with your Clio login."
                </p>
            </details>
        </section>
    }
}

/// Why the form came back, and how many guesses are left where that matters.
fn came_back(problem: FormProblem, tries_left: u8) -> String {
    let mut words = form_problem(problem).to_owned();
    if problem == FormProblem::WrongPassword {
        words.push(' ');
        words.push_str(&words::tries_left(tries_left));
    }
    words
}

#[component]
fn Consequences() -> impl IntoView {
    view! {
        <div class="columns">
            <section>
                <h3>"What changes"</h3>
                <ul>
                    <li>"Your Clio login opens this account from now on."</li>
                    <li>"Other browsers signed in to it are signed out."</li>
                    <li>"A mail to the account’s address says so."</li>
                </ul>
            </section>
            <section>
                <h3>"What stays"</h3>
                <ul>
                    <li>"The account’s name, role and history."</li>
                    <li>"Everything in Clio. No data is copied."</li>
                </ul>
            </section>
        </div>
    }
}

#[component]
fn NothingToLink() -> impl IntoView {
    view! {
        <Page title="There’s nothing to link">
            <div class="empty">
                <Doorway/>
                <h1>"There’s nothing to link"</h1>
                <FormNote/>
                <p class="lead">
                    "A link waits for fifteen minutes, in the browser where it began. This one is settled, or its time is over."
                </p>
                <p class="actions">
                    <a class="button" href="/sign-in">"Go to sign-in"</a>
                </p>
            </div>
        </Page>
    }
}
