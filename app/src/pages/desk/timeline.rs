//! What happened to an account or a link, newest first: the sentence, then who, when, and the way to undo
//! it.

use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    api::desk::UndoAtDesk,
    components::When,
    query,
    wire::desk::{Change, DoneBy, Entry, Timeline, Undoing},
    words::{self, desk},
};

/// A page of what happened, and the ways to the others.
#[component]
pub fn History(
    /// The page.
    timeline: Timeline,
    /// The address that it stands at.
    here: String,
    /// The link whose page this is; entries about others lead to theirs.
    #[prop(optional_no_strip)]
    link: Option<String>,
) -> impl IntoView {
    let Timeline {
        entries,
        older,
        is_later_page,
    } = timeline;
    let older = older.map(|older| query::link(&here, &[("before", &older)]));
    let is_empty = entries.is_empty();
    view! {
        <section id="history">
            <h2>"What happened"</h2>
            {is_empty
                .then(|| {
                    let says = if is_later_page {
                        "Nothing happened before that."
                    } else {
                        "Nothing is recorded yet."
                    };
                    view! { <p>{says}</p> }
                })}
            <ol class="timeline">
                {entries
                    .into_iter()
                    .map(move |mut entry| {
                        entry.link = entry.link.filter(|other| link.as_ref() != Some(other));
                        view! { <OneEntry entry/> }
                    })
                    .collect_view()}
            </ol>
            {(older.is_some() || is_later_page)
                .then(|| {
                    view! {
                        <nav class="pages" aria-label="More of what happened">
                            {is_later_page
                                .then(|| view! { <a class="alone" href=here>"Newest"</a> })}
                            {older
                                .map(|older| view! { <a class="alone" href=older>"Earlier"</a> })}
                        </nav>
                    }
                })}
        </section>
    }
}

#[component]
fn OneEntry(entry: Entry) -> impl IntoView {
    let sentence = desk::entry(&entry);
    let heard = format!(": {sentence}");
    let undoing_does = desk::undoing(&entry.action);
    let Entry {
        event,
        at,
        by,
        link,
        reference,
        remark,
        change,
        undoing,
        ..
    } = entry;
    let (until, undone) = match undoing {
        Undoing::No => (None, None),
        Undoing::Until(day) => (Some(day), None),
        Undoing::Done(moment) => (None, Some(moment)),
    };
    let can_undo = until.is_some();
    view! {
        <li class="with-act">
            <div>
                <p>{sentence}</p>
                {change.map(|change| view! { <BeforeAndAfter change/> })}
                {remark.map(|text| view! { <blockquote class="remark">{text}</blockquote> })}
                <p class="fine">
                    <By by/> <When moment=at/>
                    {reference.map(|reference| view! { " · reference " <code>{reference}</code> })}
                    {link
                        .map(|link| {
                            let href = query::desk_page("links", &link, None);
                            view! {
                                " · "
                                <a href=href>"the login"</a>
                            }
                        })}
                </p>
                {until
                    .map(|until| {
                        view! {
                            <p class="fine">{undoing_does} " Possible until " {until} "."</p>
                        }
                    })}
                {undone
                    .map(|moment| view! { <p class="fine">"Undone " <When moment/></p> })}
            </div>
            {can_undo
                .then(|| {
                    view! {
                        <form method="post" action=UndoAtDesk::PATH>
                            <input type="hidden" name="event" value=event/>
                            <button class="button button-quiet">
                                "Undo" <span class="unseen">{heard}</span>
                            </button>
                        </form>
                    }
                })}
        </li>
    }
}

/// What was, struck out, and what is instead.
#[component]
pub fn BeforeAndAfter(
    /// What changed.
    change: Change,
) -> impl IntoView {
    let (before, after) = match change {
        Change::Status { from, to, until } => (
            desk::status(from).to_owned(),
            match until {
                Some(day) => format!("{} until {day}", desk::status(to)),
                None => desk::status(to).to_owned(),
            },
        ),
        Change::Role { from, to } => (words::role(from).to_owned(), words::role(to).to_owned()),
    };
    view! {
        <p class="before-after">
            <del>
                <span class="unseen">"Before: "</span>
                {before}
            </del>
            <ins>
                <span class="unseen">"Afterwards: "</span>
                {after}
            </ins>
        </p>
    }
}

#[component]
fn By(by: DoneBy) -> impl IntoView {
    match by {
        DoneBy::Themself => "By themself · ".into_any(),
        DoneBy::Another(person) => {
            let href = query::desk_page("accounts", &person.id, None);
            view! {
                "By "
                <a class="address" href=href>
                    {person.name}
                </a>
                " · "
            }
            .into_any()
        }
        DoneBy::Gone => "By an account that is gone · ".into_any(),
        DoneBy::Operator => "On the command line · ".into_any(),
        DoneBy::Nobody => ().into_any(),
    }
}
