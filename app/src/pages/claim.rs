//! `/claim`: where the one-time link of an administrator leads. Looking changes nothing.

use leptos::prelude::*;

use crate::{
    backend::backend,
    components::{BarePage, ClioButton, Doorway, SignedInAs},
    gate, query,
};

/// An account that waits for its person, and the way to take it.
#[component]
pub fn ClaimPage() -> impl IntoView {
    let backend = match backend() {
        Ok(backend) => backend,
        Err(failure) => return gate::failed(failure, "/claim"),
    };
    let Some(claim) = query::parameter("token").filter(|claim| !claim.is_empty()) else {
        return view! {
            <BarePage title="Incomplete link">
                <Doorway/>
                <h1>"This link is incomplete"</h1>
                <p class="lead">"Its last part is missing, perhaps because a line was broken."</p>
                <p>
                    "Copy the whole link from the message, or ask the administrator who sent it for a new one."
                </p>
            </BarePage>
        }
        .into_any();
    };
    let promise = format!(
        "It is yours at {} once you sign in with your own Clio login.",
        backend.firm_name()
    );
    view! {
        <BarePage title="Your account">
            <Doorway/>
            <h1>"An account has been prepared for you"</h1>
            <p class="lead">{promise}</p>
            {backend
                .viewer()
                .map(|viewer| {
                    view! { <SignedInAs viewer continue_to="/account".to_owned()/> }
                })}
            <p class="way-in">
                <ClioButton href=query::start_link(&[("claim", &claim)])/>
            </p>
            <p class="fine">
                "The link works once and for a limited time. From then on this Clio login opens the account, so use the one you keep."
            </p>
        </BarePage>
    }
    .into_any()
}
