//! `/link`: the prompt to link a Clio login to the account that has its e-mail.
//!
//! Until the account is proved, nothing of it is shown but the e-mail, which the person brought
//! along, and everybody is offered the same proofs.

mod confirm;
mod pieces;
mod prove;
mod rungs;

use leptos::prelude::*;

use self::{
    confirm::Confirm,
    pieces::NothingToLink,
    prove::{Prove, ProveMore},
};
use crate::{
    backend::backend,
    gate,
    wire::{LinkStep, PendingLink},
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
            Ok(Some(link)) => prompt(link),
            Ok(None) => view! { <NothingToLink/> }.into_any(),
            Err(failure) => gate::failed(failure, "/link"),
        }
    })
    .into_any()
}

fn prompt(link: PendingLink) -> AnyView {
    let PendingLink {
        clio_name,
        clio_email: email,
        step,
    } = link;
    match step {
        LinkStep::Prove {
            tries_left,
            code_sent,
            asked,
            may_keep_separate,
        } => view! { <Prove clio_name email tries_left code_sent asked may_keep_separate/> }
            .into_any(),
        LinkStep::ProveMore { tries_left, asked } => {
            view! { <ProveMore clio_name email tries_left asked/> }.into_any()
        }
        LinkStep::Confirm {
            by,
            account_name,
            names_differ,
        } => view! { <Confirm clio_name email by account_name names_differ/> }.into_any(),
    }
}
