//! E-mail, password and digits, in Clio's order and with Clio's words.

use super::Page;
use super::html::esc;
use crate::people::{DEMO_PASSWORD, Person};

/// A hidden field that carries the challenge.
pub(super) fn challenge_field(challenge: &str) -> String {
    let challenge = esc(challenge);
    format!(r#"<input type="hidden" name="login_challenge" value="{challenge}">"#)
}

fn wrong(sentence: Option<&str>) -> String {
    sentence.map_or_else(String::new, |sentence| {
        let sentence = esc(sentence);
        format!(r#"<p class="wrong" id="wrong" role="alert">{sentence}</p>"#)
    })
}

fn described_by(sentence: Option<&str>) -> &'static str {
    sentence.map_or("", |_| r#" aria-describedby="wrong" aria-invalid="true""#)
}

/// The e-mail page, with the firm's people to choose from.
pub(crate) fn email(challenge: &str, people: &[Person]) -> Page {
    let field = challenge_field(challenge);
    let list: String = people.iter().map(choice).collect();
    let people = if people.is_empty() {
        String::new()
    } else {
        format!(
            r#"<section><h2>Or choose one of the firm's people</h2>
<p class="muted">Everybody's password here is <strong>{DEMO_PASSWORD}</strong>, unless their page says otherwise.</p>
<form method="post" action="/login">{field}<ul class="people">{list}</ul></form></section>"#
        )
    };
    let body = format!(
        r#"<form method="post" action="/login">{field}
<label for="email">Email</label>
<input id="email" name="email" type="email" autocomplete="username" required>
<button>Next: Password</button></form>
{people}"#
    );
    Page::new("Sign in", body)
}

fn choice(person: &Person) -> String {
    let subject = esc(&person.subject);
    let name = person.display_name();
    let name = esc(&name);
    let email = esc(person.email.as_deref().unwrap_or("no e-mail"));
    format!(
        r#"<li><button name="person" value="{subject}"><strong>{name}</strong><span>{email}</span></button></li>"#
    )
}

/// The password page. It shows the password: this is a simulation.
pub(crate) fn password(
    challenge: &str,
    shown: &str,
    person: Option<&Person>,
    problem: Option<&str>,
) -> Page {
    let field = challenge_field(challenge);
    let back = esc(challenge);
    let shown = esc(shown);
    let wrong = wrong(problem);
    let described_by = described_by(problem);
    let password = person.map_or(DEMO_PASSWORD, |person| person.password.as_str());
    let password = esc(password);
    let body = format!(
        r#"<p>{shown}<br><a href="/login?login_challenge={back}&amp;someone_else=1">Sign in as someone else</a></p>
{wrong}
<form method="post" action="/login/password">{field}
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required autofocus{described_by}>
<p class="muted">In this simulation it is <strong>{password}</strong></p>
<button>Sign In</button></form>
<details><summary>I forgot my password</summary><p>It is written above. At Clio, a mail would help.</p></details>"#
    );
    Page::new("Password", body)
}

/// The page for the six digits of a second factor.
pub(crate) fn code(challenge: &str, person: &Person, problem: Option<&str>) -> Page {
    let field = challenge_field(challenge);
    let name = person.display_name();
    let name = esc(&name);
    let wrong = wrong(problem);
    let described_by = described_by(problem);
    let digits = esc(person.second_factor.as_deref().unwrap_or_default());
    let body = format!(
        r#"<p>{name}, type the 6 digits that your authenticator shows.</p>
{wrong}
<form method="post" action="/login/code">{field}
<label for="code">6-digit code</label>
<input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" required autofocus{described_by}>
<p class="muted">In this simulation it is <strong>{digits}</strong></p>
<label class="beside"><input type="checkbox" name="keep" value="1"> Keep me logged in for one week</label>
<button>Sign In</button></form>"#
    );
    Page::new("Two-factor authentication", body)
}
