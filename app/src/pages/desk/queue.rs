//! `/admin/queue`: What waits for a decision.

use leptos::prelude::*;

use super::DeskPage;
use crate::gate;

const HERE: &str = "/admin/queue";

/// What waits for a decision.
#[component]
pub fn QueuePage() -> impl IntoView {
    let visitor = match gate::desk_visitor(HERE) {
        Ok(visitor) => visitor,
        Err(elsewhere) => return elsewhere,
    };
    Suspend::new(async move {
        match visitor.backend.frame().await {
            Ok(frame) => view! {
                <DeskPage title="Queue" here=HERE frame>
                    <h1>"Queue"</h1>
                </DeskPage>
            }
            .into_any(),
            Err(failure) => gate::failed(failure, HERE),
        }
    })
    .into_any()
}
