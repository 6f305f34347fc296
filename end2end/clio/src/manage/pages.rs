//! What people see of the simulated Clio Manage.

use std::sync::atomic::Ordering;

use axum::http::StatusCode;

use super::firm::{Firm, ManageUser};
use super::handle::FAULTS;
use super::region::{Branch, Branches};
use crate::pages::{Page, esc};
use crate::sync::lock;

/// Asks a user to approve; whoever is signed in at Clio Identity with a user's e-mail is proposed.
pub(super) fn authorize(
    branch: &Branch,
    application: &str,
    request: &str,
    email: Option<&str>,
) -> Page {
    let users = branch.users();
    let is_theirs = |user: &ManageUser| {
        let own = user.email.as_deref();
        own.zip(email)
            .is_some_and(|(own, email)| own.eq_ignore_ascii_case(email))
    };
    let chosen = users
        .iter()
        .find(|user| is_theirs(user))
        .map(|user| user.id);
    let choice = |user: &ManageUser| choice(branch, user, chosen);
    let choices: String = users.iter().map(choice).collect();
    let body = format!(
        r#"<p><strong>{application}</strong> would like to see who you are in Clio Manage ({region}).</p>
<form method="post"><input type="hidden" name="request" value="{request}">
<fieldset><legend>Who are you?</legend>{choices}</fieldset>
<button name="decision" value="approve">Approve</button>
<button name="decision" value="decline" class="quiet" formnovalidate>Decline</button></form>"#,
        application = esc(application),
        region = branch.region.as_str(),
        request = esc(request),
    );
    Page::new("Approve access to Clio Manage", body)
}

fn choice(branch: &Branch, user: &ManageUser, chosen: Option<u64>) -> String {
    let firm = branch.firm(user.firm).map(|firm| firm.name);
    let checked = if chosen == Some(user.id) {
        " checked"
    } else {
        ""
    };
    let kind = match (user.enabled, user.clio_connect) {
        (false, _) => ", switched off",
        (_, true) => ", client portal",
        _ => "",
    };
    format!(
        r#"<label class="beside"><input type="radio" name="user" value="{}"{checked} required> {} ({}), {}{kind}</label>"#,
        user.id,
        esc(&user.name()),
        esc(user.email.as_deref().unwrap_or("no e-mail")),
        esc(&firm.unwrap_or_default()),
    )
}

/// A request that can't be trusted: nobody is sent anywhere.
pub(super) fn refused(hint: &str) -> Page {
    let body = format!(
        "<p>The application sent a request that can't be answered.</p><p>{}.</p>",
        esc(hint)
    );
    Page::new("This can't go on", body).with_status(StatusCode::BAD_REQUEST)
}

/// Where whoever declines is stranded, unless the application asked for them back.
pub(super) fn stranded() -> Page {
    let body = "<p>You declined. There is nothing more to do here.</p>".to_owned();
    Page::new("Access denied", body).with_status(StatusCode::UNAUTHORIZED)
}

pub(super) fn switched_off(user: &ManageUser) -> Page {
    let body = format!("<p>The login of {} is switched off.</p>", esc(&user.name()));
    Page::new("You can't sign in", body).with_status(StatusCode::FORBIDDEN)
}

/// Where "Add to Clio" ends.
pub(super) fn added() -> Page {
    Page::new(
        "Added to Clio",
        "<p>The application is connected to your firm.</p>".to_owned(),
    )
}

/// The switches, region by region.
pub(super) fn switches(branches: &Branches) -> Page {
    let add = branches
        .add_to_clio_url
        .as_deref()
        .map_or_else(String::new, |url| {
            format!(
                r#"<p><a href="{}" target="_blank">Add to Clio</a></p>"#,
                esc(url)
            )
        });
    let regions: String = branches
        .all()
        .iter()
        .filter(|branch| !branch.users().is_empty())
        .map(|branch| region(branch))
        .collect();
    let told = lock(&branches.callbacks).len();
    let arrived = branches.added.load(Ordering::Relaxed);
    let body = format!(
        r#"<div class="wide">{add}<p role="status">The application was told {told} times that somebody revoked.
"Add to Clio" ended here {arrived} times.</p>{regions}</div>"#
    );
    Page::new("Clio Manage", body)
}

fn region(branch: &Branch) -> String {
    let word = branch.region.as_str();
    let users = branch.users();
    let options: String = users.iter().map(option).collect();
    let firms: String = branch.firms().iter().map(firm).collect();
    let faults: String = FAULTS.iter().map(fault).collect();
    format!(
        r#"<h2>Region {word}</h2>
<form class="apart" method="post" action="/simulation/manage/user"><h3>Users</h3>
<input type="hidden" name="region" value="{word}">
<label for="user-{word}">User</label><select id="user-{word}" name="user">{options}</select>
<label for="email-{word}">New e-mail</label><input id="email-{word}" name="email" autocomplete="off">
<button name="act" value="disable">Switch the login off</button>
<button name="act" value="enable">Switch it on</button>
<button name="act" value="remove">Remove the user</button>
<button name="act" value="email">Change the e-mail</button></form>
<form class="apart" method="post" action="/simulation/manage/people"><h3>Another user</h3>
<input type="hidden" name="region" value="{word}">
<label for="firm-{word}">Firm</label><select id="firm-{word}" name="firm">{firms}</select>
<label for="new-email-{word}">E-mail</label><input id="new-email-{word}" name="email" required autocomplete="off">
<label for="first-{word}">First name</label><input id="first-{word}" name="first_name" autocomplete="off">
<label for="last-{word}">Last name</label><input id="last-{word}" name="last_name" autocomplete="off">
<button>Add the user</button></form>
<form class="apart" method="post" action="/simulation/manage/revoke"><h3>Apps that a user authorised</h3>
<input type="hidden" name="region" value="{word}">
<label for="revoke-{word}">User</label><select id="revoke-{word}" name="user">{options}</select>
<button>Revoke the application</button></form>
<form class="apart" method="post" action="/simulation/manage/fault"><h3>How it answers</h3>
<input type="hidden" name="region" value="{word}"><fieldset><legend>From now on</legend>{faults}</fieldset>
<button>Switch</button></form>"#
    )
}

fn option(user: &ManageUser) -> String {
    let off = if user.enabled { "" } else { ", switched off" };
    format!(
        r#"<option value="{}">{}{off}</option>"#,
        user.id,
        esc(&user.name())
    )
}

fn firm(firm: &Firm) -> String {
    format!(
        r#"<option value="{}">{}</option>"#,
        firm.id,
        esc(&firm.name)
    )
}

fn fault((name, says): &(&str, &str)) -> String {
    format!(
        r#"<label class="beside"><input type="radio" name="fault" value="{name}" required> {says}</label>"#
    )
}
