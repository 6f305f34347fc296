//! The roster in the words of its pages: differences, people, reads.

use app::wire::{
    self,
    desk::roster::{
        Became, ClioLogin, Difference, DifferenceKind, Group, Obstacle, ReadLine, ReadOutcome,
        RosterAccount, RosterDoer, RosterPerson, RosterUndo, Trouble, What, Why,
    },
};
use time::Duration;
use uuid::Uuid;

use crate::{
    backend::{RequestBackend, manage, words},
    db::manage::{
        differences_seen::{AccountSeen, DifferenceSeen},
        people_seen::{Login, PersonSeen},
        reads_seen::{Doer, ReadSeen},
    },
    domain::{
        account::Status,
        desk::rules::NotAllowed,
        manage::roster::{self, Ending, Failure, Kind},
        moment,
        name::full_name,
        proof::UNDO_FOR,
    },
    service::manage::roster::seen::{self, Judged},
};

impl RequestBackend {
    pub(super) fn group(&self, group: seen::Group, is_later: bool) -> Group {
        Group {
            kind: kind(group.kind),
            count: u64::try_from(group.count).unwrap_or(0),
            differences: self.differences(group.differences),
            next: group.next.map(|place| place.to_string()),
            is_later,
        }
    }

    pub(super) fn differences(&self, judged: Judged) -> Vec<Difference> {
        let differences = judged
            .into_iter()
            .map(|(seen, obstacle)| self.difference(seen, obstacle.map(stands_against)));
        differences.collect()
    }

    fn difference(&self, seen: DifferenceSeen, obstacle: Option<Obstacle>) -> Difference {
        let became = self.became(&seen);
        let email = seen.email.unwrap_or_default();
        let side = |side: Option<String>| side.unwrap_or_default();
        Difference {
            id: seen.id.to_string(),
            what: match seen.kind {
                Kind::Gone => What::Gone,
                Kind::Disabled => What::Disabled,
                Kind::Back => What::Back {
                    was_gone: seen.before.as_deref() == Some("gone"),
                },
                Kind::New => What::New,
                Kind::Email => What::Email {
                    before: side(seen.before),
                    after: side(seen.after),
                },
                Kind::Name => What::Name {
                    before: side(seen.before),
                    after: side(seen.after),
                },
            },
            firm: seen.firm,
            name: full_name(&seen.name.0, &seen.name.1, &email),
            email,
            account: seen.account.map(account),
            since: self.moment(seen.found_at),
            became,
            obstacle,
        }
    }

    fn became(&self, seen: &DifferenceSeen) -> Became {
        let Some(decided_at) = seen.decided_at else {
            return Became::Waits(seen.why.map_or(Why::Rule, why));
        };
        let at = self.moment(decided_at);
        let by = seen.decided_by.clone().map(doer);
        let reason = seen.reason.clone();
        match (seen.state.as_str(), by) {
            ("carried_out", by) => {
                let until = decided_at + UNDO_FOR;
                let can_be = self.0.services.now() < until;
                let event = seen.event.filter(|(_, is_as_left)| *is_as_left && can_be);
                Became::CarriedOut {
                    by,
                    at,
                    reason,
                    undo: event.map(|(event, _)| RosterUndo {
                        event: event.to_string(),
                        until: moment::day(until),
                    }),
                }
            }
            ("left", Some(by)) => Became::Left {
                by,
                at,
                reason: reason.unwrap_or_default(),
            },
            ("undone", by) => Became::Undone { by, at },
            _ => Became::Settled { at },
        }
    }

    pub(super) fn read_line(&self, read: ReadSeen) -> ReadLine {
        let outcome = match read.ending {
            None => ReadOutcome::UnderWay,
            Some(Ending::Whole) => ReadOutcome::Whole,
            Some(Ending::Failed(failure)) => ReadOutcome::Failed(trouble(failure, read.stopped_by)),
        };
        let counts = read.counts.into_iter();
        ReadLine {
            id: read.id.to_string(),
            firm: read.firm,
            began: self.moment(read.began_at),
            took: read.ended_at.map(|ended| took(ended - read.began_at)),
            by: read.asked_by.map(doer),
            people: u64::try_from(read.people).unwrap_or(0),
            outcome,
            counts: counts
                .map(|(of, count)| (kind(of), u64::try_from(count).unwrap_or(0)))
                .collect(),
        }
    }

    pub(super) fn roster_person(&self, person: PersonSeen) -> RosterPerson {
        let email = person.email.unwrap_or_default();
        let account = person.account.map(|account| RosterAccount {
            id: account.id.to_string(),
            name: full_name(&account.name.0, &account.name.1, &account.email),
            email: account.email,
            status: words::status(account.status),
            role: words::role(account.role),
        });
        RosterPerson {
            name: full_name(&person.name.0, &person.name.1, &email),
            email,
            firm: person.firm,
            region: manage::region(person.region),
            roles: person.roles,
            subscription: person.subscription,
            login: match person.login {
                Login::Enabled => ClioLogin::Enabled,
                Login::Disabled => ClioLogin::Disabled,
                Login::Gone => ClioLogin::Gone,
            },
            seen: self.moment(person.seen_at),
            account,
        }
    }
}

