//! The prompt to link, and the waiting room.

use std::sync::Arc;

use app::{
    api::Failure,
    backend::{Destination, Linking, WaitingRoom},
    wire::{self, FormProblem},
};
use async_trait::async_trait;

use super::{RequestBackend, form, or_account, to, to_the_end, unavailable, words};
use crate::{
    db::own_cases::Asked,
    domain::{account::Status, name::full_name},
    secrets::Secret,
    service::{
        admission::{self, Admitted, Sent},
        linking::{self, Asking, Chosen, Linked, Proved, Separate, Step},
        pace::evenly,
    },
};

#[async_trait]
impl Linking for RequestBackend {
    async fn pending_link(&self) -> Result<Option<wire::PendingLink>, Failure> {
        let services = &self.0.services;
        let prompt = linking::prompt(services, &self.0.visit)
            .await
            .map_err(unavailable)?;
        let Some(prompt) = prompt else {
            return Ok(None);
        };
        let may_keep_separate = linking::may_keep_separate(services, &prompt.link);
        let login = prompt.link.login;
        let tries_left = prompt.link.tries_left;
        let asked = |asked: Option<Asked>| {
            asked.map(|asked| wire::Asked {
                at: self.moment(asked.at),
                reference: asked.reference,
                declined: asked.declined,
                more: asked.more.map(|more| wire::MoreAsked {
                    at: self.moment(more.at),
                    note: more.note,
                }),
            })
        };
        Ok(Some(wire::PendingLink {
            clio_name: full_name(login.first_name.as_str(), login.last_name.as_str(), ""),
            clio_email: login
                .email
                .map(|email| email.as_str().to_owned())
                .unwrap_or_default(),
            step: match prompt.step {
                Step::Prove { asked: question } => wire::LinkStep::Prove {
                    tries_left,
                    code_sent: prompt.link.code_sent,
                    asked: asked(question),
                    may_keep_separate,
                },
                Step::ProveMore { asked: question } => wire::LinkStep::ProveMore {
                    tries_left,
                    asked: asked(question),
                },
                Step::Confirm {
                    by,
                    first_name,
                    last_name,
                    names_differ,
                } => wire::LinkStep::Confirm {
                    by: words::link_method(by.as_str()),
                    account_name: full_name(&first_name, &last_name, ""),
                    names_differ,
                },
            },
        }))
    }

    async fn prove_by_password(&self, password: String) -> Result<Destination, Failure> {
        let own = Arc::clone(&self.0);
        let proved = evenly(to_the_end(async move {
            linking::by_password(&own.services, &own.visit, Secret::new(password)).await
        }))
        .await?;
        proved_or(proved, FormProblem::WrongPassword)
    }

    async fn send_link_code(&self) -> Result<Destination, Failure> {
        let own = Arc::clone(&self.0);
        let sent = evenly(to_the_end(async move {
            linking::send_code(&own.services, &own.visit).await
        }))
        .await?;
        proved_or(sent, FormProblem::WrongCode)
    }

    async fn prove_by_code(&self, code: String) -> Result<Destination, Failure> {
        let own = Arc::clone(&self.0);
        let proved = evenly(to_the_end(async move {
            linking::by_code(&own.services, &own.visit, &code).await
        }))
        .await?;
        proved_or(proved, FormProblem::WrongCode)
    }

    async fn ask_administrator(&self, message: String) -> Result<Destination, Failure> {
        let own = Arc::clone(&self.0);
        let asking =
            to_the_end(async move { linking::ask(&own.services, &own.visit, &message).await })
                .await?;
        match asking {
            Asking::Put => Ok(to("/link?done=asked")),
            Asking::TooMany => Err(form(FormProblem::TooMany)),
            Asking::Expired => Err(form(FormProblem::Expired)),
        }
    }

    async fn confirm_link(&self, name: Option<String>) -> Result<Destination, Failure> {
        let chosen = match name.as_deref() {
            None | Some("") => None,
            Some("clio") => Some(Chosen::Clio),
            Some("account") => Some(Chosen::Account),
            Some(_) => return Err(Failure::Refused),
        };
        let own = Arc::clone(&self.0);
        let confirmed =
            to_the_end(async move { linking::confirm(&own.services, &own.visit, chosen).await })
                .await?;
        match confirmed {
            Linked::Yes {
                key,
                return_to,
                status,
                is_new,
            } => {
                self.0.cookies.set_session(&key);
                Ok(match (status, return_to) {
                    (Status::Pending, _) => to("/pending"),
                    _ if is_new => to("/welcome"),
                    (_, return_to) => or_account(return_to),
                })
            }
            Linked::ChoiceMissing => Err(form(FormProblem::ChoiceMissing)),
            Linked::Expired => Err(form(FormProblem::Expired)),
            Linked::Changed => Err(form(FormProblem::Changed)),
        }
    }

