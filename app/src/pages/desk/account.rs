//! `/admin/accounts/{id}`: One account.

use leptos::prelude::*;

use super::DeskPage;
use crate::gate;

const HERE: &str = "/admin/links";

/// One account.
#[component]
pub fn AccountPage() -> impl IntoView {
    let visitor = match gate::desk_visitor(HERE) {
        Ok(visitor) => visitor,
        Err(elsewhere) => return elsewhere,
    };
    Suspend::new(async move {
        match visitor.backend.frame().await {
            Ok(frame) => view! {
                <DeskPage title="Account" here=HERE frame>
                    <h1>"Account"</h1>
                </DeskPage>
            }
            .into_any(),
            Err(failure) => gate::failed(failure, HERE),
        }
    })
    .into_any()
}
