//! The connected firms in the words of the roster's pages.

use app::wire::desk::roster::{
    ClioUser, Firm, Leavers, RosterProgress, RosterRule, RosterRuleChange, RosterState, TooMany,
    WholeRead,
};

use super::roster_seen::{doer, trouble};
use crate::{
    backend::{RequestBackend, manage},
    db::manage::{
        firms_seen::{FirmSeen, Latest},
        reads_seen::Doer,
    },
    domain::{
        manage::roster::{self, Ending, Rule},
        moment,
        name::full_name,
        proof::UNDO_FOR,
    },
};

impl RequestBackend {
    pub(super) fn firm(&self, firm: FirmSeen) -> Firm {
        let state = self.roster_state(&firm);
        let email = firm.user_email.unwrap_or_default();
        let next = match state {
            RosterState::ReconnectNeeded { .. }
            | RosterState::Reading(_)
            | RosterState::Paused { .. } => None,
            _ => Some(moment::full(firm.next_read_at)),
        };
        Firm {
            id: firm.id.to_string(),
            name: firm.name,
            region: manage::region(firm.key.region),
            clio_account: firm.key.number.to_string(),
            connected_by: doer(firm.connected_by),
            connector_decides: firm.connector_decides,
            connected: self.moment(firm.connected_at),
            clio_user: ClioUser {
                name: full_name(&firm.user_name.0, &firm.user_name.1, &email),
                is_other_email: !email.eq_ignore_ascii_case(&firm.connector_email),
                email,
            },
            state,
            last: firm.whole.map(|(read, at, people)| WholeRead {
                read: read.to_string(),
                at: self.moment(at),
                people: u64::try_from(people).unwrap_or(0),
            }),
            next,
            rule: self.roster_rule(firm.rule, firm.revision, firm.rule_change),
            too_many: firm.exceeded.map(|(leavers, accounts, threshold)| TooMany {
                leavers: u64::try_from(leavers).unwrap_or(0),
                accounts: u64::try_from(accounts).unwrap_or(0).max(1),
                threshold: u8::try_from(threshold).unwrap_or(u8::MAX),
            }),
        }
    }

    fn roster_state(&self, firm: &FirmSeen) -> RosterState {
        if let Some(since) = firm.broken_since {
            return RosterState::ReconnectNeeded {
                since: self.moment(since),
            };
        }
        let Some(latest) = &firm.latest else {
            return RosterState::NotRead;
        };
        let Some(ended_at) = latest.ended_at else {
            let now = self.0.services.now();
            return match latest.rests_until.filter(|until| *until > now) {
                Some(until) => RosterState::Paused {
                    progress: progress(latest),
                    until: moment::full(until),
                },
                None => RosterState::Reading(progress(latest)),
            };
        };
        match latest.ending {
            Some(Ending::Whole) | None => RosterState::UpToDate,
            Some(Ending::Failed(failure)) => RosterState::Failed {
                trouble: trouble(failure, latest.stopped_by.clone()),
                at: self.moment(ended_at),
            },
        }
    }

    fn roster_rule(
        &self,
        rule: Rule,
        revision: i32,
        change: Option<(Doer, time::OffsetDateTime, String)>,
    ) -> RosterRule {
        RosterRule {
            leavers: match rule.leavers {
                roster::Leavers::Automatic => Leavers::Automatic,
                roster::Leavers::Approval => Leavers::Approval,
            },
            threshold: rule.threshold,
            revision,
            change: change.map(|(by, at, reason)| {
                let until = at + UNDO_FOR;
                RosterRuleChange {
                    by: doer(by),
                    at: self.moment(at),
                    reason,
                    undo_until: (self.0.services.now() < until).then(|| moment::day(until)),
                }
            }),
        }
    }
}

fn progress(latest: &Latest) -> RosterProgress {
    RosterProgress {
        people: u64::try_from(latest.people).unwrap_or(0),
        total: latest.total.and_then(|total| u64::try_from(total).ok()),
        pages: u32::try_from(latest.pages).unwrap_or(0),
    }
}
