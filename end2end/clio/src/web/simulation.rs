//! The switches page and its forms. Each form answers 303 to `/simulation`, so that browser tests can use them too.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use serde::Deserialize;

use super::Shared;
use crate::pages;
use crate::people::{ClioLogin, DEMO_PASSWORD, Person, UnknownPerson};
use crate::protocol::keys::OldKey;
use crate::provider::Provider;
use crate::switches::{Outcome, Span};

#[derive(Deserialize)]
struct OutcomeForm {
    outcome: String,
    /// `next` or `standing`.
    span: Option<String>,
    times: Option<u32>,
}

#[derive(Deserialize)]
struct RotateForm {
    keep_old: Option<String>,
}

#[derive(Deserialize)]
struct EmailForm {
    person: String,
    email: String,
}

#[derive(Deserialize)]
struct PersonForm {
    person: String,
}

#[derive(Deserialize)]
struct RecreateForm {
    person: String,
    new_subject: String,
}

/// A new person; empty fields count as absent.
#[derive(Deserialize)]
struct NewPersonForm {
    subject: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    first_name: String,
    #[serde(default)]
    last_name: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    second_factor: String,
    #[serde(default)]
    login: ClioLogin,
}

pub(super) fn routes() -> Router<Arc<Provider>> {
    Router::new()
        .route("/simulation", get(page))
        .route("/simulation/outcome", post(outcome))
        .route("/simulation/rotate", post(rotate))
        .route("/simulation/email", post(email))
        .route("/simulation/names", post(names))
        .route("/simulation/recreate", post(recreate))
        .route("/simulation/people", post(add_person))
        .route("/simulation/reset", post(reset))
}

/// Nothing else begins here: a sign-in begins at the application.
pub(super) async fn home() -> Redirect {
    Redirect::to("/simulation")
}

async fn page(State(provider): Shared) -> Response {
    pages::simulation::switches(provider.switches.get(), &provider.people.all()).into_response()
}

fn done() -> Response {
    Redirect::to("/simulation").into_response()
}

fn done_or_unknown(result: Result<(), UnknownPerson>) -> Response {
    match result {
        Ok(()) => done(),
        Err(unknown) => pages::problem::bad_form(&unknown.to_string()).into_response(),
    }
}

async fn outcome(State(provider): Shared, Form(form): Form<OutcomeForm>) -> Response {
    let Some(outcome) = Outcome::from_name(&form.outcome) else {
        return pages::problem::bad_form("There is no such outcome.").into_response();
    };
    let span = match form.span.as_deref() {
        Some("standing") => Span::UntilSwitchedBack,
        _ => Span::Next(form.times.unwrap_or(1)),
    };
    provider.switches.set(outcome, span);
    done()
}

async fn rotate(State(provider): Shared, Form(form): Form<RotateForm>) -> Response {
    let old = form.keep_old.map_or(OldKey::Leaves, |_| OldKey::Stays);
    let rotation = tokio::task::spawn_blocking(move || provider.keys.rotate(old)).await;
    match rotation {
        Ok(Ok(())) => done(),
        Ok(Err(error)) => pages::problem::bad_form(&error.to_string()).into_response(),
        Err(error) => pages::problem::bad_form(&error.to_string()).into_response(),
    }
}

async fn email(State(provider): Shared, Form(form): Form<EmailForm>) -> Response {
    let email = Some(form.email).filter(|email| !email.is_empty());
    let change = |person: &mut Person| person.email = email;
    done_or_unknown(provider.people.change(&form.person, change))
}

async fn names(State(provider): Shared, Form(form): Form<PersonForm>) -> Response {
    done_or_unknown(provider.people.change(&form.person, |person| {
        person.first_name = None;
        person.last_name = None;
    }))
}

async fn recreate(State(provider): Shared, Form(form): Form<RecreateForm>) -> Response {
    if form.new_subject.is_empty() {
        return pages::problem::bad_form("The new subject is missing.").into_response();
    }
    let change = |person: &mut Person| person.subject = form.new_subject;
    done_or_unknown(provider.people.change(&form.person, change))
}

async fn add_person(State(provider): Shared, Form(form): Form<NewPersonForm>) -> Response {
    if form.subject.is_empty() {
        return pages::problem::bad_form("The subject is missing.").into_response();
    }
    let given = |value: String| Some(value).filter(|value| !value.is_empty());
    provider.people.put(Person {
        subject: form.subject,
        email: given(form.email),
        first_name: given(form.first_name),
        last_name: given(form.last_name),
        password: given(form.password).unwrap_or_else(|| DEMO_PASSWORD.to_owned()),
        second_factor: given(form.second_factor),
        login: form.login,
    });
    done()
}

async fn reset(State(provider): Shared) -> Response {
    provider.reset();
    done()
}
