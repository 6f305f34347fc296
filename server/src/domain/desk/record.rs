//! What the record of everything can be asked for.

use std::{fmt, str::FromStr};

use time::{Duration, OffsetDateTime};

/// What is told of the desk itself.
const ABOUT_THE_DESK: [&str; 29] = [
    "audit.exported",
    "database.restored",
    "dormancy.changed",
    "dormancy.exempted",
    "dormancy.exemption_ended",
    "dormancy.changed.undone",
    "desk.links_exported",
    "desk.view_kept",
    "desk.view_forgotten",
    "bulk.confirmed",
    "bulk.cancelled",
    "bulk.finished",
    "import.begun",
    "import.finished",
    "import.stopped",
    "review.begun",
    "review.gathered",
    "review.reviewer_named",
    "review.closed",
    "review.pack_taken",
    "roster.connected",
    "roster.disconnected",
    "roster.read_begun",
    "roster.read_stopped",
    "roster.read",
    "roster.read_failed",
    "roster.rule_changed",
    "roster.rule_changed.undone",
    "roster.left",
];

/// The acts about accounts.
const ABOUT_ACCOUNTS: [&str; 36] = [
    "account.created",
    "account.invited",
    "account.admitted",
    "account.admitted_as_member",
    "account.approved",
    "account.rejected",
    "account.suspended",
    "account.reactivated",
    "account.gave_way",
    "account.names_changed",
    "account.names_followed_clio",
    "account.names_from_roster",
    "account.names_from_roster.undone",
    "account.suggestion_taken",
    "account.suggestion_declined",
    "account.email_changed",
    "account.email_verified",
    "account.email_unverified",
    "account.reminded",
    "account.approved.undone",
    "account.rejected.undone",
    "account.suspended.undone",
    "account.reactivated.undone",
    "account.suspension_ended",
    "account.noted",
    "account.merged",
    "account.merged_away",
    "account.merge_undone",
    "account.came_back",
    "duplicate.set_aside",
    "duplicate.reconsidered",
    "invitation.resent",
    "invitation.revoked",
    "invitation.restored",
    "admission.code_sent",
    "admission.asked",
];

/// What acts are about, for whoever looks for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// Signing in and out, and the browsers in which somebody is signed in.
    SignIns,
    /// What opens an account.
    Links,
    /// Accounts: made, let in, changed, closed.
    Accounts,
    /// Roles.
    Roles,
    /// Passwords.
    Passwords,
    /// What waited for a decision.
    Questions,
    /// What the firm has decided about its desk: limits, exports, reviews.
    Desk,
    /// Whatever was refused, whoever tried it.
    Refusals,
}

impl Topic {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::SignIns,
        Self::Links,
        Self::Accounts,
        Self::Roles,
        Self::Passwords,
        Self::Questions,
        Self::Desk,
        Self::Refusals,
    ];

    /// The word in URLs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::SignIns => "sign-ins",
            Self::Links => "links",
            Self::Accounts => "accounts",
            Self::Roles => "roles",
            Self::Passwords => "passwords",
            Self::Questions => "questions",
            Self::Desk => "desk",
            Self::Refusals => "refusals",
        }
    }

    /// The acts, in the words of the record.
    pub const fn acts(self) -> &'static [&'static str] {
        match self {
            Self::SignIns => &[
                "session.opened",
                "session.opened_locally",
                "session.signed_out",
                "session.ended",
                "session.others_ended",
                "session.all_ended",
                "session.everybody_ended",
                "session.confirmed",
                "sign_in.code_sent",
                "confirm.code_sent",
            ],
            Self::Links => &[
                "identity.linked",
                "identity.unlinked",
                "identity.restored",
                "identity.email_changed",
                "link.prompted",
                "link.code_sent",
                "link.proved",
                "link.asked",
                "link.cancelled",
                "link.kept_separate",
                "notice.not_me",
                "manage.connected",
                "manage.disconnected",
                "manage.reconnect_needed",
                "identity.reviewed",
                "identity.reviewed.undone",
                "review.decided",
                "identity.moved",
                "identity.moved_back",
            ],
            Self::Accounts => &ABOUT_ACCOUNTS,
            Self::Roles => &[
                "account.role_granted",
                "account.role_granted.undone",
                "account.role_revoked",
                "account.role_revoked.undone",
            ],
            Self::Passwords => &[
                "account.password_set",
                "account.password_changed",
                "account.password_removed",
            ],
            Self::Questions => &[
                "case.opened",
                "case.approved",
                "case.approved.undone",
                "case.declined",
                "case.declined.undone",
                "case.withdrawn",
                "case.proof_asked",
                "account.proof_asked",
            ],
            Self::Desk => &ABOUT_THE_DESK,
            Self::Refusals => &[
                "sign_in.refused",
                "local.refused",
                "link.refused",
                "connection.refused",
                "manage.refused",
                "session.refused",
                "suggestion.refused",
                "password.refused",
                "confirm.refused",
                "admission.refused",
                "notice.refused",
                "desk.refused",
            ],
        }
    }

    /// What an act is about; `None` for one that this release doesn't know.
    pub fn of(act: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|topic| topic.acts().contains(&act))
    }
}

