//! How the desk's accounts, links and events become its pages.

use app::wire::{
    self, FormProblem,
    desk::{
        AccountAct, AccountDossier, ActPage, Change, DoneBy, Entry, Link, LinkDossier, Openers,
        Person, Reviewed, Timeline, Undoing, UnlinkPage,
    },
};
use time::Duration;

use super::{barred_by, orders::decision};
use crate::{
    backend::{RequestBackend, words},
    db::{
        accounts::AccountRow,
        desk::{dossiers::LinkRow, timeline::Event},
        own_sessions::OpenSession,
        sessions::LiveSession,
    },
    domain::{
        account::{Role, Status},
        desk::{
            rules::{Act, Right},
            undo,
        },
        device, moment,
        name::full_name,
        proof::{UNDO_FOR, code_is_enough_for, may_disconnect},
    },
    service::{
        confirmation,
        desk::dossiers::{self, Dossier, Happened},
    },
};

/// The roles, from the least.
const ROLES: [Role; 4] = [Role::Member, Role::Reviewer, Role::Admin, Role::Owner];

impl RequestBackend {
    pub(super) fn account_as_seen(
        &self,
        live: &LiveSession,
        dossier: Dossier,
        timeline: Timeline,
    ) -> AccountDossier {
        let acts = AccountAct::ALL
            .into_iter()
            .filter(|act| bars(live, &dossier, *act).is_none())
            .filter(|act| *act != AccountAct::EndSessions || !dossier.sessions.is_empty())
            .collect();
        let can_resend = Right::Decide.is_of(live.role)
            && dossier.account.status == Status::Invited
            && code_is_enough_for(dossier.account.role);
        AccountDossier {
            person: person(&dossier.account),
            email_verified: dossier.facts.email_verified_at.map(|at| self.moment(at)),
            role: words::role(dossier.account.role),
            status: words::status(dossier.account.status),
            status_since: self.moment(dossier.standing.since),
            suspended_until: dossier.standing.until.map(moment::day),
            created: self.moment(dossier.account.created_at),
            last_used: dossier.facts.last_used_at.map(|at| self.moment(at)),
            has_password: dossier.facts.has_password,
            links: dossier
                .links
                .into_iter()
                .map(|link| self.link_as_listed(link))
                .collect(),
            sessions: dossier
                .sessions
                .into_iter()
                .map(|session| self.session_as_seen(live, session))
                .collect(),
            questions: u32::try_from(dossier.facts.cases).unwrap_or(u32::MAX),
            can_resend,
            acts,
            timeline,
            first_name: dossier.account.first_name,
            last_name: dossier.account.last_name,
            email: dossier.account.email,
        }
    }

    pub(super) fn link_as_seen(
        &self,
        live: &LiveSession,
        found: dossiers::LinkDossier,
        timeline: Timeline,
    ) -> LinkDossier {
        let may_unlink = bars_unlinking(live, &found).is_none();
        let dossiers::LinkDossier {
            link,
            dossier,
            review,
            ..
        } = found;
        LinkDossier {
            may_review: link.unlinked_at.is_none() && live.account != dossier.account.id,
            reviewed: review.map(|review| Reviewed {
                at: self.moment(review.at),
                by: Person {
                    id: review.reviewer.to_string(),
                    name: full_name(&review.first_name, &review.last_name, &review.email),
                },
            }),
            made_from: [link.linked_device.as_str(), link.linked_address.as_str()]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(", "),
            clio_id: link.subject.clone(),
            link: self.link_as_listed(link),
            person: person(&dossier.account),
            role: words::role(dossier.account.role),
            status: words::status(dossier.account.status),
            email: dossier.account.email,
            may_unlink,
            timeline,
        }
    }

    pub(super) fn before_act(
        &self,
        live: &LiveSession,
        dossier: &Dossier,
        act: AccountAct,
    ) -> ActPage {
        let services = &self.0.services;
        let now = services.now();
        let is_own = live.account == dossier.account.id;
        let may_get = |role: &Role| {
            *role != dossier.account.role && dossier.may(live, Act::SetRole(*role)).is_ok()
        };
        let others = dossier
            .sessions
            .iter()
            .filter(|session| session.id != live.id);
        ActPage {
            act,
            person: person(&dossier.account),
            email: dossier.account.email.clone(),
            role: words::role(dossier.account.role),
            barred: bars(live, dossier, act),
            is_fresh: confirmation::is_fresh(services, live),
            is_own,
            sessions: u32::try_from(others.count()).unwrap_or(u32::MAX),
            openers: openers(dossier, None),
            roles: ROLES.into_iter().filter(may_get).map(words::role).collect(),
            undo_until: (act != AccountAct::EndSessions).then(|| moment::day(now + UNDO_FOR)),
            earliest_day: moment::iso(now + Duration::DAY)
                .split('T')
                .next()
                .unwrap_or_default()
                .to_owned(),
        }
    }

    pub(super) fn before_unlinking(
        &self,
        live: &LiveSession,
        found: dossiers::LinkDossier,
    ) -> UnlinkPage {
        let services = &self.0.services;
        let barred = bars_unlinking(live, &found);
        let dossiers::LinkDossier {
            link,
            sessions,
            dossier,
            ..
        } = found;
        UnlinkPage {
            barred,
            openers: openers(&dossier, Some(&link)),
            login: name_of(&link),
            link: link.id.to_string(),
            person: person(&dossier.account),
            email: dossier.account.email,
            is_fresh: confirmation::is_fresh(services, live),
            sessions: u32::try_from(sessions).unwrap_or(u32::MAX),
            undo_until: moment::day(services.now() + UNDO_FOR),
        }
    }

