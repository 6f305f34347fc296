//! How the queue's words become its pages' words.

use app::wire::{
    Moment,
    desk::queue::{self as page, QueueAct, QueueKind},
};

use crate::{
    backend::{manage, words},
    db::{
        cases::Kind as CaseKind,
        desk::{
            candidates::Candidate,
            queue::{ItselfBy, ManageSaid, WaitingAccount, WaitingCase, Who},
        },
    },
    domain::{
        desk::queue::{Act, Kind, Likeness, Person, differences, is_same_domain},
        name::full_name,
        not_me::Kind as NoticeKind,
    },
};

pub(super) const fn act(act: QueueAct) -> Act {
    match act {
        QueueAct::Approve => Act::Approve,
        QueueAct::Decline => Act::Decline,
        QueueAct::Ask => Act::Ask,
    }
}

pub(super) const fn act_outward(act: Act) -> QueueAct {
    match act {
        Act::Approve => QueueAct::Approve,
        Act::Decline => QueueAct::Decline,
        Act::Ask => QueueAct::Ask,
    }
}

pub(super) const fn kind(kind: Kind) -> QueueKind {
    match kind {
        Kind::Accounts => QueueKind::Accounts,
        Kind::Links => QueueKind::Links,
        Kind::Emails => QueueKind::Emails,
        Kind::NotMe => QueueKind::NotMe,
        Kind::Mailbox => QueueKind::Mailbox,
    }
}

const fn likeness(likeness: Likeness) -> page::Likeness {
    match likeness {
        Likeness::SameLogin => page::Likeness::SameLogin,
        Likeness::SameEmail => page::Likeness::SameEmail,
        Likeness::SameClioEmail => page::Likeness::SameClioEmail,
        Likeness::SameName => page::Likeness::SameName,
        Likeness::SameLocalPart => page::Likeness::SameLocalPart,
        Likeness::SameDomain => page::Likeness::SameDomain,
    }
}

pub(super) fn card(who: &Who) -> page::Card {
    page::Card {
        id: who.id.to_string(),
        name: full_name(&who.first_name, &who.last_name, ""),
        email: who.email.clone(),
        is_proved: who.email_verified,
        status: words::status(who.status),
        role: words::role(who.role),
    }
}

fn person(who: &Who) -> Person<'_> {
    Person {
        first_name: &who.first_name,
        last_name: &who.last_name,
        email: &who.email,
    }
}

pub(super) fn candidate(of: &Who, candidate: &Candidate) -> page::Candidate {
    let differ = differences(person(of), person(&candidate.who));
    let mut alike: Vec<_> = candidate.alike.iter().copied().map(likeness).collect();
    if differ.email && is_same_domain(&of.email, &candidate.who.email) {
        alike.push(page::Likeness::SameDomain);
    }
    page::Candidate {
        who: card(&candidate.who),
        alike,
        name_differs: differ.name,
        email_differs: differ.email,
    }
}

pub(super) fn new_account(account: &WaitingAccount) -> page::Question {
    page::Question::NewAccount {
        clio: account
            .clio
            .as_ref()
            .map(|(email, first, last)| page::ClioLogin {
                name: full_name(first, last, ""),
                email: email.clone().unwrap_or_default(),
            }),
        from: account.from.clone(),
        itself_by: account.itself_by.map(|by| match by {
            ItselfBy::Mailbox => page::ItselfBy::Mailbox,
            ItselfBy::Membership => page::ItselfBy::Membership,
        }),
        manage: account.manage.as_ref().map(manage_said),
    }
}

/// What Clio Manage said of somebody.
fn manage_said(said: &ManageSaid) -> page::ManageSaid {
    let email = said.email.as_deref();
    page::ManageSaid {
        user: app::wire::ManageUser {
            name: full_name(
                &said.first_name,
                &said.last_name,
                email.unwrap_or("a user without a name"),
            ),
            email: email.map(ToOwned::to_owned),
            firm: if said.firm_name.is_empty() {
                format!("firm {}", said.firm.number)
            } else {
                said.firm_name.clone()
            },
            region: manage::region(said.firm.region),
        },
        why: said.reason.as_deref().and_then(manage::no_member),
        owns_firm: said.is_owner,
    }
}

pub(super) fn case(
    case: &WaitingCase,
    suspect_since: Option<Moment>,
    mailbox_proved: Option<Moment>,
) -> page::Question {
    let reference = case.reference.clone();
    let email = case.email.clone().unwrap_or_default();
    match case.kind {
        CaseKind::LinkAsked => page::Question::Link {
            clio: page::ClioLogin {
                name: full_name(&case.first_name, &case.last_name, ""),
                email,
            },
            message: case.message.clone(),
            reference,
            logins: u32::try_from(case.logins).unwrap_or(u32::MAX),
            mailbox_proved,
        },
        CaseKind::EmailChange | CaseKind::EmailCollision => page::Question::Email {
            new: email,
            reference,
            holder: case
                .holder
                .as_ref()
                .map(|(id, email)| (id.to_string(), email.clone())),
        },
        CaseKind::NotMe => page::Question::NotMe {
            about: NoticeKind::from_word(&case.message).map(words::notice),
            since: suspect_since,
            reference,
            taken: case.taken.clone(),
            email_taken: !email.is_empty(),
        },
    }
}
