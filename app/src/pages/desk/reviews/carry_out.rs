//! `/admin/reviews/{id}/carry-out`: what will be disconnected, and the button for it.

use leptos::{prelude::*, server_fn::ServerFn};

use super::{
    ROOM,
    pieces::{BackTo, ShowFirst, id_in_path},
};
use crate::{
    api::desk::CarryOutReview,
    components::FormNote,
    gate,
    pages::desk::{DeskPage, frame::about},
    query,
    wire::desk::{Frame, Revocations},
    words::reviews::logins,
};

/// What will be disconnected.
#[component]
pub fn CarryOutPage() -> impl IntoView {
    let id = id_in_path();
    let here = query::review_page(&id, Some("carry-out"));
    let visitor = match gate::desk_visitor(&here) {
        Ok(visitor) => visitor,
        Err(elsewhere) => return elsewhere,
    };
    Suspend::new(async move {
        let finding = visitor.backend.revocations(id);
        about(&visitor, finding, &here, |found, frame| {
            view! { <Question found frame/> }.into_any()
        })
        .await
    })
    .into_any()
}

#[component]
fn Question(found: Revocations, frame: Frame) -> impl IntoView {
    let Revocations {
        line,
        logins: first,
        count,
        at_once,
        is_fresh,
    } = found;
    let id = line.id.clone();
    let more = count.saturating_sub(u32::try_from(first.len()).unwrap_or(count));
    let contents = if count == 0 {
        view! { <p>"No login waits to be disconnected."</p> }.into_any()
    } else {
        view! {
            <section>
                <h2>"What will happen"</h2>
                <ul class="plain">
                    <li>"The logins below no longer open their accounts."</li>
                    <li>"Browsers that were signed in with them are signed out."</li>
                    <li>"Each person gets a mail that says so."</li>
                    <li>"Each can be undone for 14 days, from what happened to the account."</li>
                    <li>"Your own login stays, and so do those of people whom your role doesn’t reach."</li>
                    {(count > at_once)
                        .then(|| view! { <li>{format!("{at_once} at a time: press again for the next ones.")}</li> })}
                </ul>
            </section>
            <section>
                <h2>"Logins"</h2>
                <ul class="rows">
                    {first
                        .into_iter()
                        .map(|login| {
                            view! {
                                <li>
                                    <h3 class="address">{login.name}</h3>
                                    <p class="address">
                                        {login.clio_email.unwrap_or(login.email)}
                                    </p>
                                    {(!login.note.is_empty())
                                        .then(|| view! { <p class="fine address">{format!("“{}”", login.note)}</p> })}
                                </li>
                            }
                        })
                        .collect_view()}
                </ul>
                {(more > 0).then(|| view! { <p class="fine">{format!("And {more} more.")}</p> })}
            </section>
            {if is_fresh {
                view! {
                    <form method="post" action=CarryOutReview::PATH>
                        <input type="hidden" name="review" value=id/>
                        <p class="actions">
                            <button class="button">"Disconnect " {logins(count.min(at_once))}</button>
                        </p>
                    </form>
                }
                    .into_any()
            } else {
                view! { <ShowFirst/> }.into_any()
            }}
        }
        .into_any()
    };
    view! {
        <DeskPage title="Disconnect logins" here=ROOM frame>
            <h1 class="address">{format!("Disconnect what “{}” found", line.name)}</h1>
            <FormNote/>
            {contents}
            <BackTo href=query::review_page(&line.id, None)/>
        </DeskPage>
    }
}
