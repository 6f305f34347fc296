//! The invitations, a row each, with what can be done about them.

use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    api::{ResendInvitation, RestoreInvitation, RevokeInvitation},
    components::When,
    pages::desk::pieces::Address,
    wire::desk::{Invitation, InvitationState},
    words::invitation_state,
};

/// The invitations, a row each.
#[component]
pub fn Table(
    /// The invitations of the page.
    rows: Vec<Invitation>,
    /// Whether whoever looks may do something about them.
    may_invite: bool,
) -> impl IntoView {
    view! {
        <table class="table">
            <thead>
                <tr>
                    <th scope="col">"Person"</th>
                    <th scope="col">"State"</th>
                    <th scope="col">"Invited by"</th>
                    <th scope="col" class="number">
                        "Invited"
                    </th>
                    <th scope="col">"The link"</th>
                    {may_invite
                        .then(|| {
                            view! {
                                <th scope="col">
                                    <span class="unseen">"What can be done"</span>
                                </th>
                            }
                        })}
                </tr>
            </thead>
            <tbody>
                {rows.into_iter().map(|row| view! { <Row row may_invite/> }).collect_view()}
            </tbody>
        </table>
    }
}

#[component]
fn Row(row: Invitation, may_invite: bool) -> impl IntoView {
    let Invitation {
        id,
        name,
        email,
        state,
        invited_by,
        invited,
        sent,
        good_until,
        ended,
        can_resend,
        can_revoke,
        can_restore,
    } = row;
    let (first, second) = if name.is_empty() {
        (email.clone(), None)
    } else {
        (name, Some(email.clone()))
    };
    let badge = match state {
        InvitationState::Accepted => "badge badge-good",
        InvitationState::Waiting => "badge",
        InvitationState::Expired => "badge badge-caution",
        InvitationState::Withdrawn => "badge badge-off",
    };
    let link = match (state, sent) {
        (InvitationState::Accepted | InvitationState::Withdrawn, _) => None,
        (InvitationState::Waiting, Some(sent)) => Some(
            view! { "Mailed " <When moment=sent/> {format!(", good until {good_until}")} }
                .into_any(),
        ),
        (InvitationState::Waiting, None) => {
            Some(view! { {format!("Handed over, good until {good_until}")} }.into_any())
        }
        (InvitationState::Expired, _) => {
            Some(view! { {format!("Over since {good_until}")} }.into_any())
        }
    };
    let to_whom = format!(" to {email}");
    view! {
        <tr data-row>
            <th scope="row">
                <a href=format!("/admin/accounts/{id}")>{first}</a>
                {second.map(|email| view! { <span class="second"><Address email/></span> })}
            </th>
            <td data-label="State">
                <span>
                    <span class=badge>{invitation_state(state)}</span>
                    {ended.map(|ended| view! { " " <When moment=ended/> })}
                </span>
            </td>
            <td data-label="Invited by">
                {invited_by.unwrap_or_else(|| "The command line".to_owned())}
            </td>
            <td class="number" data-label="Invited">
                <When moment=invited/>
            </td>
            <td data-label="The link">{link.map(|link| view! { <span>{link}</span> })}</td>
            {may_invite
                .then(|| {
                    view! {
                        <td class="acts">
                            {can_resend
                                .then(|| {
                                    view! {
                                        <Act
                                            action=ResendInvitation::PATH
                                            id=id.clone()
                                            says="Send again"
                                            heard=to_whom.clone()
                                        />
                                    }
                                })}
                            {can_revoke
                                .then(|| {
                                    view! { <Withdraw id=id.clone() heard=to_whom.clone()/> }
                                })}
                            {can_restore
                                .then(|| {
                                    view! {
                                        <Act
                                            action=RestoreInvitation::PATH
                                            id
                                            says="Undo"
                                            heard=to_whom
                                        />
                                    }
                                })}
                        </td>
                    }
                })}
        </tr>
    }
}

/// What withdrawing does, and the button that does it.
#[component]
fn Withdraw(id: String, heard: String) -> impl IntoView {
    view! {
        <details class="act-fold">
            <summary>"Withdraw" <span class="unseen">{format!(" the invitation{heard}")}</span></summary>
            <p class="fine">
                "The link opens nothing any more, and a mail says so. You can undo this for 14 days."
            </p>
            <Act action=RevokeInvitation::PATH id says="Withdraw the invitation" heard/>
        </details>
    }
}

/// A button for one invitation; who listens hears whose.
#[component]
fn Act(action: &'static str, id: String, says: &'static str, heard: String) -> impl IntoView {
    view! {
        <form class="inline-form" method="post" action=action>
            <input type="hidden" name="invitation" value=id/>
            <button class="link-button">{says} <span class="unseen">{heard}</span></button>
        </form>
    }
}
