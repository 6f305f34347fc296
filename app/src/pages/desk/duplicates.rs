//! `/admin/duplicates`: accounts that may be one person's, pair by pair.

use leptos::{prelude::*, server_fn::ServerFn};

use super::{DeskPage, keys::Keys};
use crate::{
    api::{ReconsiderPair, SetPairAside, UndoMerge},
    components::{DoneNote, FormNote, When},
    gate, query,
    wire::desk::{
        Confidence, Deciding, DoneMerge, Duplicates, DuplicatesQuery, Frame, Half, Likeness,
        LikenessReason, Pair,
    },
    words::{account_state, confidence, likeness_reason},
};

const HERE: &str = "/admin/duplicates";

/// The pairs, and what can be done about them.
#[component]
pub fn DuplicatesPage() -> impl IntoView {
    let visitor = match gate::desk_visitor(HERE) {
        Ok(visitor) => visitor,
        Err(elsewhere) => return elsewhere,
    };
    let asked = DuplicatesQuery {
        confidence: query::parameter("confidence").and_then(|code| Confidence::from_code(&code)),
        aside: query::parameter("aside").is_some_and(|aside| aside == "true"),
        after: query::parameter("after").filter(|after| !after.is_empty()),
    };
    Suspend::new(async move {
        let frame = match visitor.backend.frame().await {
            Ok(frame) => frame,
            Err(failure) => return gate::failed(failure, HERE),
        };
        match visitor.backend.duplicates(asked.clone()).await {
            Ok(duplicates) => view! { <Document frame duplicates asked/> }.into_any(),
            Err(failure) => gate::failed(failure, HERE),
        }
    })
    .into_any()
}

#[component]
fn Document(frame: Frame, duplicates: Duplicates, asked: DuplicatesQuery) -> impl IntoView {
    let Duplicates {
        pairs,
        next,
        crowds,
        most_alike,
        searched,
        merges,
        deciding,
    } = duplicates;
    let is_later_page = asked.after.is_some();
    let has_pairs = !pairs.is_empty();
    let beginning = address(asked.confidence, asked.aside, None);
    let next = next.map(|after| address(asked.confidence, asked.aside, Some(&after)));
    view! {
        <DeskPage title="Duplicates" here=HERE frame>
            <h1>"Duplicates"</h1>
            <p class="lead">
                "Accounts that may belong to one person. Nothing happens to them until somebody decides."
            </p>
            <DoneNote/>
            <FormNote/>
            <Filters asked=asked.clone()/>
            {(deciding == Deciding::ConfirmFirst)
                .then(|| {
                    view! {
                        <p class="fine">
                            "To decide about a pair, "
                            <a href=query::confirm_link(HERE)>"confirm that it’s you"</a>
                            " first. That counts for 5 minutes."
                        </p>
                    }
                })}
            {if pairs.is_empty() {
                view! { <Nothing asked=asked.clone() is_searched=searched.is_some()/> }.into_any()
            } else {
                let aside = asked.aside;
                view! {
                    <ul class="rows couples">
                        {pairs
                            .into_iter()
                            .map(|pair| view! { <Couple pair aside deciding/> })
                            .collect_view()}
                    </ul>
                }
                    .into_any()
            }}
            {(is_later_page || next.is_some())
                .then(|| {
                    view! {
                        <nav class="pages" aria-label="More pairs">
                            {is_later_page
                                .then(|| view! { <a href=beginning>"To the beginning"</a> })}
                            {next.map(|next| view! { <a href=next>"More pairs"</a> })}
                        </nav>
                    }
                })}
            {(!merges.is_empty()).then(|| view! { <Merged merges deciding/> })}
            <section>
                <h2>"How they are found"</h2>
                <p class="fine">
                    {match searched {
                        Some(moment) => {
                            view! { "All accounts were last looked through " <When moment/> "." }
                                .into_any()
                        }
                        None => {
                            "All accounts are being looked through for the first time.".into_any()
                        }
                    }}
                    " Names are compared accents and case aside, e-mails by what stands before the @."
                    {crowded(crowds, most_alike)}
                </p>
            </section>
            {has_pairs.then(|| view! { <Keys/> })}
        </DeskPage>
    }
}

/// A page of the list.
fn address(confidence: Option<Confidence>, aside: bool, after: Option<&str>) -> String {
    let mut parameters = Vec::new();
    if let Some(confidence) = confidence {
        parameters.push(("confidence", confidence.code()));
    }
    if aside {
        parameters.push(("aside", "true"));
    }
    if let Some(after) = after {
        parameters.push(("after", after));
    }
    query::link(HERE, &parameters)
}

