//! `/welcome`: once, after the first sign-in.

use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    api::FinishWelcome,
    components::{FormNote, Page},
    gate,
    wire::Welcome,
};

/// The names as filled in from Clio, to be mended.
#[component]
pub fn WelcomePage() -> impl IntoView {
    let visitor = match gate::new_visitor("/welcome") {
        Ok(visitor) => visitor,
        Err(elsewhere) => return elsewhere,
    };
    Suspend::new(async move {
        match visitor.backend.welcome().await {
            Ok(welcome) => view! { <Names welcome/> }.into_any(),
            Err(failure) => gate::failed(failure, "/welcome"),
        }
    })
    .into_any()
}

#[component]
fn Names(welcome: Welcome) -> impl IntoView {
    let next = match welcome.goes_on_to {
        Some(_) => "Then you go on to the page you were looking for.",
        None => "Then you go on to your account.",
    };
    view! {
        <Page title="Welcome">
            <h1>"Welcome"</h1>
            <p class="lead">
                "Your account is ready. Your name came along from Clio; if you write it differently, mend it here."
            </p>
            <FormNote/>
            <form class="form" method="post" action=FinishWelcome::PATH>
                <div class="field">
                    <label for="first_name">"First name"</label>
                    <input
                        id="first_name"
                        name="first_name"
                        type="text"
                        autocomplete="given-name"
                        value=welcome.first_name
                    />
                </div>
                <div class="field">
                    <label for="last_name">"Last name"</label>
                    <input
                        id="last_name"
                        name="last_name"
                        type="text"
                        autocomplete="family-name"
                        value=welcome.last_name
                    />
                </div>
                <dl class="facts">
                    <div>
                        <dt>"E-mail"</dt>
                        <dd class="address">{welcome.email}</dd>
                    </div>
                </dl>
                <p class="actions">
                    <button class="button">"Save and go on"</button>
                </p>
                <p class="fine">{next}</p>
            </form>
        </Page>
    }
}
