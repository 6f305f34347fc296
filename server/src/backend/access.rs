//! What opens one's own account, and who is in.

use std::sync::Arc;

use app::{
    api::Failure,
    backend::{Destination, OwnAccess},
    wire::{self, FormProblem},
};
use async_trait::async_trait;
use uuid::Uuid;

use super::{RequestBackend, form, to, to_the_end, unavailable, words};
use crate::{
    domain::{
        account::{IdentityId, SessionId},
        device, moment,
        password::Weakness,
        proof::UNDO_FOR,
        return_to::ReturnTo,
    },
    secrets::Secret,
    service::{
        confirmation::{self, Confirmed, Sent},
        connections::{self, Changed},
        own_password::{self, Set},
        sessions::{self, Ended, Ending},
        sign_in::Intent,
    },
};

#[async_trait]
impl OwnAccess for RequestBackend {
    async fn connections(&self) -> Result<wire::Connections, Failure> {
        let live = self.active()?;
        let services = &self.0.services;
        let list = connections::list(services, live)
            .await
            .map_err(unavailable)?;
        Ok(wire::Connections {
            connections: list
                .live
                .into_iter()
                .map(|identity| self.connection(live, identity))
                .collect(),
            former: list
                .former
                .into_iter()
                .map(|former| wire::FormerConnection {
                    event: former.event.to_string(),
                    clio_email: former.email,
                    disconnected: self.moment(former.unlinked_at),
                    until: moment::day(former.unlinked_at + UNDO_FOR),
                })
                .collect(),
            has_password: list.has_password,
            may_disconnect: list.may_disconnect,
            is_fresh: confirmation::is_fresh(services, live),
            clio_origin: services.clio.origin(),
        })
    }

    async fn connect(&self) -> Result<Destination, Failure> {
        self.active()?;
        self.begin(Intent::Connect, Some("/account/connections"), None)
            .await
    }

    async fn disconnect(&self, identity: String) -> Result<Destination, Failure> {
        self.active()?;
        let identity = Uuid::parse_str(&identity).map_err(|_| Failure::Refused)?;
        let own = Arc::clone(&self.0);
        let changed = to_the_end(async move {
            let (services, visit) = (&own.services, &own.visit);
            match visit.session.as_ref() {
                Some(live) => {
                    connections::disconnect(services, visit, live, IdentityId(identity)).await
                }
                None => Ok(Changed::Gone),
            }
        })
        .await?;
        match changed {
            Changed::Yes => Ok(to("/account/connections?done=disconnected")),
            Changed::AndSignedOut => {
                self.0.cookies.clear_session();
                Ok(to("/sign-in?done=disconnected"))
            }
            Changed::ConfirmFirst => Err(form(FormProblem::ConfirmFirst)),
            Changed::LastWayIn => Err(form(FormProblem::LastWayIn)),
            Changed::Gone => Err(form(FormProblem::Changed)),
        }
    }

    async fn sessions(&self) -> Result<Vec<wire::OpenSession>, Failure> {
        let live = self.active()?;
        let open = sessions::open_of(&self.0.services, live)
            .await
            .map_err(unavailable)?;
        Ok(open
            .into_iter()
            .map(|session| wire::OpenSession {
                id: session.id.0.to_string(),
                device: device::in_words(&session.user_agent),
                address: session.address,
                opener: words::opener(session.opener),
                opened: self.moment(session.created_at),
                last_seen: self.moment(session.last_seen_at),
                current: session.id == live.id,
            })
            .collect())
    }

    async fn end_sessions(&self, session: String) -> Result<Destination, Failure> {
        let live = self.active()?;
        let which = match session.as_str() {
            "others" => Ending::Others,
            "all" => Ending::All,
            id => Ending::One(SessionId(
                Uuid::parse_str(id).map_err(|_| Failure::Refused)?,
            )),
        };
        let ended = sessions::end(&self.0.services, live, which)
            .await
            .map_err(unavailable)?;
        match ended {
            Ended::Yes => Ok(to("/account/sessions?done=sessions_ended")),
            Ended::AndSignedOut => {
                self.0.cookies.clear_session();
                Ok(to("/sign-in"))
            }
            Ended::Gone => Err(form(FormProblem::Changed)),
        }
    }

    async fn password_page(&self) -> Result<wire::PasswordPage, Failure> {
        let live = self.active()?;
        let services = &self.0.services;
        Ok(wire::PasswordPage {
            email: live.email.clone(),
            has_password: own_password::has_one(services, live)
                .await
                .map_err(unavailable)?,
            is_fresh: confirmation::is_fresh(services, live),
        })
    }

