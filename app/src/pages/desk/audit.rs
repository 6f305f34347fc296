//! `/admin/audit`: What happened.

use leptos::prelude::*;

use super::DeskPage;
use crate::gate;

const HERE: &str = "/admin/audit";

/// What happened.
#[component]
pub fn AuditPage() -> impl IntoView {
    let visitor = match gate::desk_visitor(HERE) {
        Ok(visitor) => visitor,
        Err(elsewhere) => return elsewhere,
    };
    Suspend::new(async move {
        match visitor.backend.frame().await {
            Ok(frame) => view! {
                <DeskPage title="Audit" here=HERE frame>
                    <h1>"Audit"</h1>
                </DeskPage>
            }
            .into_any(),
            Err(failure) => gate::failed(failure, HERE),
        }
    })
    .into_any()
}
