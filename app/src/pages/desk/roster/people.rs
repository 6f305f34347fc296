//! `/admin/roster/people`: the people of the roster, and what to show of them.

use leptos::prelude::*;

use super::{
    HERE, in_room,
    pieces::{AccountHere, Pager, Person},
};
use crate::{
    components::When,
    gate,
    pages::desk::{DeskPage, keys::Keys, pieces::SearchField},
    query,
    wire::{
        Region,
        desk::{
            Frame,
            roster::{AccountFilter, ClioLogin, PeopleQuery, RosterPeople, RosterPerson},
        },
    },
    words::{self, counted, roster as say},
};

/// The page.
pub(super) const PEOPLE: &str = "/admin/roster/people";

/// The people of the roster.
#[component]
pub fn RosterPeoplePage() -> impl IntoView {
    let visitor = match gate::desk_visitor(PEOPLE) {
        Ok(visitor) => visitor,
        Err(elsewhere) => return elsewhere,
    };
    let asked = asked_for();
    Suspend::new(async move {
        let finding = async { visitor.backend.roster_people(asked.clone()).await.map(Some) };
        in_room(&visitor, finding, |people, frame| {
            view! { <Document frame people asked=asked.clone()/> }.into_any()
        })
        .await
    })
    .into_any()
}

/// What the address asks for. What it doesn't know is left out.
fn asked_for() -> PeopleQuery {
    let filled = |name| query::parameter(name).filter(|value| !value.is_empty());
    PeopleQuery {
        search: filled("q").unwrap_or_default().trim().to_owned(),
        firm: filled("firm"),
        region: filled("region").and_then(|code| Region::from_code(&code)),
        login: filled("enabled").and_then(|code| ClioLogin::from_code(&code)),
        account: filled("account").and_then(|code| AccountFilter::from_code(&code)),
        after: filled("after"),
    }
}

#[component]
fn Document(frame: Frame, people: RosterPeople, asked: PeopleQuery) -> impl IntoView {
    let RosterPeople {
        count,
        firms,
        people,
        next,
        is_later,
    } = people;
    let is_filtered = !asked.parameters().is_empty();
    let first = is_later.then(|| query::link(PEOPLE, &asked.parameters()));
    let next = next.map(|after| {
        let turned = [asked.parameters().as_slice(), &[("after", after.as_str())]].concat();
        query::link(PEOPLE, &turned)
    });
    let has_people = !people.is_empty();
    let has_several = firms.len() > 1;
    let contents = if has_people {
        view! { <Table people has_several/> }.into_any()
    } else {
        view! { <Nothing is_filtered/> }.into_any()
    };
    view! {
        <DeskPage title="People of the roster" here=HERE frame>
            <div class="desk-head">
                <h1>"People of the roster"</h1>
                <p class="fine">{counted(count, "person", "people")}</p>
            </div>
            <Filters asked firms is_filtered/>
            {contents}
            <Pager about="More people" first next says="Next people"/>
            <p>
                <a class="alone" href=HERE>
                    "Back to the roster"
                </a>
            </p>
            {has_people.then(|| view! { <Keys/> })}
        </DeskPage>
    }
}

/// One of several, or any.
fn one_of(
    name: &'static str,
    label: &'static str,
    any: &'static str,
    all: Vec<(String, String)>,
    chosen: Option<&str>,
) -> impl IntoView + use<> {
    let options = all
        .into_iter()
        .map(|(word, says)| {
            let is_chosen = chosen == Some(word.as_str());
            view! {
                <option value=word selected=is_chosen>
                    {says}
                </option>
            }
        })
        .collect_view();
    view! {
        <label>
            {label}
            <select name=name>
                <option value="">{any}</option>
                {options}
            </select>
        </label>
    }
}

