//! Forms that are sent without leaving their page.

use leptos::{ev::SubmitEvent, prelude::*};

use crate::{api::Failure, words};

/// How far the form has got.
#[cfg_attr(
    not(feature = "hydrate"),
    expect(dead_code, reason = "on the server every form is fresh")
)]
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sending {
    /// It has not been sent from here.
    Fresh,
    /// It is on its way.
    IsSent,
    /// It wasn't carried out.
    Failed(Failure),
}

impl Sending {
    fn in_words(self) -> &'static str {
        match self {
            Self::Fresh => "",
            Self::IsSent => "One moment…",
            Self::Failed(failure) => words::failure(failure),
        }
    }
}

/// Sends the form inside it in place of the browser, says why it wasn't carried out, and otherwise
/// goes where the server says.
#[island]
pub fn SentInPlace(
    /// The form.
    children: Children,
) -> impl IntoView {
    let sending = RwSignal::new(Sending::Fresh);
    view! {
        <div
            class="in-place"
            class:is-sent=move || sending.get() == Sending::IsSent
            class:has-failed=move || matches!(sending.get(), Sending::Failed(_))
            on:submit=move |event| send(&event, sending)
        >
            <p class="in-place-words" role="alert">
                {move || sending.get().in_words()}
            </p>
            {children()}
        </div>
    }
}

#[cfg(not(feature = "hydrate"))]
fn send(_: &SubmitEvent, _: RwSignal<Sending>) {}

/// Sends the form in place of the browser, unless it is on its way already.
#[cfg(feature = "hydrate")]
fn send(event: &SubmitEvent, sending: RwSignal<Sending>) {
    use leptos::{task::spawn_local, wasm_bindgen::JsCast, web_sys::HtmlFormElement};

    let Some(Ok(form)) = event.target().map(JsCast::dyn_into::<HtmlFormElement>) else {
        return;
    };
    event.prevent_default();
    if sending.get_untracked() == Sending::IsSent {
        return;
    }
    sending.set(Sending::IsSent);
    spawn_local(async move {
        // Whatever keeps an answer from arriving is the same to the person: try again.
        let outcome = browser::post(&form).await;
        if let Err(failure) = outcome.unwrap_or(Err(Failure::Unavailable)) {
            sending.set(Sending::Failed(failure));
        }
    });
}

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::{
        prelude::*,
        wasm_bindgen::{JsCast as _, JsValue},
        web_sys::{FormData, Headers, HtmlFormElement, RequestInit, Response, UrlSearchParams},
    };

    use super::failure_in;
    use crate::api::Failure;

    /// Sends the form's fields where the browser would send them, and goes where the answer says.
    pub async fn post(form: &HtmlFormElement) -> Result<Result<(), Failure>, JsValue> {
        let fields = FormData::new_with_form(form)?;
        let headers = Headers::new()?;
        headers.set("Accept", "application/json")?;
        let request = RequestInit::new();
        request.set_method("POST");
        request.set_headers(&headers);
        request.set_body(UrlSearchParams::new_with_str_sequence_sequence(&fields)?.as_ref());

        let answer = window()
            .fetch_with_str_and_init(&form.action(), &request)
            .await?
            .dyn_into::<Response>()?;
        if answer.ok()
            && let Some(target) = answer.headers().get("Location")?
        {
            window().location().assign(&target)?;
            return Ok(Ok(()));
        }
        let text = answer.text()?.await?;
        Ok(Err(failure_in(&text.as_string().unwrap_or_default())))
    }
}

/// The failure that the server wrote as JSON. Anything else is none of its answers.
#[cfg(any(feature = "hydrate", test))]
fn failure_in(text: &str) -> Failure {
    use crate::wire::FormProblem;

    match text {
        "\"SignInRequired\"" => Failure::SignInRequired,
        "\"Refused\"" => Failure::Refused,
        _ => text
            .strip_prefix("{\"Form\":\"")
            .and_then(|rest| rest.strip_suffix("\"}"))
            .and_then(FormProblem::from_code)
            .map_or(Failure::Unavailable, Failure::Form),
    }
}

#[cfg(test)]
mod tests {
    use leptos::serde_json;

    use super::*;
    use crate::wire::FormProblem;

    #[test]
    fn every_failure_is_read_as_the_server_writes_it() {
        let failures = FormProblem::ALL.map(Failure::Form).into_iter().chain([
            Failure::SignInRequired,
            Failure::Refused,
            Failure::Unavailable,
        ]);
        for failure in failures {
            let text = serde_json::to_string(&failure).unwrap_or_default();
            assert_eq!(failure_in(&text), failure, "{text}");
        }
    }

    #[test]
    fn any_other_answer_means_that_the_server_is_away() {
        for text in ["", "<!DOCTYPE html>", "{\"Form\":\"else\"}", "null"] {
            assert_eq!(failure_in(text), Failure::Unavailable, "{text}");
        }
    }
}