    async fn set_password(&self, password: String, again: String) -> Result<Destination, Failure> {
        self.active()?;
        let own = Arc::clone(&self.0);
        let set = to_the_end(async move {
            let (services, visit) = (&own.services, &own.visit);
            let (password, again) = (Secret::new(password), Secret::new(again));
            match visit.session.as_ref() {
                Some(live) => own_password::set(services, visit, live, password, &again).await,
                None => Ok(Set::Changed),
            }
        })
        .await?;
        match set {
            Set::Yes(key) => {
                self.0.cookies.set_session(&key);
                Ok(to("/account/password?done=password_set"))
            }
            Set::ConfirmFirst => Err(form(FormProblem::ConfirmFirst)),
            Set::Differ => Err(form(FormProblem::PasswordsDiffer)),
            Set::Weak(weakness) => Err(form(match weakness {
                Weakness::Length => FormProblem::PasswordLength,
                Weakness::Personal => FormProblem::PasswordPersonal,
                Weakness::Common => FormProblem::PasswordCommon,
            })),
            Set::Changed => Err(form(FormProblem::Changed)),
        }
    }

    async fn confirmation(&self, then: Option<String>) -> Result<wire::Confirmation, Failure> {
        let live = self.active()?;
        let ways = confirmation::ways(&self.0.services, live)
            .await
            .map_err(unavailable)?;
        Ok(wire::Confirmation {
            by_password: ways.by_password,
            by_clio: ways.by_clio,
            by_code: ways.by_code.map(|sent| wire::MailedCode {
                email: live.email.clone(),
                sent,
            }),
            then: then_or_account(then.as_deref()),
        })
    }

    async fn confirm_by_password(
        &self,
        password: String,
        then: Option<String>,
    ) -> Result<Destination, Failure> {
        self.active()?;
        let own = Arc::clone(&self.0);
        let confirmed = to_the_end(async move {
            let (services, visit) = (&own.services, &own.visit);
            let password = Secret::new(password);
            match visit.session.as_ref() {
                Some(live) => confirmation::by_password(services, visit, live, password).await,
                None => Ok(Confirmed::Changed),
            }
        })
        .await?;
        self.confirmed(confirmed, then.as_deref(), FormProblem::WrongPassword)
    }

    async fn send_confirmation_code(&self, then: Option<String>) -> Result<Destination, Failure> {
        let live = self.active()?;
        let sent = confirmation::send_code(&self.0.services, live)
            .await
            .map_err(unavailable)?;
        match sent {
            Sent::Yes => {
                let query = form_urlencoded::Serializer::new(String::new())
                    .append_pair("then", &then_or_account(then.as_deref()))
                    .finish();
                Ok(to(format!("/account/confirm?{query}")))
            }
            Sent::TooMany => Err(form(FormProblem::TooMany)),
            Sent::NotEnough => Err(Failure::Refused),
        }
    }

    async fn confirm_by_code(
        &self,
        code: String,
        then: Option<String>,
    ) -> Result<Destination, Failure> {
        self.active()?;
        let own = Arc::clone(&self.0);
        let confirmed = to_the_end(async move {
            let (services, visit) = (&own.services, &own.visit);
            match visit.session.as_ref() {
                Some(live) => confirmation::by_code(services, visit, live, &code).await,
                None => Ok(Confirmed::Changed),
            }
        })
        .await?;
        self.confirmed(confirmed, then.as_deref(), FormProblem::WrongCode)
    }
}

/// Where a person goes after showing that it is them.
fn then_or_account(then: Option<&str>) -> String {
    let path = then.and_then(ReturnTo::parse);
    path.map_or_else(|| "/account".to_owned(), |path| path.as_str().to_owned())
}

impl RequestBackend {
    fn confirmed(
        &self,
        confirmed: Confirmed,
        then: Option<&str>,
        wrong: FormProblem,
    ) -> Result<Destination, Failure> {
        match confirmed {
            Confirmed::Yes(key) => {
                self.0.cookies.set_session(&key);
                Ok(to(then_or_account(then)))
            }
            Confirmed::Wrong => Err(form(wrong)),
            Confirmed::TooMany => Err(form(FormProblem::TooMany)),
            Confirmed::Changed => Err(form(FormProblem::Changed)),
        }
    }
}
