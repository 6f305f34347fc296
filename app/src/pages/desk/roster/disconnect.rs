//! `/admin/roster/disconnect`: what disconnecting a firm will do.

use leptos::{prelude::*, server_fn::ServerFn};

use super::{HERE, about_firm};
use crate::{
    api::DisconnectFirm,
    pages::desk::{pieces::ReasonField, question::Question},
    query,
    wire::desk::{Frame, dormancy::Hand, roster::FirmPage},
    words::{counted, region},
};

/// The page.
pub(super) const DISCONNECT: &str = "/admin/roster/disconnect";

/// What disconnecting a firm will do, and the button for it.
#[component]
pub fn RosterDisconnectPage() -> impl IntoView {
    about_firm(|page, frame| view! { <Document frame page/> }.into_any())
}

#[component]
fn Document(frame: Frame, page: FirmPage) -> impl IntoView {
    let FirmPage {
        firm,
        waiting,
        hand,
    } = page;
    let here = query::link(DISCONNECT, &[("firm", &firm.id)]);
    let mut consequences = vec![
        format!(
            "The list of people of {} ({}, Clio account {}) is no longer read; a read that is under way stops.",
            firm.name,
            region(firm.region),
            firm.clio_account,
        ),
        "Nobody loses access by it. Whoever leaves the firm in Clio later keeps access here, until an administrator ends it.".to_owned(),
        "What was found and done so far stays on record.".to_owned(),
    ];
    if waiting > 0 {
        consequences.push(format!(
            "{} for a decision, and won’t any more.",
            counted(waiting, "difference waits", "differences wait")
        ));
    }
    consequences.push("We give the connection back to Clio, so it can’t be undone. To read the firm again, connect it again.".to_owned());
    view! {
        <Question
            room=HERE
            title=format!("Disconnect {}", firm.name)
            frame
            barred=None
            consequences
            confirm=(hand != Hand::Decides).then(|| query::confirm_link(&here))
            back=(HERE.to_owned(), "Back to the roster")
        >
            <form class="form" method="post" action=DisconnectFirm::PATH>
                <input type="hidden" name="firm" value=firm.id/>
                <ReasonField required=true note="The record keeps it, and every owner reads it in a mail."/>
                <p class="actions">
                    <button class="button">"Disconnect this firm"</button>
                </p>
            </form>
        </Question>
    }
}
