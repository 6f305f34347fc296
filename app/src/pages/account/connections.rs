//! `/account/connections`: the Clio logins that open one's own account.

use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    api::{Connect, Disconnect, Undo},
    components::{AccountNav, DoneNote, FormNote, ManageNote, Page, When},
    gate,
    pages::account::manage::ManageSection,
    policy, query,
    wire::{Connection, Connections, FormerConnection, Moment, OwnManage},
    words::how_linked,
};

const HERE: &str = "/account/connections";

/// What opens the account, what did lately, and how to change that.
#[component]
pub fn ConnectionsPage() -> impl IntoView {
    let visitor = match gate::active_visitor(HERE) {
        Ok(visitor) => visitor,
        Err(elsewhere) => return elsewhere,
    };
    Suspend::new(async move {
        let found = match visitor.backend.connections().await {
            Ok(connections) => visitor
                .backend
                .own_manage()
                .await
                .map(|manage| (connections, manage)),
            Err(failure) => Err(failure),
        };
        match found {
            Ok((connections, manage)) => view! { <Document connections manage/> }.into_any(),
            Err(failure) => gate::failed(failure, HERE),
        }
    })
    .into_any()
}

#[component]
fn Document(connections: Connections, manage: Option<OwnManage>) -> impl IntoView {
    let Connections {
        connections,
        former,
        has_password,
        may_disconnect,
        is_fresh,
        clio_origin,
    } = connections;
    let can_disconnect = may_disconnect && is_fresh;
    let is_empty = connections.is_empty();
    view! {
        <Page title="Connections">
            <AccountNav here=HERE/>
            <h1>"Connections"</h1>
            <p class="lead">"The Clio logins that open your account."</p>
            <DoneNote/>
            <FormNote/>
            <ManageNote/>
            {if is_empty {
                view! { <NoConnection has_password/> }.into_any()
            } else {
                view! {
                    <ul class="rows">
                        {connections
                            .into_iter()
                            .map(|connection| view! { <Opener connection can_disconnect/> })
                            .collect_view()}
                    </ul>
                    <p class="fine">{what_disconnecting_does(may_disconnect, has_password)}</p>
                }
                    .into_any()
            }}
            {if is_fresh {
                view! { <Another clio_origin/> }.into_any()
            } else {
                view! { <ConfirmFirst/> }.into_any()
            }}
            {(!former.is_empty()).then(|| view! { <Former former is_fresh/> })}
            {manage.map(|manage| view! { <ManageSection manage/> })}
        </Page>
    }
}

#[component]
fn NoConnection(has_password: bool) -> impl IntoView {
    let opens = if has_password {
        "No Clio login opens your account. You get in with your password, or with a code by mail."
    } else {
        "No Clio login opens your account. You get in with a code by mail."
    };
    view! { <p>{opens}</p> }
}

const fn what_disconnecting_does(may_disconnect: bool, has_password: bool) -> &'static str {
    if may_disconnect {
        "When you disconnect a login, the browsers signed in with it are signed out, and a mail says \
         so. You can connect it again for 14 days."
    } else if has_password {
        "This is the only way into your account, so it can’t be disconnected. Your password opens it \
         once you have shown that your mailbox is yours: confirm that it’s you with a mailed code."
    } else {
        "This is the only way into your account, so it can’t be disconnected. Connect another Clio \
         login or set a password first."
    }
}

#[component]
fn Opener(connection: Connection, can_disconnect: bool) -> impl IntoView {
    let Connection {
        id,
        clio_email,
        method,
        linked,
        last_used,
        current,
    } = connection;
    let name = LoginName::new(clio_email, "linked", &linked);
    let act = if current {
        "Disconnect and sign out here"
    } else {
        "Disconnect"
    };
    view! {
        <li class="with-act">
            <div>
                <h2>
                    {name.shown()}
                    {current
                        .then(|| {
                            view! {
                                " "
                                <span class="badge badge-good">"This session"</span>
                            }
                        })}
                </h2>
                <p class="fine">"Linked " <When moment=linked/> {how_linked(method)}</p>
                <p class="fine">"Last used " <When moment=last_used/></p>
                {(current && can_disconnect)
                    .then(|| {
                        view! {
                            <p class="fine">
                                "It opened the session you are in. When you disconnect it, you are signed out here, and sign in another way."
                            </p>
                        }
                    })}
            </div>
            {can_disconnect
                .then(|| {
                    view! {
                        <form method="post" action=Disconnect::PATH>
                            <input type="hidden" name="identity" value=id/>
                            <button class="button button-quiet">
                                {act} {name.heard()}
                            </button>
                        </form>
                    }
                })}
        </li>
    }
}

/// What a login is called: by its e-mail, or else by when it came or went.
struct LoginName {
    name: String,
    is_address: bool,
}

impl LoginName {
    fn new(clio_email: Option<String>, what_happened: &str, when: &Moment) -> Self {
        let is_address = clio_email.is_some();
        let name =
            clio_email.unwrap_or_else(|| format!("Clio login {what_happened} {}", when.full));
        Self { name, is_address }
    }

    fn shown(&self) -> impl IntoView + use<> {
        let look = self.is_address.then_some("address");
        view! { <span class=look>{self.name.clone()}</span> }
    }

    /// Tells buttons apart for whoever listens.
    fn heard(&self) -> impl IntoView + use<> {
        view! { <span class="unseen">{format!(" {}", self.name)}</span> }
    }
}

#[component]
fn Another(clio_origin: String) -> impl IntoView {
    policy::with_forms_to_clio(&clio_origin);
    view! {
        <section>
            <h2>"Connect another Clio login"</h2>
            <p>
                "If you use a second Clio login, it can open this account as well. Clio asks for its password."
            </p>
            <form class="actions" method="post" action=Connect::PATH>
                <button class="button">"Connect another Clio login"</button>
            </form>
        </section>
    }
}

#[component]
fn ConfirmFirst() -> impl IntoView {
    view! {
        <section>
            <h2>"Change what opens your account"</h2>
            <p>
                "To connect or disconnect a login, show first that it’s still you. That counts for 5 minutes."
            </p>
            <p class="actions">
                <a class="button" href=query::confirm_link(HERE)>
                    "Confirm that it’s you"
                </a>
            </p>
        </section>
    }
}

#[component]
fn Former(former: Vec<FormerConnection>, is_fresh: bool) -> impl IntoView {
    view! {
        <section>
            <h2>"Disconnected lately"</h2>
            <ul class="rows">
                {former
                    .into_iter()
                    .map(|former| {
                        let FormerConnection { event, clio_email, disconnected, until } = former;
                        let name = LoginName::new(clio_email, "disconnected", &disconnected);
                        view! {
                            <li class="with-act">
                                <div>
                                    <h3>{name.shown()}</h3>
                                    <p class="fine">
                                        "Disconnected " <When moment=disconnected/>
                                        ". Can be connected again until " {until} "."
                                    </p>
                                </div>
                                {is_fresh
                                    .then(|| {
                                        view! {
                                            <form method="post" action=Undo::PATH>
                                                <input type="hidden" name="event" value=event/>
                                                <button class="button button-quiet">
                                                    "Connect it again" {name.heard()}
                                                </button>
                                            </form>
                                        }
                                    })}
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
        </section>
    }
}
