//! Whether an export of the audit goes on where the record of this database ends, as after a backup was
//! restored; and what happened since.
//!
//! Each link of an export is a hash under a key that isn't in the database, over the link before and the
//! event. So a line that was altered, put in, taken out or moved doesn't fit, and a tail that was cut off
//! is missed by the signed end in the last line. That the export is this database's tells the last link
//! that both have: up to there both records are the same to the byte.

use std::{
    collections::{BTreeMap, HashMap},
    io::BufRead,
};

use sqlx::PgConnection;
use time::OffsetDateTime;

use super::{
    head::{SignedHead, hex},
    line::{Line, Read},
    link::Links,
    seal::sound_end,
};
use crate::{
    db::{audit_chain::EventRow, audit_export},
    service::{ServiceError, Services},
};

/// How many lines are compared at once.
const PAGE: usize = 5_000;
/// How long a line may be, in bytes: an event has a few hundred.
const LONGEST: usize = 1 << 20;

/// What an export says beyond what this database has.
#[derive(Debug)]
pub struct Continuation {
    /// The last place that both have.
    pub common: i64,
    /// The last place of this database's own chain.
    pub own: i64,
    /// The end of the export.
    pub head: SignedHead,
    /// What happened after the last common place and isn't in this database, in the order of the chain.
    pub events: Vec<LostEvent>,
    /// The hashes of the export after the last common place.
    links: BTreeMap<i64, [u8; 32]>,
    /// The hash at the last common place.
    at_common: Vec<u8>,
    /// How many events of the export weren't sealed when it was written: nothing proves them.
    pub unsealed: usize,
}

impl Continuation {
    /// Whether the export has this hash, in hexadecimal, at this place, not before the last common one.
    pub fn says(&self, place: i64, hash: &str) -> bool {
        let there = if place == self.common {
            Some(self.at_common.as_slice())
        } else {
            self.links.get(&place).map(<[u8; 32]>::as_slice)
        };
        there.is_some_and(|there| hex(there) == hash)
    }

    /// The hash at the end of the export, in hexadecimal.
    pub fn end_in_words(&self) -> String {
        hex(self.head.hash())
    }
}

/// An event that this database doesn't have.
#[derive(Clone, Debug)]
pub struct LostEvent {
    /// Its place in the lost chain.
    pub place: i64,
    /// The event.
    pub event: EventRow,
}

/// Why an export isn't believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It can't be read.
    #[error("the file can’t be read: {0}")]
    Unreadable(String),
    /// Not an export with its chain.
    #[error(
        "line {0} isn’t one of `vestibule audit export`: it has to be a whole export of this release, as it was written"
    )]
    NotALine(usize),
    /// No end.
    #[error(
        "its last line doesn’t bear the signed end of the record: it was cut off, or isn’t a whole export"
    )]
    Headless,
    /// Another key.
    #[error(
        "its end isn’t signed with this SECRET_KEY: it is another installation’s, or was altered"
    )]
    Forged,
    /// Another database.
    #[error("it has nothing in common with the record of this database: it is another one’s")]
    Foreign,
    /// Altered.
    #[error("the event at place {0} isn’t what was sealed: the export was altered")]
    Altered(i64),
    /// Incomplete.
    #[error("the event at place {0} is missing, or there twice: the export was altered")]
    Gap(i64),
    /// It ends elsewhere than its end says.
    #[error(
        "it ends at place {found}, but its signed end is at {signed}: it was cut off, or altered"
    )]
    Cut {
        /// Where the signed end is.
        signed: i64,
        /// Where the last line is.
        found: i64,
    },
    /// Older than the database.
    #[error(
        "it ends at place {export}, and this database’s own record goes to place {own}: it is older than what was restored"
    )]
    Older {
        /// Where the export ends.
        export: i64,
        /// Where the chain ends.
        own: i64,
    },
}

