//! What a filter means to the database.

use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};

use super::{
    collect::Source,
    place::{EARLIEST, LATEST},
};
use crate::{
    db::DbResult,
    domain::desk::{
        links::{InRoster, RosterLogin, Times},
        profile::{Profile, Profiles},
    },
};

/// What is asked of each link.
#[derive(Clone, Debug)]
pub struct Conditions {
    /// Its profile is one of these.
    pub profiles: Profiles,
    pub(super) bits: Vec<u8>,
    /// Its searched text is like all of these.
    pub(super) patterns: Vec<String>,
    /// What the index of words is asked, one or two patterns: all that match are like these.
    pub(super) finders: Vec<String>,
    /// The patterns that what was found must be asked about.
    pub(super) others: Vec<String>,
    pub(super) linked_from: OffsetDateTime,
    pub(super) linked_before: OffsetDateTime,
    pub(super) used_before: Option<OffsetDateTime>,
    pub(super) roster: Option<OfRoster>,
}

/// What is asked of the roster.
#[derive(Clone, Debug)]
pub(super) struct OfRoster {
    pub(super) asked: InRoster,
    /// Last found by a read before.
    pub(super) seen_before: Option<OffsetDateTime>,
}

impl Conditions {
    /// What a filter asks: profiles, words as [`know`] gives them, times.
    pub fn new(profiles: Profiles, words: &[String], times: Times) -> Self {
        Self {
            bits: profiles.bits(),
            profiles,
            patterns: words.iter().map(|word| anywhere(word)).collect(),
            finders: Vec::new(),
            others: Vec::new(),
            linked_from: times.linked_from.unwrap_or(EARLIEST),
            linked_before: times.linked_before.unwrap_or(LATEST),
            used_before: times.used_before,
            roster: None,
        }
    }

    /// The same, with what is asked of the roster, seen from `now`.
    #[must_use]
    pub fn in_roster(mut self, asked: Option<&InRoster>, now: OffsetDateTime) -> Self {
        self.roster = asked.map(|asked| OfRoster {
            asked: asked.clone(),
            seen_before: asked
                .not_seen_days
                .map(|days| now - Duration::days(i64::from(days))),
        });
        self
    }

    /// Where the links come from where something is asked of the roster.
    pub fn of_roster(&self) -> Option<Source> {
        let roster = self.roster.as_ref()?;
        Some(match roster.asked.login {
            Some(RosterLogin::Absent) => Source::NotInRoster,
            _ => Source::Roster,
        })
    }

    /// The same of fewer profiles.
    #[must_use]
    pub fn only(&self, passes: impl Fn(Profile) -> bool) -> Self {
        let profiles = self.profiles.only(passes);
        Self {
            bits: profiles.bits(),
            profiles,
            ..self.clone()
        }
    }

    /// Whether texts are searched.
    pub const fn searches(&self) -> bool {
        !self.patterns.is_empty()
    }

    /// The words that texts must have.
    pub fn words(&self) -> Vec<&str> {
        let patterns = self.patterns.iter();
        patterns.map(|pattern| pattern.trim_matches('%')).collect()
    }

    /// The same, where the index of words is asked for these parts of the words, one or two.
    #[must_use]
    pub fn found_by(mut self, parts: &[String]) -> Self {
        self.finders = parts.iter().map(|part| anywhere(part)).collect();
        self.others.clone_from(&self.patterns);
        self.others
            .retain(|pattern| !self.finders.contains(pattern));
        self
    }

    /// The time that links must have been used before.
    pub const fn used_before(&self) -> Option<OffsetDateTime> {
        self.used_before
    }

    /// The time that links must have been linked at or after.
    pub const fn linked_from(&self) -> OffsetDateTime {
        self.linked_from
    }

    /// The time that links must have been linked before.
    pub const fn linked_before(&self) -> OffsetDateTime {
        self.linked_before
    }

    /// The connected, the disconnected, or both, as `walk` takes them.
    pub fn sides(&self) -> Vec<i16> {
        let has = |gone| {
            self.profiles
                .iter()
                .any(|profile| profile.is_gone() == gone)
        };
        [(0, false), (1, true)]
            .into_iter()
            .filter(|(_, gone)| has(*gone))
            .map(|(side, _)| side)
            .collect()
    }
}

/// The pattern of texts that have a word anywhere.
fn anywhere(word: &str) -> String {
    format!("%{word}%")
}

/// What must be known before anything is asked.
#[derive(Debug)]
pub struct Known {
    /// The profiles that occur.
    pub profiles: Profiles,
    /// The words, as they are searched.
    pub words: Vec<String>,
    /// Whether one of the words is long enough to be found by.
    pub is_searchable: bool,
}

/// What occurs, and how words are searched.
pub async fn know(connection: &mut PgConnection, words: &[String]) -> DbResult<Known> {
    let row = sqlx::query!(
        r#"SELECT
             ARRAY(SELECT profile FROM desk_profiles) AS "profiles!",
             ARRAY(
                 SELECT desk_searched(word)
                 FROM unnest($1::text[]) AS word
             ) AS "words!""#,
        words,
    )
    .fetch_one(connection)
    .await?;
    let words: Vec<String> = row
        .words
        .into_iter()
        .filter(|word| !word.is_empty())
        .collect();
    let shortest = crate::domain::desk::links::SHORTEST_WORD;
    Ok(Known {
        profiles: row.profiles.into_iter().filter_map(Profile::new).collect(),
        is_searchable: words.iter().any(|word| word.chars().count() >= shortest),
        words,
    })
}
