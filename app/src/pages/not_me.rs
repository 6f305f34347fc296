//! `/not-me`: where "This wasn't me" in a mail leads. Looking changes nothing, because programs
//! that check mails look, too.

use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    api::NotMe,
    backend::backend,
    components::{BarePage, DoneNote, Doorway, FormNote, When},
    gate, query,
    wire::{Notice, NoticeKind},
};

/// What the mail was about, and what can be done about it.
#[component]
pub fn NotMePage() -> impl IntoView {
    let backend = match backend() {
        Ok(backend) => backend,
        Err(failure) => return gate::failed(failure, "/not-me"),
    };
    let Some(token) = query::parameter("token").filter(|token| !token.is_empty()) else {
        return view! { <Incomplete/> }.into_any();
    };
    let done = query::parameter("done");
    let is_done = matches!(done.as_deref(), Some("not_me" | "not_me_stays"));
    Suspend::new(async move {
        match backend.notice(token.clone()).await {
            Ok(Some(notice)) if notice.is_open => view! { <Open notice token/> }.into_any(),
            // Only what is settled can have been settled just now, whatever the address says.
            Ok(Some(_)) if is_done => view! { <Done/> }.into_any(),
            Ok(Some(notice)) => view! { <Settled notice/> }.into_any(),
            Ok(None) => view! { <Incomplete/> }.into_any(),
            Err(failure) => gate::failed(failure, "/not-me"),
        }
    })
    .into_any()
}

#[component]
fn Open(notice: Notice, token: String) -> impl IntoView {
    view! {
        <BarePage title="Was that you?">
            <Doorway/>
            <h1>"Was that you?"</h1>
            <p class="lead">{happened(notice.kind)} ", " <When moment=notice.at/> "."</p>
            <FormNote/>
            <section>
                <h2>"If it wasn’t you"</h2>
                <p>"Press the button, and all of this is done at once:"</p>
                <ul class="plain">
                    {undone(notice.kind).map(|what| view! { <li>{what}</li> })}
                    <li>
                        "Clio logins connected since then are disconnected, and a password set since then is removed."
                    </li>
                    <li>"Everybody who is signed in to the account is signed out."</li>
                    <li>"An administrator of the firm gets to know, and looks into it."</li>
                </ul>
                <p class="fine">
                    "If nothing else would open an administrator’s account, what opens it stays until that is decided."
                </p>
                <form method="post" action=NotMe::PATH>
                    <input type="hidden" name="token" value=token/>
                    <button class="button">"This wasn’t me"</button>
                </form>
            </section>
            <section>
                <h2>"If it was you"</h2>
                <p>"Do nothing, and close this page. Nothing has been changed by opening it."</p>
            </section>
        </BarePage>
    }
}

#[component]
fn Settled(notice: Notice) -> impl IntoView {
    view! {
        <BarePage title="This link is settled">
            <Doorway/>
            <h1>"This link is settled"</h1>
            <p class="lead">
                "It was about this: " {happened(notice.kind)} ", " <When moment=notice.at/> "."
            </p>
            <FormNote/>
            <p>
                "The link has been used, or it is too old to do anything. If something still looks wrong to you, tell your firm’s administrator."
            </p>
            <p class="actions">
                <a class="button button-quiet" href="/sign-in">
                    "Go to sign-in"
                </a>
            </p>
        </BarePage>
    }
}

#[component]
fn Done() -> impl IntoView {
    view! {
        <BarePage title="Thank you for telling us">
            <Doorway/>
            <h1>"Thank you for telling us"</h1>
            <DoneNote/>
            <section>
                <h2>"What happens next"</h2>
                <ul class="plain">
                    <li>"Sign in again with the Clio login that is yours."</li>
                    <li>"Look at Connections and Activity in your account."</li>
                    <li>"If somebody may know your password at Clio, change it there."</li>
                    <li>"An administrator looks into it, and may ask you what you noticed."</li>
                </ul>
            </section>
            <p class="actions">
                <a class="button" href="/sign-in">
                    "Go to sign-in"
                </a>
            </p>
        </BarePage>
    }
}

#[component]
fn Incomplete() -> impl IntoView {
    view! {
        <BarePage title="Incomplete link">
            <Doorway/>
            <h1>"This link is incomplete"</h1>
            <p class="lead">"Part of it is missing, perhaps because a line was broken."</p>
            <p>
                "Copy the whole link from the mail. If that doesn’t help and something looks wrong to you, tell your firm’s administrator."
            </p>
        </BarePage>
    }
}

/// What the mail was about, as the beginning of a sentence that ends with a time.
const fn happened(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::Linked => "A Clio login was connected to your account",
        NoticeKind::Unlinked => "A Clio login was disconnected from your account",
        NoticeKind::NewDevice => {
            "Somebody signed in to your account from a device that wasn’t seen before"
        }
        NoticeKind::EmailChanged => "The e-mail of your account was changed",
        NoticeKind::PasswordChanged => "The password of your account was set or changed",
    }
}

/// What becomes of the thing itself.
const fn undone(kind: NoticeKind) -> Option<&'static str> {
    match kind {
        NoticeKind::Linked => Some("The Clio login that was connected is disconnected."),
        NoticeKind::NewDevice => {
            Some("The Clio login or the password that was used no longer opens the account.")
        }
        NoticeKind::EmailChanged => {
            Some("The new e-mail no longer counts as yours, until an administrator has decided.")
        }
        NoticeKind::PasswordChanged => Some("The password is removed."),
        // What is gone already is put right by the administrator.
        NoticeKind::Unlinked => None,
    }
}