#[component]
fn Filters(asked: PeopleQuery, firms: Vec<(String, String)>, is_filtered: bool) -> impl IntoView {
    let has_choices = asked.parameters().iter().any(|(name, _)| *name != "q");
    let regions = Region::ALL
        .map(|region| (region.code().to_owned(), words::region(region).to_owned()))
        .to_vec();
    let logins = ClioLogin::ALL
        .map(|login| (login.code().to_owned(), say::login(login).to_owned()))
        .to_vec();
    let accounts = AccountFilter::ALL
        .map(|filter| {
            (
                filter.code().to_owned(),
                say::account_filter(filter).to_owned(),
            )
        })
        .to_vec();
    let region = asked.region.map(Region::code);
    let login = asked.login.map(ClioLogin::code);
    let account = asked.account.map(AccountFilter::code);
    view! {
        <search class="filters">
            <form class="listing" method="get" action=PEOPLE>
                <SearchField searched=asked.search.clone() longest=100 button="Show"/>
                <details class="fold" open=has_choices>
                    <summary>"Filters"</summary>
                    <div class="choose">
                        {one_of("firm", "Firm", "Any firm", firms, asked.firm.as_deref())}
                        {one_of("region", "Region", "Any region", regions, region)}
                        {one_of("enabled", "Login in Clio", "Any", logins, login)}
                        {one_of("account", "Account here", "With or without", accounts, account)}
                    </div>
                    <p class="actions">
                        <button class="button">"Show these"</button>
                    </p>
                </details>
            </form>
            {is_filtered
                .then(|| {
                    view! {
                        <a class="alone" href=PEOPLE>
                            "Take all filters off"
                        </a>
                    }
                })}
        </search>
    }
}

#[component]
fn Table(people: Vec<RosterPerson>, has_several: bool) -> impl IntoView {
    view! {
        <table class="table roster-table">
            <caption class="unseen">"People of the roster"</caption>
            <thead>
                <tr>
                    <th scope="col">"Person in Clio"</th>
                    {has_several.then(|| view! { <th scope="col">"Firm"</th> })}
                    <th scope="col">"Roles in Clio"</th>
                    <th scope="col">"Subscription"</th>
                    <th scope="col">"Login in Clio"</th>
                    <th scope="col" class="number">"Last seen"</th>
                    <th scope="col">"Account here"</th>
                </tr>
            </thead>
            <tbody>
                {people
                    .into_iter()
                    .map(|person| view! { <Row person has_several/> })
                    .collect_view()}
            </tbody>
        </table>
    }
}

#[component]
fn Row(person: RosterPerson, has_several: bool) -> impl IntoView {
    let RosterPerson {
        name,
        email,
        firm,
        region,
        roles,
        subscription,
        login,
        seen,
        account,
    } = person;
    let look = match login {
        ClioLogin::Enabled => "badge badge-good",
        ClioLogin::Disabled => "badge badge-caution",
        ClioLogin::Gone => "badge badge-off",
    };
    view! {
        <tr data-row>
            <th scope="row">
                <Person name email firm=None/>
            </th>
            {has_several
                .then(|| {
                    view! {
                        <td data-label="Firm">
                            <div>
                                <span class="address">{firm}</span>
                                <span class="second">{words::region(region)}</span>
                            </div>
                        </td>
                    }
                })}
            <td data-label="Roles in Clio" class="address">
                <OrNone text=roles.join(", ")/>
            </td>
            <td data-label="Subscription" class="address">
                <OrNone text=subscription/>
            </td>
            <td data-label="Login in Clio">
                <span class=look>{say::login(login)}</span>
            </td>
            <td data-label="Last seen" class="number">
                <When moment=seen/>
            </td>
            <td data-label="Account here">
                <AccountHere account/>
            </td>
        </tr>
    }
}

/// What Clio says, which may be nothing.
#[component]
fn OrNone(text: String) -> impl IntoView {
    if text.is_empty() {
        view! { <span class="absent">"None"</span> }.into_any()
    } else {
        text.into_any()
    }
}

#[component]
fn Nothing(is_filtered: bool) -> impl IntoView {
    let (says, href, act) = if is_filtered {
        (
            "Nobody of the roster is like that.",
            PEOPLE,
            "Show everybody",
        )
    } else {
        (
            "Nobody was read yet. Once a firm is connected and read, its people stand here.",
            HERE,
            "Go to the roster",
        )
    };
    view! {
        <div class="nothing">
            <p>{says}</p>
            <p>
                <a class="alone" href=href>
                    {act}
                </a>
            </p>
        </div>
    }
}
