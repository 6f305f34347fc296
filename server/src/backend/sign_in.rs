//! The door: signing in and out, with Clio and without, and "This wasn't me".

use std::sync::Arc;

use app::{
    api::Failure,
    backend::{ClioAnswer, Destination, SigningIn, StartRequest},
    wire::{self, FormProblem},
};
use async_trait::async_trait;

use super::{RequestBackend, form, or_account, to, to_the_end, unavailable, words};
use crate::{
    domain::{account::Status, email::Email, return_to::ReturnTo},
    secrets::Secret,
    service::{
        linking,
        local::{self, Sent, SignedIn},
        not_me::{self, Acted},
        pace::evenly,
        sign_in::{self, Answer, Beginning, Intent, Landing, Outcome},
    },
};

#[async_trait]
impl SigningIn for RequestBackend {
    async fn begin_sign_in(&self, request: StartRequest) -> Result<Destination, Failure> {
        let intent = match request.purpose.as_deref() {
            None => Intent::SignIn,
            Some("link") => Intent::Link,
            Some("confirm") => Intent::Confirm,
            Some(_) => return Err(Failure::Refused),
        };
        let (return_to, claim) = (request.return_to.as_deref(), request.claim.as_deref());
        self.begin(intent, return_to, claim).await
    }

    async fn complete_sign_in(&self, answer: ClioAnswer) -> Result<Destination, Failure> {
        let inner = &self.0;
        let answer = Answer {
            code: answer.code,
            state: answer.state,
            iss: answer.iss,
            error: answer.error,
            error_description: answer.error_description,
            error_hint: answer.error_hint,
        };
        let own = Arc::clone(inner);
        let outcome =
            to_the_end(async move { sign_in::complete(&own.services, &own.visit, answer).await })
                .await?;
        if !matches!(outcome, Outcome::Refused { .. }) {
            inner.limits.starts.give_back(inner.client);
            inner.limits.callbacks.give_back(inner.client);
        }
        Ok(match outcome {
            Outcome::SignedIn { key, to: landing } => {
                inner.cookies.set_session(&key);
                match landing {
                    Landing::Welcome => to("/welcome"),
                    Landing::Pending => to("/pending"),
                    Landing::Membership(account, session) => {
                        self.to_show_membership(account, session).await?
                    }
                    Landing::ReturnTo(path) => to(path.as_str()),
                    Landing::Account => to("/account"),
                }
            }
            Outcome::Prompt => to("/link"),
            Outcome::Connected => to("/account/connections?done=connected"),
            Outcome::Refused { cause, reference } => to(format!(
                "/sign-in?problem={}&ref={reference}",
                words::problem(cause).code()
            )),
        })
    }

    async fn sign_out(&self) -> Result<Destination, Failure> {
        if let (Some(brought), Some(_)) = (&self.0.brought, self.session()) {
            brought.end().await.map_err(|error| {
                tracing::error!(reason = %error, "the session can't be ended");
                Failure::Unavailable
            })?;
        }
        // Whoever sits down at this browser next goes on with nothing that was begun in it.
        linking::cancel(&self.0.services, &self.0.visit)
            .await
            .map_err(unavailable)?;
        self.0.cookies.clear_session();
        Ok(to("/sign-in"))
    }

    async fn sign_in_by_password(
        &self,
        email: String,
        password: String,
        return_to: Option<String>,
    ) -> Result<Destination, Failure> {
        let email = typed_email(&email)?;
        let own = Arc::clone(&self.0);
        let signed_in = evenly(to_the_end(async move {
            let password = Secret::new(password);
            local::by_password(&own.services, &own.visit, &email, password).await
        }))
        .await?;
        self.land(signed_in, return_to.as_deref(), FormProblem::NotMatching)
    }

    async fn send_sign_in_code(
        &self,
        email: String,
        return_to: Option<String>,
    ) -> Result<Destination, Failure> {
        let email = typed_email(&email)?;
        let own = Arc::clone(&self.0);
        let asked = evenly(to_the_end(async move {
            local::send_code(&own.services, &own.visit, &email).await
        }))
        .await?;
        match asked {
            Sent::Yes(browser) => {
                self.0.cookies.set_browser(&browser);
                Ok(code_page(&[], return_to.as_deref()))
            }
            // Who has a code to type already stays where it is typed.
            Sent::TooMany if self.sent_sign_in_code().await?.is_some() => {
                let problem = ("problem", FormProblem::TooMany.code());
                Ok(code_page(&[problem], return_to.as_deref()))
            }
            Sent::TooMany => Err(form(FormProblem::TooMany)),
        }
    }

