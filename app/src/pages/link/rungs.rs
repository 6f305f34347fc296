//! The ladder of proofs, one rung each.

use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    api::{AskAdministrator, ProveByCode, ProveByPassword, SendLinkCode},
    components::{CodeRung, PasswordRung, ProblemInTab, Rung, When},
    query,
    wire::{Asked, FormProblem},
    words::{self, form_problem},
};

/// The longest message to an administrator.
const LONGEST_MESSAGE: &str = "500";

/// The account's password.
#[component]
pub fn ByPassword(
    /// The e-mail of the account.
    email: String,
    /// Guesses that are left.
    tries_left: u8,
) -> impl IntoView {
    view! {
        <PasswordRung
            title="With its password"
            says="If you have ever set one here. It isn’t the password of Clio."
            label="Password of the account here"
            check=ProveByPassword::PATH
            email
            problem=came_back(FormProblem::WrongPassword, tries_left)
        />
    }
}

/// A code to the account's mailbox.
#[component]
pub fn ByCode(
    /// The e-mail of the account.
    email: String,
    /// Guesses that are left.
    tries_left: u8,
    /// Whether a code was asked for and can be typed.
    code_sent: bool,
) -> impl IntoView {
    view! {
        <CodeRung
            title="With a code to the mailbox"
            email
            is_sent=code_sent
            send=SendLinkCode::PATH
            check=ProveByCode::PATH
            problem=came_back(FormProblem::WrongCode, tries_left)
        />
    }
}

/// A login that opens the account already.
#[component]
pub fn ByConnectedLogin() -> impl IntoView {
    let says = "If another Clio login opens the account, sign in at Clio with that one. Clio asks for \
                its password again.";
    // A link, because Clio may pass a firm's own sign-in.
    view! {
        <Rung
            title="With a login that is connected already"
            says=view! { <p class="fine">{says}</p> }.into_any()
        >
            <a class="button button-quiet" href=query::start_link(&[("purpose", "link")])>
                "Use the connected login"
            </a>
        </Rung>
    }
}

/// Somebody who can look at both.
#[component]
pub fn ByAdministrator(
    /// The question, if it was put.
    asked: Option<Asked>,
    /// Whether no other proof is left on this prompt.
    is_only_way: bool,
) -> impl IntoView {
    let title = "Ask an administrator";
    match asked {
        None => {
            let says = "They look at both sides, and a mail tells you what was decided.";
            view! {
                <Rung title says=view! { <p class="fine">{says}</p> }.into_any()>
                    <Question/>
                </Rung>
            }
            .into_any()
        }
        Some(asked) if asked.declined => {
            let says = if is_only_way {
                "An administrator decided not to link them. If that seems wrong to you, speak to your \
                 administrator."
            } else {
                "An administrator decided not to link them. You can still prove the account in another \
                 way above, or speak to your administrator."
            };
            view! {
                <Rung title says=view! { <Put asked/> }.into_any()>
                    <p class="status" role="status">
                        {says}
                    </p>
                    <Question/>
                </Rung>
            }
            .into_any()
        }
        Some(Asked {
            more: Some(more),
            at,
            reference,
            declined,
        }) => {
            let asked = Asked {
                at,
                reference,
                declined,
                more: None,
            };
            let says = if is_only_way {
                "An administrator looks at it, and asks you to prove the account first. Sign in with \
                 Clio again for new tries, or speak to them."
            } else {
                "An administrator looks at it, and asks you to prove the account first, in one of the \
                 ways above."
            };
            view! {
                <Rung title says=view! { <Put asked/> }.into_any()>
                    <p class="status" role="status">
                        {says}
                    </p>
                    <p class="fine">"Asked " <When moment=more.at/></p>
                    {(!more.note.is_empty())
                        .then(|| view! { <blockquote class="message">{more.note}</blockquote> })}
                </Rung>
            }
            .into_any()
        }
        Some(asked) => {
            let says = "An administrator looks at it. You get a mail once it is decided; sign in again \
                        then.";
            view! {
                <Rung title says=view! { <Put asked/> }.into_any()>
                    <p class="status" role="status">
                        {says}
                    </p>
                </Rung>
            }
            .into_any()
        }
    }
}

/// When the question was put, and what finds it.
#[component]
fn Put(asked: Asked) -> impl IntoView {
    view! {
        <p class="fine">
            "Asked " <When moment=asked.at/> " · reference " <code>{asked.reference}</code>
        </p>
    }
}

#[component]
fn Question() -> impl IntoView {
    view! {
        <details>
            <summary>"Write to an administrator"</summary>
            <form class="form" method="post" action=AskAdministrator::PATH>
                <div class="field">
                    <label for="message">"What should the administrator know?"</label>
                    <textarea
                        id="message"
                        name="message"
                        rows="4"
                        maxlength=LONGEST_MESSAGE
                        aria-describedby="message-hint"
                    ></textarea>
                    <p id="message-hint" class="fine">
                        "You may leave it empty."
                    </p>
                </div>
                <p class="actions">
                    <button class="button">"Ask an administrator"</button>
                </p>
            </form>
        </details>
    }
}

/// In place of what can be guessed, once the guesses of this prompt are used up.
#[component]
pub fn TriesUsedUp(
    /// Guesses that are left.
    tries_left: u8,
) -> impl IntoView {
    (tries_left == 0).then(|| {
        // Sent here by the last try, or come back to it later: in the first case it is what happened.
        let is_problem = query::form_problem().is_some();
        view! {
            {is_problem
                .then(|| view! { <ProblemInTab says="No tries are left".to_owned()/> })}
            <section class="note" role="alert" tabindex="-1" autofocus=is_problem>
                <h3>"No tries are left"</h3>
                <p>"Nothing was linked. Sign in with Clio again, and you get new ones."</p>
                <p class="actions">
                    <a class="button" href=query::start_link(&[])>
                        "Sign in with Clio again"
                    </a>
                </p>
            </section>
        }
    })
}

/// Why the form with this problem came back, and how many guesses are left.
fn came_back(at_this_field: FormProblem, tries_left: u8) -> Option<String> {
    query::form_problem()
        .filter(|problem| *problem == at_this_field)
        .map(|problem| {
            format!(
                "{} {}",
                form_problem(problem),
                words::tries_left(tries_left)
            )
        })
}
