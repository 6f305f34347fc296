//! `/admin/invitations`: Invitations, one or many.

use leptos::prelude::*;

use super::DeskPage;
use crate::gate;

const HERE: &str = "/admin/invitations";

/// Invitations, one or many.
#[component]
pub fn InvitationsPage() -> impl IntoView {
    let visitor = match gate::desk_visitor(HERE) {
        Ok(visitor) => visitor,
        Err(elsewhere) => return elsewhere,
    };
    Suspend::new(async move {
        match visitor.backend.frame().await {
            Ok(frame) => view! {
                <DeskPage title="Invitations" here=HERE frame>
                    <h1>"Invitations"</h1>
                </DeskPage>
            }
            .into_any(),
            Err(failure) => gate::failed(failure, HERE),
        }
    })
    .into_any()
}