    async fn keep_separate(&self) -> Result<Destination, Failure> {
        let own = Arc::clone(&self.0);
        let separate =
            to_the_end(async move { linking::keep_separate(&own.services, &own.visit).await })
                .await?;
        match separate {
            Separate::Opened(key) => {
                self.0.cookies.set_session(&key);
                Ok(to("/pending"))
            }
            Separate::Expired => Err(form(FormProblem::Expired)),
            Separate::NotAllowed | Separate::Changed => Err(form(FormProblem::Changed)),
        }
    }

    async fn cancel_link(&self) -> Result<Destination, Failure> {
        linking::cancel(&self.0.services, &self.0.visit)
            .await
            .map_err(unavailable)?;
        Ok(to("/sign-in"))
    }
}

fn proved_or(proved: Proved, wrong: FormProblem) -> Result<Destination, Failure> {
    match proved {
        Proved::Yes => Ok(to("/link")),
        Proved::Wrong => Err(form(wrong)),
        Proved::TooMany => Err(form(FormProblem::TooMany)),
        // The page itself says what to do then, also to whoever sends the form in place.
        Proved::UsedUp => Ok(to("/link?problem=too_many")),
        Proved::Expired => Err(form(FormProblem::Expired)),
        Proved::Changed => Err(form(FormProblem::Changed)),
    }
}

#[async_trait]
impl WaitingRoom for RequestBackend {
    async fn waiting(&self) -> Result<Option<wire::Waiting>, Failure> {
        let live = self.pending()?;
        let waiting = admission::waiting(&self.0.services, live)
            .await
            .map_err(unavailable)?;
        let manage = match &waiting {
            Some(admission::Waiting::Membership { .. }) => self.manage_of(live).await?,
            Some(admission::Waiting::Approval {
                takes_membership, ..
            }) if *takes_membership => self.manage_of(live).await?,
            _ => None,
        };
        let manage = manage.map(Box::new);
        Ok(waiting.map(|waiting| match waiting {
            admission::Waiting::Approval {
                since, is_proved, ..
            } => wire::Waiting::ForApproval {
                email: live.email.clone(),
                since: self.moment(since),
                is_proved,
                manage,
            },
            admission::Waiting::Membership { since } => match manage {
                Some(manage) => wire::Waiting::ForMembership {
                    email: live.email.clone(),
                    manage,
                    may_ask: self.0.services.config.admission.queues_others(),
                },
                None => wire::Waiting::ForApproval {
                    email: live.email.clone(),
                    since: self.moment(since),
                    is_proved: false,
                    manage: None,
                },
            },
            admission::Waiting::Proof {
                since,
                asked,
                code_sent,
            } => wire::Waiting::ForProof {
                email: live.email.clone(),
                since: self.moment(since),
                asked: self.moment(asked.at),
                note: asked.note,
                code_sent,
            },
            admission::Waiting::Mailbox { code_sent } => wire::Waiting::ForMailbox {
                email: live.email.clone(),
                code_sent,
            },
        }))
    }

    async fn send_admission_code(&self) -> Result<Destination, Failure> {
        let sent = admission::send_code(&self.0.services, self.pending()?)
            .await
            .map_err(unavailable)?;
        match sent {
            Sent::Yes | Sent::NotWaiting => Ok(to("/pending")),
            Sent::TooMany => Err(form(FormProblem::TooMany)),
        }
    }

    async fn admit_by_code(&self, code: String) -> Result<Destination, Failure> {
        self.pending()?;
        let own = Arc::clone(&self.0);
        let admitted = to_the_end(async move {
            let (services, visit) = (&own.services, &own.visit);
            match visit.session.as_ref() {
                Some(live) => admission::admit_by_code(services, visit, live, &code).await,
                None => Ok(Admitted::Changed),
            }
        })
        .await?;
        match admitted {
            Admitted::Yes(key) => {
                self.0.cookies.set_session(&key);
                Ok(to("/welcome"))
            }
            Admitted::Proved => Ok(to("/pending")),
            Admitted::Wrong => Err(form(FormProblem::WrongCode)),
            Admitted::TooMany => Err(form(FormProblem::TooMany)),
            Admitted::Changed => Err(form(FormProblem::Changed)),
        }
    }
}
