//! Connecting Clio Manage.

use std::sync::Arc;

use app::{
    api::Failure,
    backend::{ConnectingManage, Destination, ManageAnswer, ManageStart},
    wire::{self, ManageProblem, NoMember, OwnManage},
};
use async_trait::async_trait;
use uuid::Uuid;

use super::{RequestBackend, to, to_the_end, unavailable};
use crate::{
    clio::manage::ManageError,
    db::{
        manage::{
            attempts::Purpose,
            grants::{Grant, State},
        },
        sessions::LiveSession,
    },
    domain::{
        account::{AccountId, SessionId, Status},
        desk::rules::Right,
        email::Email,
        manage::{
            membership::{ClioUser, Membership},
            region::Region,
        },
        name::full_name,
        return_to::ReturnTo,
    },
    service::{
        confirmation,
        manage::{
            connecting::{self, Answer, Completion, FirmConnection, Start, Why},
            own::{self, is_in_use},
        },
    },
};

/// Where a person looks at their connections.
const CONNECTIONS: &str = "/account/connections";

#[async_trait]
impl ConnectingManage for RequestBackend {
    async fn own_manage(&self) -> Result<Option<OwnManage>, Failure> {
        let live = self.session().ok_or(Failure::SignInRequired)?;
        self.manage_of(live).await
    }

    fn has_manage(&self) -> bool {
        self.0.services.manage.regions().len() > 0
    }

    async fn begin_manage(&self, start: ManageStart) -> Result<Destination, Failure> {
        let live = self.session().ok_or(Failure::SignInRequired)?;
        let regions: Vec<Region> = self.0.services.manage.regions().collect();
        let region = match (start.region.as_deref(), regions.as_slice()) {
            (None, [only]) => *only,
            (Some(word), known) => {
                let region = word.parse().ok().filter(|region| known.contains(region));
                region.ok_or(Failure::Refused)?
            }
            _ => return Err(Failure::Refused),
        };
        let purpose = match (start.purpose.as_deref(), live.status) {
            (None | Some("admission"), Status::Pending) => Purpose::Admission,
            (Some("add"), Status::Active) => Purpose::Add,
            (Some("roster"), Status::Active) => {
                self.at_desk(Right::Decide)?;
                if !confirmation::is_fresh(&self.0.services, live) {
                    return Ok(to("/account/confirm?then=%2Fadmin%2Froster"));
                }
                Purpose::Roster
            }
            (None | Some("connect"), Status::Active) => Purpose::Connect,
            // Let in, or closed, meanwhile: the page knows what is next.
            (Some("admission" | "add" | "connect"), _) => return Ok(to("/pending")),
            _ => return Err(Failure::Refused),
        };
        let start = Start {
            account: live.account,
            session: live.id,
            region,
            purpose,
            return_to: start.return_to.as_deref().and_then(ReturnTo::parse),
        };
        match self.to_manage(&start).await? {
            Some(destination) => Ok(destination),
            None => Err(Failure::Refused),
        }
    }

    async fn complete_manage(&self, answer: ManageAnswer) -> Result<Destination, Failure> {
        let inner = &self.0;
        let answer = Answer {
            code: answer.code,
            state: answer.state,
            error: answer.error,
        };
        let own = Arc::clone(inner);
        let (purpose, completion) =
            to_the_end(
                async move { connecting::complete(&own.services, &own.visit, answer).await },
            )
            .await?;
        if !matches!(completion, Completion::Refused { .. }) {
            inner.limits.starts.give_back(inner.client);
            inner.limits.callbacks.give_back(inner.client);
        }
        Ok(match completion {
            Completion::Admitted(key) => {
                inner.cookies.set_session(&key);
                to("/welcome")
            }
            Completion::Queued => to("/pending"),
            Completion::Added(url) => to(url),
            Completion::Connected {
                firm: Some(FirmConnection::First),
                ..
            } => to("/admin/roster?done=roster_connected"),
            Completion::Connected {
                firm: Some(FirmConnection::Again),
                ..
            } => to("/admin/roster?done=roster_reconnected"),
            Completion::Connected {
                is_same_person,
                to: Some(path),
                ..
            } if is_same_person => to(path.as_str()),
            Completion::Connected { is_same_person, .. } => {
                let done = if is_same_person {
                    "manage_connected"
                } else {
                    "manage_other_person"
                };
                to(format!("{CONNECTIONS}?done={done}"))
            }
            Completion::Refused { why, reference } => {
                let code = problem(why).code();
                let is_roster = purpose == Some(Purpose::Roster);
                match self.session().map(|live| live.status) {
                    Some(Status::Pending) => to(format!("/pending?manage={code}&ref={reference}")),
                    // Whoever decides no longer sees the room.
                    Some(_) if is_roster && why != Why::Attempt("role") => {
                        to(format!("/admin/roster?manage={code}&ref={reference}"))
                    }
                    Some(_) => to(format!("{CONNECTIONS}?manage={code}&ref={reference}")),
                    None => to(format!("/sign-in?problem=expired&ref={reference}")),
                }
            }
        })
    }

    async fn disconnect_manage(&self, connection: String) -> Result<Destination, Failure> {
        self.active()?;
        let grant = Uuid::parse_str(&connection).map_err(|_| Failure::Refused)?;
        let own = Arc::clone(&self.0);
        let is_done = to_the_end(async move {
            match own.visit.session.as_ref() {
                Some(live) => own::disconnect(&own.services, live, grant).await,
                None => Ok(false),
            }
        })
        .await?;
        Ok(to(if is_done {
            format!("{CONNECTIONS}?done=manage_disconnected")
        } else {
            let code = ManageProblem::NotConnected.code();
            format!("{CONNECTIONS}?manage={code}")
        }))
    }

