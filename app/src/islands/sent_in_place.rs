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
    /// A guess in it was wrong, which stands at its field.
    WrongGuess,
}

impl Sending {
    fn in_words(self) -> &'static str {
        match self {
            Self::Fresh | Self::WrongGuess => "",
            Self::IsSent => "One moment…",
            Self::Failed(failure) => words::failure(failure),
        }
    }
}

/// Sends the form inside it in place of the browser, says why it wasn't carried out, and otherwise
/// goes where the server says.
///
/// A wrong guess is told at its field, in the words of the page to which the form would have come
/// back: that page knows how many guesses are left.
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

    use crate::wire::FormProblem;

    let Some(Ok(form)) = event.target().map(JsCast::dyn_into::<HtmlFormElement>) else {
        return;
    };
    event.prevent_default();
    if sending.get_untracked() == Sending::IsSent {
        return;
    }
    sending.set(Sending::IsSent);
    let field = browser::Field::of(&form);
    field.mark(None);
    spawn_local(async move {
        // Whatever keeps an answer from arriving is the same to the person: try again.
        let outcome = browser::post(&form).await;
        match outcome.unwrap_or(Err(Failure::Unavailable)) {
            Ok(()) => (),
            Err(
                failure @ Failure::Form(
                    problem @ (FormProblem::WrongPassword | FormProblem::WrongCode),
                ),
            ) => {
                let says = field.words_for(problem).await.ok().flatten();
                field.mark(Some(says.as_deref().unwrap_or(words::failure(failure))));
                sending.set(Sending::WrongGuess);
            }
            Err(failure) => sending.set(Sending::Failed(failure)),
        }
    });
}

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::{
        prelude::*,
        wasm_bindgen::{JsCast as _, JsValue},
        web_sys::{
            Element, FormData, Headers, HtmlFormElement, HtmlTemplateElement, RequestInit,
            Response, UrlSearchParams,
        },
    };

    use super::failure_in;
    use crate::{api::Failure, wire::FormProblem};

    /// What a form asks for, and where the page says what is wrong with it.
    pub struct Field {
        input: Option<Element>,
        problem: Option<Element>,
    }

    impl Field {
        /// The field of a form that asks for one thing.
        pub fn of(form: &HtmlFormElement) -> Self {
            let find = |selector| form.query_selector(selector).ok().flatten();
            Self {
                input: find("[aria-describedby]"),
                problem: find(".field-problem"),
            }
        }

        /// Says what is wrong with it, or that nothing is.
        pub fn mark(&self, wrong: Option<&str>) {
            if let (Some(input), Some(problem)) = (&self.input, &self.problem) {
                problem.set_text_content(wrong);
                // Only an attribute with an impossible name is refused.
                let _ = match wrong {
                    Some(_) => input.set_attribute("aria-invalid", "true"),
                    None => input.remove_attribute("aria-invalid"),
                };
            }
        }

        /// What the page says there when the form comes back to it.
        pub async fn words_for(&self, wrong: FormProblem) -> Result<Option<String>, JsValue> {
            let Some(problem) = &self.problem else {
                return Ok(None);
            };
            let page = window().location().pathname()? + "?problem=" + wrong.code();
            let answer = window().fetch_with_str(&page).await?;
            let html = answer.dyn_into::<Response>()?.text()?.await?;
            // Nothing in a template runs or is loaded.
            let page = document()
                .create_element("template")?
                .unchecked_into::<HtmlTemplateElement>();
            page.set_inner_html(&html.as_string().unwrap_or_default());
            let same = page
                .content()
                .query_selector(&("#".to_owned() + &problem.id()))?;
            let words = same.and_then(|same| same.text_content());
            Ok(words.filter(|words| !words.is_empty()))
        }
    }

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
        "\"Forbidden\"" => Failure::Forbidden,
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
            Failure::Forbidden,
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
