//! What the list shows: the search, the filters and columns to choose, and what is on.

use leptos::prelude::*;

use super::HERE;
use crate::{
    pages::desk::pieces::SearchField,
    wire::{
        LinkMethod, Region, Role, Status,
        desk::links::{Column, Connection, InRoster, Listing, Origin, RosterLogin},
    },
    words::{self, desk::status, links},
};

/// The search, the filters and columns, and what is on.
#[component]
pub(super) fn Filters(
    listing: Listing,
    /// The firms of the roster, where there is one.
    firms: Option<Vec<(String, String)>>,
) -> impl IntoView {
    view! {
        <search class="filters">
            <form class="listing" method="get" action=HERE>
                <SearchField searched=listing.search.clone() longest=200 button="Show"/>
                <details class="fold">
                    <summary>"Filters and columns"</summary>
                    <Choices listing=listing.clone() firms/>
                </details>
            </form>
            <On listing/>
        </search>
    }
}

/// Boxes to tick, one for each value.
fn boxes<T: Copy + PartialEq + 'static>(
    name: &'static str,
    legend: &'static str,
    all: impl IntoIterator<Item = (T, &'static str, &'static str)>,
    chosen: &[T],
) -> AnyView {
    let boxes = all
        .into_iter()
        .map(|(value, word, says)| {
            view! {
                <label>
                    <input
                        type="checkbox"
                        name=name
                        value=word
                        checked=chosen.contains(&value)
                    />
                    {says}
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset>
            <legend>{legend}</legend>
            {boxes}
        </fieldset>
    }
    .into_any()
}

/// Of these, one.
fn one_of(
    name: &'static str,
    label: &'static str,
    all: Vec<(&'static str, &'static str)>,
    chosen: &'static str,
) -> impl IntoView {
    let options = all
        .into_iter()
        .map(|(word, says)| {
            view! {
                <option value=word selected=word == chosen>
                    {says}
                </option>
            }
        })
        .collect_view();
    view! {
        <label>
            {label}
            <select name=name>{options}</select>
        </label>
    }
}

const fn yes_or_no(value: Option<bool>) -> &'static str {
    match value {
        None => "",
        Some(true) => "yes",
        Some(false) => "no",
    }
}

#[component]
fn Choices(listing: Listing, firms: Option<Vec<(String, String)>>) -> impl IntoView {
    let statuses = [
        Status::Active,
        Status::Pending,
        Status::Suspended,
        Status::Invited,
        Status::Deleted,
    ]
    .map(|it| (it, Listing::status_word(it), status(it)));
    let roles = [Role::Member, Role::Reviewer, Role::Admin, Role::Owner]
        .map(|it| (it, Listing::role_word(it), links::role(it)));
    let methods = [
        LinkMethod::FirstSignIn,
        LinkMethod::Password,
        LinkMethod::Code,
        LinkMethod::LinkedSignIn,
        LinkMethod::Claim,
        LinkMethod::Session,
        LinkMethod::Administrator,
    ]
    .map(|it| (it, Listing::method_word(it), links::proof(it)));
    let origins = Origin::ALL
        .iter()
        .map(|it| (*it, it.word(), links::origin(*it)));
    let has_roster = firms.is_some();
    let columns = Column::ALL
        .iter()
        .filter(move |column| has_roster || !column.is_of_roster())
        .map(|it| (*it, it.word(), links::column(*it)));
    let connections = Connection::ALL
        .iter()
        .map(|it| (it.word(), links::connection(*it)))
        .collect();
    let reviewed = vec![("", "Any"), ("no", "Never reviewed"), ("yes", "Reviewed")];
    let drift = vec![("", "Any"), ("yes", "E-mails differ"), ("no", "The same")];
    let days = listing.dormant.map(|days| days.to_string());
    let sort = listing.sort.map(|column| {
        view! { <input type="hidden" name="sort" value=column.word()/> }
    });
    let order = listing.reversed.then(|| {
        view! { <input type="hidden" name="order" value="reversed"/> }
    });
    let roster = firms.map(|firms| view! { <RosterChoices chosen=listing.roster.clone() firms/> });
    view! {
        <div class="choose">
            {boxes("status", "Status", statuses, &listing.statuses)}
            {boxes("role", "Role", roles, &listing.roles)}
            {boxes("proof", "Proved by", methods, &listing.methods)}
            {boxes("created_by", "Account created by", origins, &listing.origins)}
            <fieldset class="choose-more">
                <legend>"More"</legend>
                {one_of("connection", "Connection", connections, listing.connection.word())}
                {one_of("reviewed", "Review", reviewed, yes_or_no(listing.reviewed))}
                {one_of("drift", "E-mails", drift, yes_or_no(listing.drifted))} <label>
                    "Not used for days"
                    <input
                        name="dormant"
                        type="number"
                        min="1"
                        max="9999"
                        inputmode="numeric"
                        value=days
                    />
                </label> <label>
                    "Linked from"
                    <input name="linked_from" type="date" value=listing.linked_from.clone()/>
                </label> <label>
                    "Linked until"
                    <input name="linked_to" type="date" value=listing.linked_to.clone()/>
                </label>
            </fieldset>
            {roster} {boxes("column", "Columns", columns, &listing.shown())}
            {sort}
            {order}
        </div>
        <p class="actions">
            <button class="button">"Show these"</button>
        </p>
    }
}

/// What the roster says of people.
#[component]
fn RosterChoices(chosen: InRoster, firms: Vec<(String, String)>) -> impl IntoView {
    let any = ("", "Any");
    let regions = Region::ALL.map(|it| (it.code(), words::region(it)));
    let regions = [&[any], regions.as_slice()].concat();
    let logins = RosterLogin::ALL
        .iter()
        .map(|it| (it.word(), links::roster_login(*it)));
    let logins = [any].into_iter().chain(logins).collect();
    let firms = firms
        .into_iter()
        .map(|(firm, name)| {
            let is_chosen = chosen.firm.as_ref() == Some(&firm);
            view! {
                <option value=firm selected=is_chosen>
                    {name}
                </option>
            }
        })
        .collect_view();
    let days = chosen.not_seen.map(|days| days.to_string());
    view! {
        <fieldset class="choose-more">
            <legend>"In Clio, by the roster"</legend>
            <label>
                "Firm" <select name="firm">
                    <option value="" selected=chosen.firm.is_none()>
                        "Any"
                    </option>
                    {firms}
                </select>
            </label>
            {one_of("region", "Region", regions, chosen.region.map_or("", Region::code))}
            {one_of("enabled", "Login", logins, chosen.login.map_or("", RosterLogin::word))}
            <label>
                "Role in Clio" <input name="clio_role" maxlength="100" value=chosen.role/>
            </label> <label>
                "Not seen for days"
                <input
                    name="not_seen"
                    type="number"
                    min="1"
                    max="9999"
                    inputmode="numeric"
                    value=days
                />
            </label>
        </fieldset>
    }
}

/// What is on, each with a link that takes it off.
#[component]
fn On(listing: Listing) -> impl IntoView {
    let parts = listing.parts();
    if parts.is_empty() {
        return ().into_any();
    }
    let chips = parts
        .iter()
        .map(|part| {
            view! {
                <a href=listing.without(part).path() aria-current="true">
                    {links::part(part)}
                    <span aria-hidden="true">" ×"</span>
                    <span class="unseen">", take this filter off"</span>
                </a>
            }
        })
        .collect_view();
    view! {
        <nav class="chips" aria-label="Filters that are on">
            {chips}
            {(parts.len() > 1)
                .then(|| view! { <a href=listing.unfiltered().path()>"Take all off"</a> })}
        </nav>
    }
    .into_any()
}
