//! `/admin/links/{id}`: One link.

use leptos::prelude::*;

use super::DeskPage;
use crate::gate;

const HERE: &str = "/admin/links";

/// One link.
#[component]
pub fn LinkPage() -> impl IntoView {
    let visitor = match gate::desk_visitor(HERE) {
        Ok(visitor) => visitor,
        Err(elsewhere) => return elsewhere,
    };
    Suspend::new(async move {
        match visitor.backend.frame().await {
            Ok(frame) => view! {
                <DeskPage title="Link" here=HERE frame>
                    <h1>"Link"</h1>
                </DeskPage>
            }
            .into_any(),
            Err(failure) => gate::failed(failure, HERE),
        }
    })
    .into_any()
}
