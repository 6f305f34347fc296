//! Ways to prove something, one below the other: what each asks for, and the form for it.

use leptos::prelude::*;

use super::{CodeField, InTab, PasswordField, WhosePassword};
use crate::{islands::SentInPlace, query, words};

/// One way: its name and what to know about it on one side, what to do on the other.
#[component]
pub fn Rung(
    /// Its name.
    title: &'static str,
    /// What to know about it.
    says: AnyView,
    /// What to do.
    children: Children,
) -> impl IntoView {
    view! {
        <li>
            <div>
                <h3>{title}</h3>
                {says}
            </div>
            <div>{children()}</div>
        </li>
    }
}

/// By the password of an account here.
#[component]
pub fn PasswordRung(
    /// Its name.
    title: &'static str,
    /// What to know about it.
    says: &'static str,
    /// What the field is called.
    label: &'static str,
    /// Where the password goes.
    check: &'static str,
    /// The e-mail of the account.
    email: String,
    /// Where the person goes afterwards, if the form says so.
    #[prop(optional_no_strip)]
    then: Option<String>,
    /// Why the form came back, if it did.
    problem: Option<String>,
) -> impl IntoView {
    view! {
        <Rung title says=view! { <p class="fine">{says}</p> }.into_any()>
            <SentInPlace>
                <form class="form" method="post" action=check>
                    <WhosePassword email/>
                    <Then then/>
                    <PasswordField label problem/>
                    <p class="actions">
                        <button class="button">"Check the password"</button>
                    </p>
                </form>
            </SentInPlace>
        </Rung>
    }
}

/// By a code that is mailed, once it was asked for.
#[component]
pub fn CodeRung(
    /// Its name.
    title: &'static str,
    /// Where the code goes to.
    email: String,
    /// Whether one was asked for and can be typed.
    is_sent: bool,
    /// What sends a code.
    send: &'static str,
    /// Where the code goes.
    check: &'static str,
    /// Where the person goes afterwards, if the forms say so.
    #[prop(optional_no_strip)]
    then: Option<String>,
    /// Why the form came back, if it did.
    problem: Option<String>,
) -> impl IntoView {
    if !is_sent {
        let says = "Read the mail on any device, and type the code here.";
        return view! {
            <Rung title says=view! { <p class="fine">{says}</p> }.into_any()>
                <form class="form" method="post" action=send>
                    <Then then/>
                    <button class="button button-quiet address">"Mail a code to " {email}</button>
                </form>
            </Rung>
        }
        .into_any();
    }
    let says = view! {
        <p class="fine">
            "A code is on its way to " <span class="address">{email}</span>
            ". Read the mail on any device, and type the code here."
        </p>
    };
    let also_then = then.clone();
    // What a note says comes first.
    let is_news = query::form_problem().is_none() && query::done(words::done).is_none();
    view! {
        {is_news.then(|| view! { <InTab says="A code is on its way."/> })}
        <Rung title says=says.into_any()>
            <SentInPlace>
                <form class="form" method="post" action=check>
                    <Then then/>
                    <CodeField problem/>
                    <p class="actions">
                        <button class="button">"Check the code"</button>
                    </p>
                </form>
            </SentInPlace>
            <form class="after" method="post" action=send>
                <Then then=also_then/>
                "Nothing arrived? "
                <button class="link-button">"Send a new code"</button>
            </form>
        </Rung>
    }
    .into_any()
}

/// Where a form leads, where it leads on.
#[component]
fn Then(then: Option<String>) -> impl IntoView {
    then.map(|then| view! { <input type="hidden" name="then" value=then/> })
}
