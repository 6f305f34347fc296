//! How many a decision is about, and each of them.

use leptos::prelude::*;

use super::ROOM;
use crate::{
    pages::desk::pieces::Address,
    query,
    wire::desk::{BulkItem, BulkPage as Facts, BulkStage, Deed},
    words::bulk,
};

/// How many are done or would be, and how many are left alone, by why.
#[component]
pub(super) fn Counts(facts: Facts, is_over: bool) -> impl IntoView {
    let deed = facts.act.deed;
    let left_alone = facts.left_alone();
    let (count, says) = if is_over {
        (facts.done, "done")
    } else {
        (facts.waiting, "will be changed")
    };
    view! {
        <ul class="counts">
            <li>
                <strong>{count}</strong>
                " "
                {says}
            </li>
            {(is_over && facts.waiting > 0)
                .then(|| {
                    view! {
                        <li>
                            <strong>{facts.waiting}</strong>
                            " not begun"
                        </li>
                    }
                })}
            {(left_alone > 0)
                .then(|| {
                    view! {
                        <li>
                            <strong>{left_alone}</strong>
                            " left alone:"
                            <ul>
                                {facts
                                    .skipped
                                    .into_iter()
                                    .map(|(why, count)| {
                                        view! { <li>{count} " because " {bulk::skip(deed, why)}</li> }
                                    })
                                    .collect_view()}
                            </ul>
                        </li>
                    }
                })}
        </ul>
    }
}

/// Each of them.
#[component]
pub(super) fn Items(facts: Facts) -> impl IntoView {
    let here = format!("{ROOM}/{}", facts.act.id);
    let deed = facts.act.deed;
    let is_about_logins = facts.items.iter().any(|item| item.clio_email.is_some());
    let is_ahead = matches!(
        facts.act.stage,
        BulkStage::Gathering | BulkStage::Ready | BulkStage::GivenUp | BulkStage::TooMany
    );
    let pages = (facts.is_later_page || facts.next.is_some()).then(|| {
        let next = facts
            .next
            .as_ref()
            .map(|next| query::link(&here, &[("after", next)]));
        view! {
            <nav class="pages" aria-label="More of them">
                {facts
                    .is_later_page
                    .then(|| view! { <a class="alone" href=here.clone()>"The first"</a> })}
                {next.map(|next| view! { <a class="alone" href=next>"More"</a> })}
            </nav>
        }
    });
    (!facts.items.is_empty()).then(|| {
        view! {
            <section>
                <h2>"Each of them"</h2>
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">"Person"</th>
                            {is_about_logins
                                .then(|| view! { <th scope="col">"Clio e-mail"</th> })}
                            <th scope="col">{if is_ahead { "What would happen" } else { "What happened" }}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {facts
                            .items
                            .into_iter()
                            .map(|item| view! { <Item item deed is_ahead/> })
                            .collect_view()}
                    </tbody>
                </table>
                {pages}
            </section>
        }
    })
}

#[component]
fn Item(item: BulkItem, deed: Deed, is_ahead: bool) -> impl IntoView {
    let outcome = match (item.skip, item.is_done, is_ahead) {
        (Some(why), ..) => format!("Left alone: {}", bulk::skip(deed, why)),
        (None, true, _) => "Done".to_owned(),
        (None, false, true) => "Will be changed".to_owned(),
        (None, false, false) => "Not begun".to_owned(),
    };
    view! {
        <tr data-row>
            <th scope="row">
                <a href=item.account>{item.name}</a>
                <span class="second"><Address email=item.email/></span>
            </th>
            {item
                .clio_email
                .map(|email| {
                    view! {
                        <td data-label="Clio e-mail">
                            <Address email/>
                        </td>
                    }
                })}
            <td data-label=if is_ahead { "Would happen" } else { "Happened" }>{outcome}</td>
        </tr>
    }
}