/// The acts that a word of a URL asks for: those of a topic, or the one act that it is, known or not.
pub fn acts(word: &str) -> Vec<String> {
    let topic = Topic::ALL.into_iter().find(|topic| topic.word() == word);
    match topic {
        Some(topic) => topic.acts().iter().map(|act| (*act).to_owned()).collect(),
        None => vec![word.to_owned()],
    }
}

/// A place in the order of the record: by time, then by the number of the event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The time.
    pub at: OffsetDateTime,
    /// The number.
    pub id: i64,
}

impl Place {
    /// Before everything.
    pub const BEGINNING: Self = Self {
        at: OffsetDateTime::UNIX_EPOCH,
        id: i64::MIN,
    };

    /// After everything: some thousand years ahead.
    pub fn end() -> Self {
        Self::before(OffsetDateTime::UNIX_EPOCH + Duration::days(2_900_000))
    }

    /// Before the first event of a moment.
    pub const fn before(at: OffsetDateTime) -> Self {
        Self { at, id: i64::MIN }
    }
}

/// A text that names no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this names no place of the record")]
pub struct NoPlace;

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.at.unix_timestamp_nanos() / 1000, self.id)
    }
}

impl FromStr for Place {
    type Err = NoPlace;

    fn from_str(text: &str) -> Result<Self, NoPlace> {
        let (micros, id) = text.split_once('.').ok_or(NoPlace)?;
        let micros: i128 = micros.parse().map_err(|_| NoPlace)?;
        let nanos = micros.checked_mul(1000).ok_or(NoPlace)?;
        let at = OffsetDateTime::from_unix_timestamp_nanos(nanos).map_err(|_| NoPlace)?;
        let id = id.parse().map_err(|_| NoPlace)?;
        let place = Self { at, id };
        if place < Self::BEGINNING || place > Self::end() {
            return Err(NoPlace);
        }
        Ok(place)
    }
}

/// A part of the record between two places, neither of them in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The place before it.
    pub after: Place,
    /// The place behind it.
    pub before: Place,
}

impl Stretch {
    /// All there is.
    pub fn whole() -> Self {
        Self {
            after: Place::BEGINNING,
            before: Place::end(),
        }
    }

    /// The part of it after a place.
    #[must_use]
    pub fn after(self, place: Place) -> Self {
        Self {
            after: self.after.max(place),
            ..self
        }
    }

    /// The part of it before a place.
    #[must_use]
    pub fn before(self, place: Place) -> Self {
        Self {
            before: self.before.min(place),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_place_reads_back_as_it_was() {
        for place in [
            Place::BEGINNING,
            Place::end(),
            Place {
                at: OffsetDateTime::UNIX_EPOCH + Duration::microseconds(1_763_823_600_123_456),
                id: 42,
            },
        ] {
            assert_eq!(place.to_string().parse(), Ok(place));
        }
    }

    #[test]
    fn what_names_no_place_is_told() {
        for text in [
            "",
            ".",
            "1",
            "1.",
            ".1",
            "1.x",
            "x.1",
            "-1.1",
            "1.99999999999999999999",
            "999999999999999999999999999999999999999.1",
            "9223372036854775807.1",
        ] {
            assert_eq!(text.parse::<Place>(), Err(NoPlace), "{text}");
        }
    }

    #[test]
    fn a_stretch_only_ever_becomes_narrower() {
        let day = |day| Place::before(OffsetDateTime::UNIX_EPOCH + Duration::days(day));
        let stretch = Stretch::whole().after(day(10)).before(day(20));
        assert_eq!(stretch.after(day(5)).before(day(25)), stretch);
        assert_eq!(stretch.after(day(15)).after, day(15));
        assert_eq!(stretch.before(day(15)).before, day(15));
    }

    #[test]
    fn every_act_has_one_topic_and_every_topic_a_word() {
        let all: Vec<&str> = Topic::ALL
            .iter()
            .flat_map(|topic| topic.acts().iter().copied())
            .collect();
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len());
        for topic in Topic::ALL {
            assert_eq!(acts(topic.word()), topic.acts());
            assert_eq!(Topic::of(topic.acts()[0]), Some(topic));
        }
        assert_eq!(acts("made.up"), ["made.up"]);
        assert_eq!(Topic::of("made.up"), None);
    }
}