    async fn ask_to_be_admitted(&self) -> Result<Destination, Failure> {
        self.pending()?;
        let own = Arc::clone(&self.0);
        to_the_end(async move {
            match own.visit.session.as_ref() {
                Some(live) => own::ask_administrator(&own.services, live).await,
                None => Ok(false),
            }
        })
        .await?;
        Ok(to("/pending"))
    }
}

impl RequestBackend {
    /// Sends the browser to Clio Manage; `None` when the product has nothing to do with the region.
    pub(super) async fn to_manage(&self, start: &Start) -> Result<Option<Destination>, Failure> {
        let inner = &self.0;
        let begun = connecting::begin(&inner.services, inner.visit.browser.as_ref(), start)
            .await
            .map_err(unavailable)?;
        Ok(begun.map(|begun| {
            inner.cookies.set_browser(&begun.browser);
            to(begun.url)
        }))
    }

    /// Where somebody goes who waits to be shown to belong to the firm: to Clio Manage at once where
    /// there is one region only, else to the page where they choose.
    pub(super) async fn to_show_membership(
        &self,
        account: AccountId,
        session: SessionId,
    ) -> Result<Destination, Failure> {
        let mut regions = self.0.services.manage.regions();
        let only = regions.next().filter(|_| regions.len() == 0);
        let start = only.map(|region| Start {
            account,
            session,
            region,
            purpose: Purpose::Admission,
            return_to: None,
        });
        let destination = match start {
            Some(start) => self.to_manage(&start).await?,
            None => None,
        };
        Ok(destination.unwrap_or_else(|| to("/pending")))
    }

    /// What the person of a session sees of Clio Manage.
    pub(super) async fn manage_of(&self, live: &LiveSession) -> Result<Option<OwnManage>, Failure> {
        let own = own::own(&self.0.services, live, &self.0.visit.languages)
            .await
            .map_err(unavailable)?;
        let Some(own) = own else {
            return Ok(None);
        };
        let turned_down = own.grants.first().and_then(|last| {
            let why = no_member(last.reason.as_deref()?)?;
            Some((seen(&last.user), why))
        });
        let live = own.grants.into_iter().filter(is_in_use);
        Ok(Some(OwnManage {
            regions: own.regions.into_iter().map(region).collect(),
            connections: live
                .map(|grant| self.manage_connection(&grant, own.readers.contains(&grant.id)))
                .collect(),
            turned_down,
        }))
    }

    fn manage_connection(&self, grant: &Grant, reads_firm: bool) -> wire::ManageConnection {
        wire::ManageConnection {
            id: grant.id.to_string(),
            user: seen(&grant.user),
            is_same_person: grant.is_same_person,
            needs_reconnect: grant.state == State::Reconnect,
            reads_firm,
            granted: self.moment(grant.granted_at),
        }
    }
}

/// A user of Clio Manage, as a page shows them.
pub(super) fn seen(user: &ClioUser) -> wire::ManageUser {
    let email = user.email.as_ref().map(Email::as_str);
    let fallback = email.unwrap_or("a user without a name");
    wire::ManageUser {
        name: full_name(&user.first_name, &user.last_name, fallback),
        email: email.map(ToOwned::to_owned),
        firm: if user.firm_name.is_empty() {
            format!("firm {}", user.firm.number)
        } else {
            user.firm_name.clone()
        },
        region: region(user.firm.region),
    }
}

pub(super) const fn region(region: Region) -> wire::Region {
    match region {
        Region::Us => wire::Region::Us,
        Region::Ca => wire::Region::Ca,
        Region::Eu => wire::Region::Eu,
        Region::Au => wire::Region::Au,
    }
}

/// Why somebody isn't taken for a member, by the word that is stored.
pub(super) fn no_member(word: &str) -> Option<NoMember> {
    Some(match word {
        "client_portal" => NoMember::Portal,
        "other_person" => NoMember::OtherPerson,
        "disabled" => NoMember::Disabled,
        "other_firm" => NoMember::OtherFirm,
        _ => return None,
    })
}

/// What a person is told.
const fn problem(why: Why) -> ManageProblem {
    match why {
        Why::Attempt(_) => ManageProblem::Expired,
        Why::Declined => ManageProblem::Declined,
        Why::Clio | Why::CodeMissing => ManageProblem::ClioError,
        Why::Asked(error) => match error {
            ManageError::Unreachable(_)
            | ManageError::RateLimited { .. }
            | ManageError::Failed
            | ManageError::Unusable => ManageProblem::ClioUnavailable,
            ManageError::Unauthorized | ManageError::InvalidGrant => ManageProblem::WrongRegion,
            ManageError::Forbidden
            | ManageError::VersionRetired
            | ManageError::InvalidClient
            | ManageError::RegionOff => ManageProblem::NotPermitted,
        },
        Why::NotAMember(membership) => match membership {
            Membership::Portal => ManageProblem::ClientPortal,
            Membership::OtherPerson => ManageProblem::OtherPerson,
            Membership::Disabled => ManageProblem::Disabled,
            Membership::OtherFirm | Membership::Member => ManageProblem::OtherFirm,
        },
        Why::UserOfAnother => ManageProblem::UserOfAnother,
        Why::FirmNotOurs => ManageProblem::FirmNotOurs,
    }
}