    async fn sent_sign_in_code(&self) -> Result<Option<wire::SentCode>, Failure> {
        let email = local::sent_to(&self.0.services, &self.0.visit)
            .await
            .map_err(unavailable)?;
        Ok(email.map(|email| wire::SentCode { email }))
    }

    async fn sign_in_by_code(
        &self,
        email: String,
        code: String,
        return_to: Option<String>,
    ) -> Result<Destination, Failure> {
        let email = typed_email(&email)?;
        let own = Arc::clone(&self.0);
        let signed_in = evenly(to_the_end(async move {
            local::by_code(&own.services, &own.visit, &email, &code).await
        }))
        .await?;
        self.land(signed_in, return_to.as_deref(), FormProblem::WrongCode)
    }

    async fn notice(&self, token: String) -> Result<Option<wire::Notice>, Failure> {
        let notice = not_me::find(&self.0.services, &token)
            .await
            .map_err(unavailable)?;
        Ok(notice.map(|notice| wire::Notice {
            kind: words::notice(notice.kind),
            at: self.moment(notice.at),
            is_open: notice.is_open,
        }))
    }

    async fn not_me(&self, token: String) -> Result<Destination, Failure> {
        let own = Arc::clone(&self.0);
        let used = token.clone();
        let acted = to_the_end(async move { not_me::act(&own.services, &used).await }).await?;
        let done = match acted {
            Acted::Yes => "not_me",
            Acted::AllStays => "not_me_stays",
            Acted::Over => return Err(form(FormProblem::Expired)),
        };
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("token", &token)
            .append_pair("done", done)
            .finish();
        Ok(to(format!("/not-me?{query}")))
    }
}

/// The page where a mailed code is typed.
fn code_page(parameters: &[(&str, &str)], return_to: Option<&str>) -> Destination {
    let return_to = return_to.and_then(ReturnTo::parse);
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(parameters);
    query.extend_pairs(return_to.as_ref().map(|path| ("return_to", path.as_str())));
    match query.finish().as_str() {
        "" => to("/sign-in/code"),
        query => to(format!("/sign-in/code?{query}")),
    }
}

/// An e-mail as a person typed it.
fn typed_email(text: &str) -> Result<Email, Failure> {
    Email::parse(text.trim()).map_err(|_| form(FormProblem::BadEmail))
}

impl RequestBackend {
    /// Begins a sign-in at Clio.
    pub(super) async fn begin(
        &self,
        intent: Intent,
        return_to: Option<&str>,
        claim: Option<&str>,
    ) -> Result<Destination, Failure> {
        let inner = &self.0;
        let beginning = sign_in::begin(&inner.services, &inner.visit, intent, return_to, claim)
            .await
            .map_err(unavailable)?;
        match beginning {
            Beginning::Begun(begun) => {
                inner.cookies.set_browser(&begun.browser);
                Ok(to(begun.url))
            }
            Beginning::NothingToProve => Ok(to("/link")),
            Beginning::SignInRequired => Err(Failure::SignInRequired),
            Beginning::ConfirmFirst => Err(form(FormProblem::ConfirmFirst)),
        }
    }

    /// Where a sign-in without Clio leads.
    fn land(
        &self,
        signed_in: SignedIn,
        return_to: Option<&str>,
        wrong: FormProblem,
    ) -> Result<Destination, Failure> {
        match signed_in {
            SignedIn::Yes {
                key,
                status,
                is_new,
            } => {
                self.0.cookies.set_session(&key);
                Ok(match status {
                    Status::Pending => to("/pending"),
                    _ if is_new => to("/welcome"),
                    _ => or_account(return_to.and_then(ReturnTo::parse)),
                })
            }
            SignedIn::Wrong => Err(form(wrong)),
            SignedIn::TooMany => Err(form(FormProblem::TooMany)),
            SignedIn::Closed(reference) => Ok(to(format!(
                "/sign-in?problem=account_closed&ref={reference}"
            ))),
            SignedIn::OtherPerson(reference) => {
                Ok(to(format!("/sign-in?problem=other_person&ref={reference}")))
            }
        }
    }
}