fn crowded(crowds: u32, most_alike: u32) -> Option<String> {
    let shared = match crowds {
        0 => return None,
        1 => "1 name or beginning of an e-mail is".to_owned(),
        some if some > Duplicates::MOST_CROWDS => {
            let most = Duplicates::MOST_CROWDS;
            format!("More than {most} names or beginnings of e-mails are")
        }
        some => format!("{some} names or beginnings of e-mails are"),
    };
    Some(format!(
        " {shared} shared by more than {most_alike} accounts each: nobody is compared by those."
    ))
}

#[component]
fn Filters(asked: DuplicatesQuery) -> impl IntoView {
    let link = |name: &'static str, confidence: Option<Confidence>, aside: bool| {
        let is_here = asked.confidence == confidence && asked.aside == aside;
        view! {
            <a href=address(confidence, aside, None) aria-current=is_here.then_some("true")>
                {name}
            </a>
        }
    };
    view! {
        <nav class="rooms" aria-label="Which pairs">
            {link("All", None, false)}
            {Confidence::ALL.map(|one| link(confidence(one), Some(one), false))}
            {link("Put aside", None, true)}
        </nav>
    }
}

#[component]
fn Nothing(asked: DuplicatesQuery, is_searched: bool) -> impl IntoView {
    let says = if asked.aside {
        "Nothing was put aside. When two accounts are two people’s, say so where they are compared."
    } else if asked.after.is_some() {
        "There are no more pairs."
    } else if !is_searched {
        "The search has only just begun. Look again in a few minutes."
    } else if asked.confidence.is_some() {
        "No pair is of that kind at the moment. Look at all of them instead."
    } else {
        "No two accounts look like one person’s. There is nothing to do here."
    };
    view! { <p>{says}</p> }
}

#[component]
fn Couple(pair: Pair, aside: bool, deciding: Deciding) -> impl IntoView {
    let Pair {
        a,
        b,
        likeness,
        found,
    } = pair;
    let compare = query::pair_path(&a.id, &b.id);
    let heard = format!(" {} and {}", a.name, b.name);
    let (first, second) = (a.id.clone(), b.id.clone());
    view! {
        <li class="with-act" data-row>
            <div>
                <p>
                    <span class=badge(likeness.confidence)>{confidence(likeness.confidence)}</span>
                </p>
                <div class="couple">
                    <Person half=a/>
                    <Person half=b/>
                </div>
                <Because likeness/>
                <p class="fine">"Found " <When moment=found/></p>
            </div>
            <div class="actions">
                <a class="button button-quiet" href=compare>
                    "Compare" <span class="unseen">{heard.clone()}</span>
                </a>
                {(deciding == Deciding::Yes)
                    .then(|| {
                        let (action, does) = if aside {
                            (ReconsiderPair::PATH, "Look at it again")
                        } else {
                            (SetPairAside::PATH, "Not the same person")
                        };
                        view! {
                            <form method="post" action=action>
                                <input type="hidden" name="a" value=first/>
                                <input type="hidden" name="b" value=second/>
                                <button class="link-button">
                                    {does} <span class="unseen">{heard}</span>
                                </button>
                            </form>
                        }
                    })}
            </div>
        </li>
    }
}

const fn badge(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Sure => "badge badge-caution",
        Confidence::Likely | Confidence::Possible => "badge",
    }
}

#[component]
fn Person(half: Half) -> impl IntoView {
    let Half {
        name,
        email,
        status,
        ..
    } = half;
    view! {
        <div>
            <strong class="address">{name}</strong>
            <span class="address fine">{email}</span>
            <span class="fine">{account_state(status)}</span>
        </div>
    }
}

/// Why two accounts may be one person's, as a sentence.
#[component]
pub(super) fn Because(likeness: Likeness) -> impl IntoView {
    let words: Vec<&str> = likeness
        .reasons
        .into_iter()
        .map(|reason: LikenessReason| likeness_reason(reason))
        .collect();
    let mut sentence = words.join("; ");
    if let Some(first) = sentence.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    (!sentence.is_empty()).then(|| view! { <p>{sentence} "."</p> })
}

#[component]
fn Merged(merges: Vec<DoneMerge>, deciding: Deciding) -> impl IntoView {
    view! {
        <section>
            <h2>"Merged lately"</h2>
            <ul class="rows">
                {merges
                    .into_iter()
                    .map(|merge| {
                        let DoneMerge { event, into, from_email, merged, until } = merge;
                        let heard = format!(" {into}");
                        view! {
                            <li class="with-act">
                                <div>
                                    <h3 class="address">{into}</h3>
                                    <p class="fine">
                                        "Took in " <span class="address">{from_email}</span> " "
                                        <When moment=merged/> ". Can be undone until " {until} "."
                                    </p>
                                </div>
                                {(deciding == Deciding::Yes)
                                    .then(|| {
                                        view! {
                                            <form method="post" action=UndoMerge::PATH>
                                                <input type="hidden" name="event" value=event/>
                                                <button class="button button-quiet">
                                                    "Undo the merge" <span class="unseen">{heard}</span>
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
