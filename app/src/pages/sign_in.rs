//! `/sign-in`: the door.

use leptos::prelude::*;

use crate::{
    backend::backend,
    components::{BarePage, ClioButton, Doorway, Note, SignedInAs},
    gate, query,
    wire::Problem,
    words::sign_in_problem,
};

/// The way in, and why the last try didn't lead there.
#[component]
pub fn SignInPage() -> impl IntoView {
    let backend = match backend() {
        Ok(backend) => backend,
        Err(failure) => return gate::failed(failure, "/sign-in"),
    };
    let firm_name = backend.firm_name().to_owned();
    let return_to = query::return_to();
    let start = query::start_link(return_to.as_deref().map(|path| ("return_to", path)));
    view! {
        <BarePage title="Sign in">
            <Doorway/>
            <h1>{firm_name}</h1>
            <p class="lead">
                "Staff applications. Sign in with the Clio login you use every day."
            </p>
            {query::parameter("problem")
                .map(|code| {
                    let words = sign_in_problem(Problem::from_code(&code));
                    view! { <Note words reference=query::reference()/> }
                })}
            {backend
                .viewer()
                .map(|viewer| {
                    let continue_to = return_to.unwrap_or_else(|| "/account".to_owned());
                    view! { <SignedInAs viewer continue_to/> }
                })}
            <p class="way-in">
                <ClioButton href=start/>
            </p>
            <p class="fine">
                "For members of the firm who have a Clio login. Client-portal logins can’t be used here."
            </p>
        </BarePage>
    }
    .into_any()
}
