//! `/admin/duplicates/{a}/{b}`: two accounts side by side, and what becomes of them.

mod sides;

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

use self::sides::Sides;
use super::{DeskPage, duplicates::Because};
use crate::{
    api::{MergeAccounts, ReconsiderPair, SetPairAside},
    components::{DoneNote, FormNote},
    gate,
    pages::NotFound,
    query,
    wire::desk::{Comparison, Deciding, Frame, MergeObstacle, Side},
    words::{confidence, merge_obstacle},
};

const HERE: &str = "/admin/duplicates";

/// Two accounts side by side.
#[component]
pub fn ComparePage() -> impl IntoView {
    let page = query::this_page();
    let visitor = match gate::desk_visitor(&page) {
        Ok(visitor) => visitor,
        Err(elsewhere) => return elsewhere,
    };
    let id = |name| use_params_map().read_untracked().get(name);
    let (a, b) = (id("a").unwrap_or_default(), id("b").unwrap_or_default());
    Suspend::new(async move {
        let frame = match visitor.backend.frame().await {
            Ok(frame) => frame,
            Err(failure) => return gate::failed(failure, &page),
        };
        match visitor.backend.comparison(a, b).await {
            Ok(Some(comparison)) => view! { <Document frame comparison/> }.into_any(),
            Ok(None) => view! { <NotFound/> }.into_any(),
            Err(failure) => gate::failed(failure, &page),
        }
    })
    .into_any()
}

#[component]
fn Document(frame: Frame, comparison: Comparison) -> impl IntoView {
    let Comparison {
        a,
        b,
        likeness,
        is_aside,
        seen,
        deciding,
    } = comparison;
    let (ids, is_found) = ((a.id.clone(), b.id.clone()), likeness.is_some());
    let page = query::pair_path(&ids.0, &ids.1);
    let way = Way::between(&a, &b);
    let obstacles = [
        ("The first account can’t stay", a.cannot_take_in),
        ("The second can’t be merged into it", b.cannot_be_taken_in),
        ("The second account can’t stay", b.cannot_take_in),
        ("The first can’t be merged into it", a.cannot_be_taken_in),
    ];
    let can_merge = way.is_some() && deciding == Deciding::Yes && !is_aside;
    view! {
        <DeskPage title="One person?" here=HERE frame>
            <p>
                <a class="alone" href=HERE>
                    "All pairs"
                </a>
            </p>
            <h1>"Are these one person’s?"</h1>
            <DoneNote/>
            <FormNote/>
            {likeness
                .map(|likeness| {
                    view! {
                        <p>
                            <span class="badge">{confidence(likeness.confidence)}</span>
                        </p>
                        <Because likeness/>
                    }
                })}
            {if can_merge {
                view! {
                    <form method="post" action=MergeAccounts::PATH class="decision">
                        <input type="hidden" name="a" value=ids.0.clone()/>
                        <input type="hidden" name="b" value=ids.1.clone()/>
                        <input type="hidden" name="seen" value=seen/>
                        <Sides a b way/>
                        <Consequences/>
                        <p class="actions">
                            <button class="button">"Merge these accounts"</button>
                        </p>
                    </form>
                }
                    .into_any()
            } else {
                view! {
                    <Sides a b way=None/>
                    <WhyNot obstacles=way.is_none().then_some(obstacles) deciding is_aside page/>
                }
                    .into_any()
            }}
            {(is_found && deciding == Deciding::Yes).then(|| view! { <Apart ids is_aside/> })}
        </DeskPage>
    }
}

/// That one of them can be merged into the other, and which is suggested.
#[derive(Clone, Copy)]
struct Way {
    /// Whether the second is suggested to stay.
    suggests_b: bool,
}

impl Way {
    fn between(a: &Side, b: &Side) -> Option<Self> {
        let can_stay =
            |one: &Side, other: &Side| one.cannot_take_in.or(other.cannot_be_taken_in).is_none();
        let (a_can_stay, b_can_stay) = (can_stay(a, b), can_stay(b, a));
        let uses = |side: &Side| side.logins.len();
        (a_can_stay || b_can_stay).then_some(Self {
            suggests_b: b_can_stay && (!a_can_stay || uses(b) > uses(a)),
        })
    }
}

#[component]
fn Consequences() -> impl IntoView {
    view! {
        <section>
            <h2>"What merging does"</h2>
            <ul class="plain">
                <li>"The Clio logins of the account that goes open the one that stays."</li>
                <li>
                    "The account that stays keeps its role and its password. The role and the password of the other one are gone."
                </li>
                <li>"Everybody who is signed in to either of them is signed out."</li>
                <li>"Questions about the account that goes are asked about the one that stays."</li>
                <li>"A mail goes to both mailboxes."</li>
                <li>"It can be undone for 14 days, as long as nobody has changed what it changed."</li>
            </ul>
        </section>
    }
}

/// Why there is no button.
#[component]
fn WhyNot(
    /// What stands in each way, where both are closed.
    obstacles: Option<[(&'static str, Option<MergeObstacle>); 4]>,
    deciding: Deciding,
    is_aside: bool,
    /// Where whoever has to show that it's them comes back to.
    page: String,
) -> impl IntoView {
    if is_aside {
        return view! {
            <p>"Somebody put this pair aside as two people’s. To merge them, look at it again first."</p>
        }
        .into_any();
    }
    if let Some(obstacles) = obstacles {
        return view! {
            <section>
                <h2>"They can’t be merged now"</h2>
                <ul class="plain">
                    {obstacles
                        .into_iter()
                        .filter_map(|(what, why)| Some((what, why?)))
                        .map(|(what, why)| view! { <li>{what} ". " {merge_obstacle(why)}</li> })
                        .collect_view()}
                </ul>
            </section>
        }
        .into_any();
    }
    match deciding {
        Deciding::No => {
            view! { <p class="fine">"Administrators decide whether these are merged."</p> }
                .into_any()
        }
        Deciding::ConfirmFirst | Deciding::Yes => view! {
            <section>
                <h2>"Decide about them"</h2>
                <p>
                    "To merge them or put them aside, show first that it’s still you. That counts for 5 minutes."
                </p>
                <p class="actions">
                    <a class="button" href=query::confirm_link(&page)>
                        "Confirm that it’s you"
                    </a>
                </p>
            </section>
        }
        .into_any(),
    }
}

#[component]
fn Apart(ids: (String, String), is_aside: bool) -> impl IntoView {
    let (action, asks, does) = if is_aside {
        (
            ReconsiderPair::PATH,
            "Was that a mistake? Then the pair goes back into the list.",
            "Look at it again",
        )
    } else {
        (
            SetPairAside::PATH,
            "Then the pair is put aside for good, and isn’t shown again. You can take that back.",
            "Not the same person",
        )
    };
    view! {
        <section>
            <h2>{if is_aside { "Put aside" } else { "Two people?" }}</h2>
            <p>{asks}</p>
            <form class="actions" method="post" action=action>
                <input type="hidden" name="a" value=ids.0/>
                <input type="hidden" name="b" value=ids.1/>
                <button class="button button-quiet">{does}</button>
            </form>
        </section>
    }
}
