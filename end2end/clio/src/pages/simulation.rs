//! The switches page.

use super::Page;
use super::html::esc;
use crate::people::Person;
use crate::switches::{Outcome, Span};

/// The switches as they are set, and a form for each.
pub(crate) fn switches(set: Option<(Outcome, Span)>, people: &[Person]) -> Page {
    let now = now(set);
    let outcomes = outcomes(set.map_or(Outcome::Normal, |(outcome, _)| outcome));
    let options: String = people.iter().map(person_option).collect();
    let person = |id: &str| {
        format!(
            r#"<label for="{id}">Person</label><select id="{id}" name="person">{options}</select>"#
        )
    };
    let (email, names, recreate) = (
        person("email-of"),
        person("names-of"),
        person("recreate-of"),
    );
    let body = format!(
        r#"<div class="wide"><p role="status">{now}</p>
<p><a href="/simulation/manage">Clio Manage</a></p>
<form class="apart" method="post" action="/simulation/outcome"><h2>How a sign-in ends</h2>
<fieldset><legend>Outcome</legend>{outcomes}</fieldset>
<fieldset><legend>For how long</legend>
<label class="beside"><input type="radio" name="span" value="next" checked> for the next sign-ins</label>
<label class="beside"><input type="radio" name="span" value="standing"> until switched back</label></fieldset>
<label for="times">How many of the next sign-ins</label><input id="times" name="times" type="number" min="1" value="1">
<button>Switch</button></form>
<form class="apart" method="post" action="/simulation/rotate"><h2>Signing key</h2>
<label class="beside"><input type="checkbox" name="keep_old" value="1" checked> The old key stays in the key set</label>
<button>Rotate the key</button></form>
<form class="apart" method="post" action="/simulation/email"><h2>A changed e-mail</h2>{email}
<label for="email">New e-mail</label><input id="email" name="email" autocomplete="off">
<p class="muted">Left empty: no e-mail at all.</p><button>Change the e-mail</button></form>
<form class="apart" method="post" action="/simulation/names"><h2>Missing names</h2>{names}
<button>Remove the names</button></form>
<form class="apart" method="post" action="/simulation/recreate"><h2>A recreated login</h2>{recreate}
<label for="new-subject">New subject</label><input id="new-subject" name="new_subject" required autocomplete="off">
<button>Recreate the login</button></form>
<form class="apart" method="post" action="/simulation/people"><h2>Another person</h2>
<label for="subject">Subject</label><input id="subject" name="subject" required autocomplete="off">
<label for="add-email">E-mail</label><input id="add-email" name="email" autocomplete="off">
<label for="first">First name</label><input id="first" name="first_name" autocomplete="off">
<label for="last">Last name</label><input id="last" name="last_name" autocomplete="off">
<button>Add the person</button></form>
<form class="apart" method="post" action="/simulation/reset"><h2>Back to the start</h2>
<p>Switches and people as they were when the simulation began. Logins and mails stay.</p>
<button>Reset</button></form></div>"#
    );
    Page::new("Switches", body)
}

fn now(set: Option<(Outcome, Span)>) -> String {
    match set {
        None => "Sign-ins end well.".to_owned(),
        Some((outcome, Span::UntilSwitchedBack)) => {
            format!("{}, until switched back.", outcome.sentence())
        }
        Some((outcome, Span::Next(1))) => {
            format!("{}, at the next sign-in.", outcome.sentence())
        }
        Some((outcome, Span::Next(times))) => {
            format!("{}, at the next {times} sign-ins.", outcome.sentence())
        }
    }
}

fn outcomes(current: Outcome) -> String {
    let choice = |outcome: Outcome| {
        let checked = if outcome == current { " checked" } else { "" };
        format!(
            r#"<label class="beside"><input type="radio" name="outcome" value="{}"{checked}> {}</label>"#,
            outcome.name(),
            outcome.sentence()
        )
    };
    Outcome::ALL.into_iter().map(choice).collect()
}

fn person_option(person: &Person) -> String {
    let name = person.display_name();
    format!(
        r#"<option value="{}">{}</option>"#,
        esc(&person.subject),
        esc(&name)
    )
}