/// Reads an export and compares it with the chain.
///
/// # Errors
/// In the inner result: why the export isn't believed.
pub async fn continuation(
    services: &Services,
    export: impl BufRead + Send,
) -> Result<Result<Continuation, Refused>, ServiceError> {
    let mut transaction = services
        .pool
        .begin_as("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        .await?;
    sqlx::raw_sql(
        "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0",
    )
    .execute(&mut *transaction)
    .await?;
    let outcome = compare(services, &mut transaction, export).await?;
    transaction.roll_back().await?;
    Ok(outcome)
}

async fn compare(
    services: &Services,
    connection: &mut PgConnection,
    mut export: impl BufRead + Send,
) -> Result<Result<Continuation, Refused>, ServiceError> {
    let key = &services.config.master_key;
    let (own, _) = sound_end(key, connection).await?;
    let mut reading = Reading {
        links: Links::of(key),
        is_common: vec![false; usize::try_from(own).unwrap_or_default()],
        beyond: BTreeMap::new(),
        unsealed: 0,
        head: None,
        lines: 0,
    };
    loop {
        let page = match reading.page(&mut export) {
            Ok(page) => page,
            Err(refused) => return Ok(Err(refused)),
        };
        if page.is_empty() {
            break;
        }
        if let Err(refused) = reading.look_at(connection, page).await? {
            return Ok(Err(refused));
        }
    }
    let Some(head) = reading.head.take() else {
        return Ok(Err(Refused::Headless));
    };
    if !head.is_signed_with(key) {
        return Ok(Err(Refused::Forged));
    }
    let (common, at_common) = match reading.common() {
        Ok(0) => return Ok(Err(Refused::Foreign)),
        Ok(common) => {
            let hashes = audit_export::hashes_at(connection, &[common]).await?;
            (common, hashes.into_iter().next().unwrap_or_default().1)
        }
        Err(refused) => return Ok(Err(refused)),
    };
    if let Err(refused) = reading.follow(&head, common, &at_common) {
        return Ok(Err(refused));
    }
    let links = reading
        .beyond
        .iter()
        .map(|(place, (_, hash))| (*place, *hash))
        .collect();
    let events = lost(connection, reading.beyond).await?;
    Ok(Ok(Continuation {
        common,
        own,
        head,
        events,
        links,
        at_common,
        unsealed: reading.unsealed,
    }))
}

/// What of it the database doesn't have: when it was dumped, some of it may not have been sealed.
async fn lost(
    connection: &mut PgConnection,
    beyond: BTreeMap<i64, (EventRow, [u8; 32])>,
) -> Result<Vec<LostEvent>, ServiceError> {
    let ids: Vec<i64> = beyond.values().map(|(event, _)| event.id).collect();
    let times: Vec<OffsetDateTime> = beyond.values().map(|(event, _)| event.at).collect();
    let known = audit_export::known(connection, &ids, &times).await?;
    Ok(beyond
        .into_iter()
        .filter(|(_, (event, _))| !known.contains(&event.id))
        .map(|(place, (event, _))| LostEvent { place, event })
        .collect())
}

/// An export that is being read.
struct Reading {
    links: Links,
    /// By place, less one: whether a line fits the chain of the database there.
    is_common: Vec<bool>,
    /// What doesn't, by place.
    beyond: BTreeMap<i64, (EventRow, [u8; 32])>,
    unsealed: usize,
    /// The end, of the last line that was read.
    head: Option<SignedHead>,
    lines: usize,
}

impl Reading {
    /// The next lines; none at the end.
    fn page(&mut self, export: &mut (impl BufRead + Send)) -> Result<Vec<Read>, Refused> {
        let mut page = Vec::new();
        while page.len() < PAGE {
            let mut line = Vec::new();
            let mut limited = std::io::Read::take(&mut *export, LONGEST as u64);
            let read = limited.read_until(b'\n', &mut line);
            let read = read.map_err(|error| Refused::Unreadable(error.kind().to_string()))?;
            if read == 0 {
                break;
            }
            self.lines += 1;
            let refused = Refused::NotALine(self.lines);
            // Only the last line bears the end.
            if self.head.is_some() {
                return Err(refused);
            }
            let line: Line = serde_json::from_slice(&line).map_err(|_| refused.clone())?;
            let read = line.read().ok_or(refused)?;
            self.head = match &read.head {
                Some(Ok(head)) => Some(head.clone()),
                Some(Err(_)) => return Err(Refused::Headless),
                None => None,
            };
            page.push(read);
        }
        Ok(page)
    }

    /// Compares lines with the chain of the database.
    async fn look_at(
        &mut self,
        connection: &mut PgConnection,
        mut page: Vec<Read>,
    ) -> Result<Result<(), Refused>, ServiceError> {
        let details: Vec<Option<String>> =
            page.iter().map(|read| read.event.detail.clone()).collect();
        let details = audit_export::details_as_sealed(connection, &details).await?;
        for (read, detail) in page.iter_mut().zip(details) {
            read.event.detail = detail;
        }
        let places: Vec<i64> = page
            .iter()
            .filter_map(|read| read.link.map(|(place, _)| place))
            .flat_map(|place| [place.saturating_sub(1), place])
            .collect();
        let own: HashMap<i64, Vec<u8>> = audit_export::hashes_at(connection, &places)
            .await?
            .into_iter()
            .collect();
        for read in page {
            let Some((place, hash)) = read.link else {
                self.unsealed += 1;
                continue;
            };
            if own.get(&place).map(Vec::as_slice) != Some(hash.as_slice()) {
                if place < 1 || self.beyond.insert(place, (read.event, hash)).is_some() {
                    return Ok(Err(Refused::Gap(place)));
                }
                continue;
            }
            let previous = own.get(&(place - 1)).map(Vec::as_slice);
            if self.links.hash(previous.unwrap_or_default(), &read.event) != hash {
                return Ok(Err(Refused::Altered(place)));
            }
            let index = usize::try_from(place - 1).unwrap_or(usize::MAX);
            match self.is_common.get_mut(index) {
                Some(is_common) if !*is_common => *is_common = true,
                _ => return Ok(Err(Refused::Gap(place))),
            }
        }
        Ok(Ok(()))
    }

    /// The last place that both have, up to which nothing may be missing; 0 when there is none.
    fn common(&self) -> Result<i64, Refused> {
        let common = self.is_common.iter().rposition(|is_common| *is_common);
        let common = common.map_or(0, |index| index + 1);
        let missing = self.is_common.iter().take(common).position(|there| !there);
        match missing {
            Some(index) => Err(Refused::Gap(place_of(index))),
            None => Ok(i64::try_from(common).unwrap_or(i64::MAX)),
        }
    }

    /// Follows the chain of the export from the last common place to its end.
    fn follow(&self, head: &SignedHead, common: i64, at_common: &[u8]) -> Result<(), Refused> {
        let (mut place, mut previous) = (common, at_common);
        for (found, (event, hash)) in &self.beyond {
            place += 1;
            if *found != place {
                return Err(Refused::Gap(place));
            }
            if self.links.hash(previous, event) != *hash {
                return Err(Refused::Altered(place));
            }
            previous = hash;
        }
        if head.position() != place || head.hash().as_slice() != previous {
            let (signed, found) = (head.position(), place);
            return Err(Refused::Cut { signed, found });
        }
        Ok(())
    }
}

fn place_of(index: usize) -> i64 {
    i64::try_from(index).unwrap_or(i64::MAX).saturating_add(1)
}
