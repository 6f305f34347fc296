//! Clio Manage on `/account/connections`.

use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    api::DisconnectManage,
    components::{ManageRegions, When},
    wire::{ManageConnection, ManageUser, OwnManage},
    words::region,
};

/// What is connected, and the way there.
#[component]
pub fn ManageSection(manage: OwnManage) -> impl IntoView {
    let OwnManage {
        regions,
        connections,
        ..
    } = manage;
    let says = if connections.is_empty() {
        "Connect Clio Manage"
    } else {
        "Connect it again"
    };
    let intro = if connections.is_empty() {
        "Clio Manage tells us which firm you belong to. It isn’t a way to sign in, and we read nothing there but \
         who you are."
    } else {
        "Clio Manage tells us which firm you belong to."
    };
    view! {
        <section id="clio-manage">
            <h2>"Clio Manage"</h2>
            <p>{intro}</p>
            {(!connections.is_empty())
                .then(|| {
                    view! {
                        <ul class="rows">
                            {connections
                                .into_iter()
                                .map(|connection| view! { <Connected connection/> })
                                .collect_view()}
                        </ul>
                    }
                })}
            <ManageRegions regions purpose="connect" says/>
        </section>
    }
}

#[component]
fn Connected(connection: ManageConnection) -> impl IntoView {
    let ManageConnection {
        id,
        user,
        is_same_person,
        needs_reconnect,
        reads_firm,
        granted,
    } = connection;
    let ManageUser {
        name,
        email,
        firm,
        region: place,
    } = user;
    let heard = format!(" {firm}, {}", region(place));
    let other = (!is_same_person).then(|| {
        let email = email.clone().unwrap_or_else(|| "none".to_owned());
        view! {
            <p>
                <span class="badge badge-caution">"Other person"</span>
                " "
                {format!(
                    "{name} approved at Clio Manage, whose e-mail there is {email}. That isn’t the e-mail of your \
                     Clio login here. If it isn’t you, disconnect it.",
                )}
            </p>
        }
    });
    let as_user = match email {
        Some(email) if email != name => format!("{name}, {email}"),
        _ => name,
    };
    view! {
        <li class="with-act">
            <div>
                <h3>
                    {firm} " "
                    {needs_reconnect
                        .then(|| view! { <span class="badge badge-caution">"Connect again"</span> })}
                </h3>
                <p class="fine">{region(place)} " · as " {as_user}</p>
                <p class="fine">"Connected " <When moment=granted/></p>
                {needs_reconnect
                    .then(|| {
                        view! {
                            <p>
                                "Clio Manage no longer answers in your name: it was withdrawn there, or is over. Connect it again below."
                            </p>
                        }
                    })}
                {reads_firm
                    .then(|| {
                        view! {
                            <p>
                                "The list of the firm’s people is read with this connection. If you disconnect it, nobody sees any more who left the firm in Clio, until an administrator connects the firm again."
                            </p>
                        }
                    })}
                {other}
            </div>
            <form method="post" action=DisconnectManage::PATH>
                <input type="hidden" name="connection" value=id/>
                <button class="button button-quiet">
                    "Disconnect" <span class="unseen">{heard}</span>
                </button>
            </form>
        </li>
    }
}
