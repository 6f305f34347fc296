//! The frame of a page of the desk: the rail with its rooms, and the contents beside it.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    api::Failure,
    backend::backend,
    components::{CONTENT, Masthead, SkipLink, tab_title},
    gate::{self, Visitor},
    pages::NotFound,
    wire::desk::Frame,
};

/// The rooms of the desk, and their names.
const ROOMS: [(&str, &str); 9] = [
    ("/admin/links", "Links"),
    (QUEUE, "Queue"),
    ("/admin/reviews", "Reviews"),
    ("/admin/invitations", "Invitations"),
    (ROSTER, "Roster"),
    ("/admin/duplicates", "Duplicates"),
    ("/admin/dormancy", "Dormancy"),
    ("/admin/bulk", "Many at once"),
    ("/admin/audit", "Audit"),
];

// The rooms whose lines in the rail say how much waits there.
const QUEUE: &str = "/admin/queue";
/// Is there only where Clio Manage is configured.
const ROSTER: &str = "/admin/roster";

/// A page of the desk. The caller has let the visitor in.
#[component]
pub fn DeskPage(
    /// The page's name in the browser's tab.
    #[prop(into)]
    title: String,
    /// The path of the room that the page belongs to.
    here: &'static str,
    /// What the rail shows.
    frame: Frame,
    /// The contents.
    children: Children,
) -> impl IntoView {
    let backend = backend().ok();
    let firm_name = backend
        .as_ref()
        .map(|backend| backend.firm_name().to_owned());
    let firm_name = firm_name.unwrap_or_default();
    let viewer = backend.and_then(|backend| backend.viewer());
    view! {
        <Title text=tab_title(title, &firm_name)/>
        <SkipLink/>
        <Masthead firm_name viewer/>
        <div class="desk">
            <nav class="rail" aria-label="Administration">
                {ROOMS
                    .into_iter()
                    .filter(|(path, _)| *path != ROSTER || frame.roster.is_some())
                    .map(|(path, name)| {
                        let waiting = match path {
                            QUEUE => u64::from(frame.waiting),
                            ROSTER => frame.roster.unwrap_or(0),
                            _ => 0,
                        };
                        view! {
                            <a href=path aria-current=(path == here).then_some("page")>
                                {name} {(waiting > 0).then(|| view! { <Waiting count=waiting/> })}
                            </a>
                        }
                    })
                    .collect_view()}
            </nav>
            <main id=CONTENT class="desk-page" tabindex="-1">
                {children()}
            </main>
        </div>
    }
}

/// A page about one thing, once the server has found it: in the frame, or that there is no such thing, or
/// why it can't be told.
pub async fn about<T>(
    visitor: &Visitor,
    finding: impl Future<Output = Result<Option<T>, Failure>>,
    here: &str,
    page: impl FnOnce(T, Frame) -> AnyView,
) -> AnyView {
    let found = match finding.await {
        Ok(Some(thing)) => visitor.backend.frame().await.map(|frame| (thing, frame)),
        Ok(None) => return view! { <NotFound/> }.into_any(),
        Err(failure) => Err(failure),
    };
    match found {
        Ok((thing, frame)) => page(thing, frame),
        Err(failure) => gate::failed(failure, here),
    }
}

/// How much waits, where anything does.
#[component]
fn Waiting(count: u64) -> impl IntoView {
    let (shown, heard) = match count {
        more if more > u64::from(Frame::MOST_WAITING) => (
            format!("{}+", Frame::MOST_WAITING),
            format!(", more than {} wait", Frame::MOST_WAITING),
        ),
        1 => ("1".to_owned(), ", 1 waits".to_owned()),
        some => (some.to_string(), format!(", {some} wait")),
    };
    view! {
        <span class="rail-count" aria-hidden="true">
            {shown}
        </span>
        <span class="unseen">{heard}</span>
    }
}