    pub(super) fn timeline(
        &self,
        live: &LiveSession,
        dossier: &Dossier,
        happened: Happened,
        is_later_page: bool,
    ) -> Timeline {
        let older = happened.events.last().filter(|_| happened.has_older);
        Timeline {
            older: older.map(|event| event.id.to_string()),
            is_later_page,
            entries: happened
                .events
                .into_iter()
                .map(|event| self.entry_as_seen(live, dossier, event))
                .collect(),
        }
    }

    fn entry_as_seen(&self, live: &LiveSession, dossier: &Dossier, event: Event) -> Entry {
        let undoing = match event.undone {
            Some((_, at)) => Undoing::Done(self.moment(at)),
            None if dossier.may_undo(live, &event, self.0.services.now()) => {
                Undoing::Until(moment::day(event.at + UNDO_FOR))
            }
            None => Undoing::No,
        };
        Entry {
            event: event.id.to_string(),
            at: self.moment(event.at),
            method: event.method.as_deref().and_then(words::method),
            by: done_by(&event),
            link: event.identity.map(|identity| identity.0.to_string()),
            change: event.change.as_ref().and_then(change),
            action: event.action,
            reason: event.reason,
            reference: event.reference,
            remark: event.remark,
            undoing,
        }
    }

    fn link_as_listed(&self, link: LinkRow) -> Link {
        Link {
            clio_name: full_name(&link.first_name, &link.last_name, ""),
            id: link.id.to_string(),
            clio_email: link.email,
            method: words::link_method(&link.link_method),
            linked: self.moment(link.linked_at),
            last_used: self.moment(link.last_used_at),
            unlinked: link.unlinked_at.map(|at| self.moment(at)),
        }
    }

    fn session_as_seen(&self, live: &LiveSession, session: OpenSession) -> wire::OpenSession {
        wire::OpenSession {
            id: session.id.0.to_string(),
            device: device::in_words(&session.user_agent),
            address: session.address,
            opener: words::opener(session.opener),
            opened: self.moment(session.created_at),
            last_seen: self.moment(session.last_seen_at),
            current: session.id == live.id,
        }
    }
}

/// What stands against an act, as far as a look can tell.
fn bars(live: &LiveSession, dossier: &Dossier, act: AccountAct) -> Option<FormProblem> {
    let status = dossier.account.status;
    let decided = Some(FormProblem::Decided);
    let judged = match (decision(act), act) {
        (Some(decision), _) if decision.from() != status => return decided,
        (Some(decision), _) => dossier.may(live, decision.rule()),
        (None, AccountAct::EndSessions) => dossier.may(live, Act::EndSessions),
        (None, _) if status != Status::Active => return decided,
        (None, _) => {
            // Any other role will do.
            let mut judged = ROLES
                .into_iter()
                .filter(|role| *role != dossier.account.role)
                .map(|role| dossier.may(live, Act::SetRole(role)));
            let first = judged.next().unwrap_or(Ok(()));
            judged.fold(first, Result::or)
        }
    };
    judged.err().map(barred_by)
}

fn bars_unlinking(live: &LiveSession, found: &dossiers::LinkDossier) -> Option<FormProblem> {
    if found.link.unlinked_at.is_some() {
        return Some(FormProblem::Decided);
    }
    let dossier = &found.dossier;
    let alive = dossier
        .links
        .iter()
        .filter(|link| link.unlinked_at.is_none());
    let is_last_way_in = !may_disconnect(
        alive.count(),
        dossier.facts.has_password,
        dossier.account.email_verified,
    );
    let judged = dossier.may(live, Act::Unlink { is_last_way_in });
    judged.err().map(barred_by)
}

/// What opens an account, but for one of its logins.
fn openers(dossier: &Dossier, without: Option<&LinkRow>) -> Openers {
    let account = &dossier.account;
    Openers {
        logins: dossier
            .links
            .iter()
            .filter(|link| link.unlinked_at.is_none())
            .filter(|link| without.is_none_or(|gone| gone.id != link.id))
            .map(name_of)
            .collect(),
        password: dossier.facts.has_password && account.email_verified,
        code: account.email_verified && code_is_enough_for(account.role),
    }
}

/// What a login is called: by its e-mail, or else by Clio's own name for it.
fn name_of(link: &LinkRow) -> String {
    link.email.clone().unwrap_or_else(|| link.subject.clone())
}

/// Whose an account is.
pub(super) fn person(account: &AccountRow) -> Person {
    Person {
        id: account.id.to_string(),
        name: full_name(&account.first_name, &account.last_name, &account.email),
    }
}

fn done_by(event: &Event) -> DoneBy {
    match (event.actor, &event.actor_name) {
        (Some(actor), _) if Some(actor) == event.account => DoneBy::Themself,
        (Some(actor), Some([first, last, email])) => DoneBy::Another(Person {
            id: actor.to_string(),
            name: full_name(first, last, email),
        }),
        (Some(_), None) => DoneBy::Gone,
        (None, _) if words::is_by_administrators(&event.action) => DoneBy::Operator,
        (None, _) => DoneBy::Nobody,
    }
}

/// What an event changed, where it shows.
pub(super) fn change(change: &undo::Change) -> Option<Change> {
    match change {
        undo::Change::Standing { from, to } => Some(Change::Status {
            from: words::status(from.status),
            to: words::status(to.status),
            until: to.until.map(moment::day),
        }),
        undo::Change::Role { from, to } => Some(Change::Role {
            from: words::role(*from),
            to: words::role(*to),
        }),
        undo::Change::Unlinked(_)
        | undo::Change::Reviewed(_)
        | undo::Change::Settled(_)
        | undo::Change::Renamed => None,
    }
}