fn account(account: AccountSeen) -> RosterAccount {
    RosterAccount {
        id: account.id.to_string(),
        name: full_name(&account.name.0, &account.name.1, &account.email),
        email: account.email,
        status: words::status(account.status),
        role: words::role(account.role),
    }
}

pub(super) fn doer(doer: Doer) -> RosterDoer {
    RosterDoer {
        account: doer.account.to_string(),
        name: doer.name,
    }
}

/// What kept a read from its end.
pub(super) fn trouble(failure: Failure, stopped_by: Option<Doer>) -> Trouble {
    match failure {
        Failure::Unreachable => Trouble::Unreachable,
        Failure::NotAllowed => Trouble::NotAllowed,
        Failure::Reconnect => Trouble::ReconnectNeeded,
        Failure::Senseless => Trouble::Senseless,
        Failure::Stopped => Trouble::Stopped {
            by: stopped_by.map(doer),
        },
    }
}

/// How long something took, in words.
fn took(duration: Duration) -> String {
    let (count, unit) = if duration < Duration::MINUTE {
        (duration.whole_seconds().max(1), "second")
    } else if duration < Duration::HOUR {
        (duration.whole_minutes(), "minute")
    } else {
        (duration.whole_hours(), "hour")
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

/// The place that a page of a read begins after.
pub(super) fn place(text: &str) -> Option<(i32, Uuid)> {
    let (rank, id) = text.split_once('-')?;
    Some((rank.parse().ok()?, Uuid::try_parse(id).ok()?))
}

const fn kind(of: Kind) -> DifferenceKind {
    match of {
        Kind::Gone => DifferenceKind::Gone,
        Kind::Disabled => DifferenceKind::Disabled,
        Kind::Back => DifferenceKind::Back,
        Kind::New => DifferenceKind::New,
        Kind::Email => DifferenceKind::Email,
        Kind::Name => DifferenceKind::Name,
    }
}

pub(super) const fn kind_of(kind: DifferenceKind) -> Kind {
    match kind {
        DifferenceKind::Gone => Kind::Gone,
        DifferenceKind::Disabled => Kind::Disabled,
        DifferenceKind::Back => Kind::Back,
        DifferenceKind::New => Kind::New,
        DifferenceKind::Email => Kind::Email,
        DifferenceKind::Name => Kind::Name,
    }
}

pub(super) const fn status_of(status: wire::Status) -> Status {
    match status {
        wire::Status::Invited => Status::Invited,
        wire::Status::Pending => Status::Pending,
        wire::Status::Active => Status::Active,
        wire::Status::Suspended => Status::Suspended,
        wire::Status::Deleted => Status::Deleted,
    }
}

const fn why(why: roster::Why) -> Why {
    match why {
        roster::Why::Kind => Why::Kind,
        roster::Why::Rule => Why::Rule,
        roster::Why::Threshold => Why::Threshold,
        roster::Why::Administrator => Why::Administrator,
        roster::Why::Connector => Why::Connector,
        roster::Why::Owner => Why::Owner,
    }
}

const fn stands_against(obstacle: roster::Obstacle) -> Obstacle {
    match obstacle {
        roster::Obstacle::Decided => Obstacle::Decided,
        roster::Obstacle::NoAccount => Obstacle::NoAccount,
        roster::Obstacle::HasAccount => Obstacle::HasAccount,
        roster::Obstacle::InvitedAlready => Obstacle::InvitedAlready,
        roster::Obstacle::NoEmail => Obstacle::NoEmail,
        roster::Obstacle::State => Obstacle::State,
        roster::Obstacle::ClosedOtherwise => Obstacle::ClosedOtherwise,
        roster::Obstacle::AskedAlready => Obstacle::AskedAlready,
        // Whoever only looks sees what administrators would.
        roster::Obstacle::Rule(NotAllowed::Role | NotAllowed::OwnersOnly) => Obstacle::OwnersOnly,
        roster::Obstacle::Rule(NotAllowed::Oneself) => Obstacle::Oneself,
        roster::Obstacle::Rule(NotAllowed::LastOwner) => Obstacle::LastOwner,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_long_it_took_is_told_in_the_largest_fitting_unit() {
        for (duration, words) in [
            (Duration::ZERO, "1 second"),
            (Duration::seconds(59), "59 seconds"),
            (Duration::seconds(60), "1 minute"),
            (Duration::minutes(59), "59 minutes"),
            (Duration::hours(2), "2 hours"),
        ] {
            assert_eq!(took(duration), words);
        }
    }

    #[test]
    fn places_that_nobody_gave_out_are_none() {
        let id = Uuid::from_u128(7);
        assert_eq!(place(&format!("2-{}", id.simple())), Some((2, id)));
        for odd in ["", "-", "x-1", "2-x", "2"] {
            assert_eq!(place(odd), None, "{odd}");
        }
    }
}
