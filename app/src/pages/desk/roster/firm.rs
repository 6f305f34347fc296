//! The connected firms: what is known of each, how its reading stands, and what can be done.

use leptos::{prelude::*, server_fn::ServerFn};

use super::{connect::PURPOSE, disconnect::DISCONNECT, pieces::Doer, rule::Rule};
use crate::{
    api::{ReadRoster, StopRoster},
    components::{ManageRegions, When},
    pages::desk::pieces::{Address, Fact},
    query,
    wire::{
        Region,
        desk::{
            dormancy::Hand,
            roster::{ClioUser, Firm, RosterState, Trouble, WholeRead},
        },
    },
    words::{self, counted, roster as say},
};

/// Of each firm that can't be read: what is in the way, and what to do.
#[component]
pub(super) fn Troubles(firms: Vec<Firm>, hand: Hand) -> impl IntoView {
    firms
        .into_iter()
        .filter_map(|firm| {
            let (trouble, at) = match firm.state {
                RosterState::Failed { trouble, at } => (trouble, at),
                RosterState::ReconnectNeeded { since } => (Trouble::ReconnectNeeded, since),
                _ => return None,
            };
            let needs_connecting =
                matches!(trouble, Trouble::ReconnectNeeded | Trouble::NotAllowed);
            let reconnect = (needs_connecting && hand.may_decide()).then(|| {
                let regions = vec![firm.region];
                view! { <ManageRegions regions purpose=PURPOSE says="Connect again"/> }
            });
            let by = match &trouble {
                Trouble::Stopped { by: Some(doer) } => {
                    Some(view! { " by " <Doer doer=doer.clone()/> })
                }
                _ => None,
            };
            Some(view! {
                <section class="note">
                    <h2 class="address">{firm.name} ": the people weren’t read to the end"</h2>
                    <p>
                        <strong>{say::trouble(&trouble)}</strong>
                        {by}
                        ", "
                        <When moment=at/>
                        ". Nobody was suspended because of it."
                    </p>
                    <p>{say::what_to_do(&trouble)}</p>
                    {reconnect}
                </section>
            })
        })
        .collect_view()
}

/// Each firm.
#[component]
pub(super) fn Firms(firms: Vec<Firm>, hand: Hand) -> impl IntoView {
    firms
        .into_iter()
        .map(|firm| view! { <OneFirm firm hand/> })
        .collect_view()
}

#[component]
fn OneFirm(firm: Firm, hand: Hand) -> impl IntoView {
    let Firm {
        id,
        name,
        region,
        clio_account,
        connected_by,
        connector_decides,
        connected,
        clio_user,
        state,
        last,
        next,
        rule,
        ..
    } = firm;
    // What is over is to be connected again anyway.
    let warns = !connector_decides && !matches!(state, RosterState::ReconnectNeeded { .. });
    let acts = hand.may_decide().then(|| {
        view! { <Acts id=id.clone() name=name.clone() state=state.clone()/> }
    });
    view! {
        <section>
            <h2 class="address">{name}</h2>
            <dl class="facts">
                <div>
                    <dt>"State"</dt>
                    <dd>
                        <State state/>
                    </dd>
                </div>
                <div>
                    <dt>"Last whole read"</dt>
                    <dd>
                        <Last last/>
                    </dd>
                </div>
                <Next next/>
                <Fact name="Region" value=format!("{} ({})", words::region(region), words::region_address(region))/>
                <Fact name="Clio account number" value=clio_account/>
                <div>
                    <dt>"Connected"</dt>
                    <dd>
                        <When moment=connected/>
                        " by "
                        <Doer doer=connected_by/>
                        {warns.then(|| view! { <InWhoseName region hand/> })}
                    </dd>
                </div>
                <div>
                    <dt>"As the Clio user"</dt>
                    <dd>
                        <User user=clio_user/>
                    </dd>
                </div>
            </dl>
            {acts}
            <Rule firm=id rule hand/>
        </section>
    }
}

/// The firm is read in the name of somebody who doesn't decide here any more.
#[component]
fn InWhoseName(region: Region, hand: Hand) -> impl IntoView {
    let way_on = hand.may_decide().then(|| {
        view! { <ManageRegions regions=vec![region] purpose=PURPOSE says="Connect it in my name"/> }
    });
    view! {
        <span class="fine line">
            "They no longer decide about accounts here, and the firm is still read in their name. Connect it in another administrator’s, or nothing can be read once their login in Clio is disabled."
        </span>
        {way_on}
    }
}

#[component]
fn State(state: RosterState) -> impl IntoView {
    let (look, says) = match &state {
        RosterState::NotRead => ("badge", "Not read yet"),
        RosterState::UpToDate => ("badge badge-good", "Up to date"),
        RosterState::Reading(_) => ("badge", "Reading now"),
        RosterState::Paused { .. } => ("badge", "Reading, paused"),
        RosterState::Failed { trouble, .. } => ("badge badge-danger", say::trouble(trouble)),
        RosterState::ReconnectNeeded { .. } => ("badge badge-danger", "Connect again"),
    };
    let more = match state {
        RosterState::Paused { until, .. } => Some(format!(
            " until {until}, because Clio limits how often it is asked"
        )),
        _ => None,
    };
    view! {
        <span class=look>{says}</span>
        {more}
    }
}

#[component]
fn Last(last: Option<WholeRead>) -> impl IntoView {
    match last {
        None => view! { <span class="absent">"None so far"</span> }.into_any(),
        Some(WholeRead { read, at, people }) => view! {
            <a href=query::roster_read(&read)>
                <When moment=at/>
            </a>
            {format!(", {}", counted(people, "person", "people"))}
        }
        .into_any(),
    }
}

#[component]
fn Next(next: Option<String>) -> impl IntoView {
    let when = match next {
        Some(when) => when.into_any(),
        None => view! { <span class="absent">"None is planned"</span> }.into_any(),
    };
    view! {
        <div>
            <dt>"Next read"</dt>
            <dd>{when}</dd>
        </div>
    }
}

#[component]
fn User(user: ClioUser) -> impl IntoView {
    let ClioUser {
        name,
        email,
        is_other_email,
    } = user;
    view! {
        <span class="address">{name}</span>
        ", "
        <Address email/>
        {is_other_email
            .then(|| {
                view! {
                    <span class="fine line">
                        "That is another e-mail than the account here has that connected the firm. Look whether that is meant so."
                    </span>
                }
            })}
    }
}

/// What can be done about a firm.
#[component]
fn Acts(id: String, name: String, state: RosterState) -> impl IntoView {
    let is_reading = state.progress().is_some();
    let can_read = !is_reading && !matches!(state, RosterState::ReconnectNeeded { .. });
    let (action, says) = if is_reading {
        (StopRoster::PATH, "Stop reading")
    } else {
        (ReadRoster::PATH, "Read now")
    };
    let whose = format!(" {name}");
    let button = (is_reading || can_read).then(|| {
        let whose = whose.clone();
        view! {
            <form method="post" action=action>
                <input type="hidden" name="firm" value=id.clone()/>
                <button class="button button-quiet">
                    {says} <span class="unseen">{whose}</span>
                </button>
            </form>
        }
    });
    let disconnect = query::link(DISCONNECT, &[("firm", &id)]);
    view! {
        <div class="actions">
            {button}
            <a class="button button-quiet" href=disconnect>
                "Disconnect" <span class="unseen">{whose}</span>
            </a>
        </div>
    }
}
