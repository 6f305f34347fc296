//! After a backup was restored: what lived in it ends, and what was taken away since is taken away again.
//!
//! A dump is a picture of yesterday. Until this is done, a session that was ended since would live on, and
//! somebody who was locked out since would get in. For each table that holds what opens something, or work
//! under way:
//!
//! | table | what becomes of it, and why |
//! |---|---|
//! | `sessions` | all end: which of them were ended since isn't known |
//! | `sign_in_attempts` | deleted: an attempt that was used since would be good once more |
//! | `manage_attempts` | deleted, for the same reason |
//! | `manage_grants` | Clio Manage is asked at once whether they still stand |
//! | `roster_reads` | those that aren't over are deleted, and the firms are read anew at once: who left since isn't known |
//! | `link_requests` | the open ones are deleted, with their codes and proofs, for the same reason |
//! | `mail_codes`, `sign_in_codes` | deleted, for the same reason |
//! | `claims` | the unused ones are deleted, for the same reason, and invitations that wait count as over: they are sent again at the desk |
//! | `mail_outbox` | what wasn't sent is deleted: it was sent since, and its codes and links are dead; what was given up stays to be looked at |
//! | `bulk_acts`, `imports` | what isn't over is stopped: it was carried out since, on the facts of then |
//! | `dormancy_round` | the next round waits a day: sign-ins since aren't known, and accounts would look unused |
//! | `notices` | "This wasn't me" stays: it only takes away, and people rely on the mail for fourteen days; where an account's mailbox changed since, they are closed |
//! | `accounts.password_hash` | stays, unless the record says that it was changed or removed since |
//! | `cases`, `merges`, `review_*`, `invitations` and the rest | stay: nobody gets in by them without somebody deciding anew |
//! | `guesses` | stays: it only counts, in windows that are over |
//!
//! No mail is written: whoever is concerned was told when it happened.

mod replay;

use std::io::BufRead;

use serde_json::{Value, json};
use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};

use super::{
    ServiceError, Services,
    audit::{Continuation, Refused, continuation},
};
use crate::db::{
    audit::{self, NewEvent},
    audit_export,
    desk::{bulk, dormancy::policies},
    imports::{self, State},
    restored, revoking,
};

pub use self::replay::{Looked, Replayed};

/// The word in the record.
const RESTORED: &str = "database.restored";
/// How long accounts that look unused are left alone.
const DORMANCY_WAITS: Duration = Duration::days(1);

/// What ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ended {
    /// Sessions.
    pub sessions: u64,
    /// Attempts to sign in, and to connect Clio Manage.
    pub attempts: u64,
    /// Pending links.
    pub link_requests: u64,
    /// Mailed codes.
    pub codes: u64,
    /// One-time links, most of them of invitations.
    pub claims: u64,
    /// Letters that weren't sent.
    pub letters: u64,
    /// Decisions about many that weren't over.
    pub bulk_acts: u64,
    /// Lists of people that weren't invited to their end.
    pub imports: u64,
}

impl Ended {
    fn is_nothing(self) -> bool {
        self == Self::default()
    }
}

/// What an export was good for.
#[derive(Debug)]
pub struct FromExport {
    /// The last place that the export and this database have in common.
    pub common: i64,
    /// The last place of the export.
    pub end: i64,
    /// The hash there, in hexadecimal.
    link: String,
    /// When its end was signed.
    pub at: OffsetDateTime,
    /// Events that weren't sealed when it was written, and that aren't believed.
    pub unsealed: usize,
    /// Whether there was something to replay; otherwise all of it had been before.
    pub is_new: bool,
    /// What was done with the events in between.
    pub replayed: Replayed,
}

/// What was done.
#[derive(Debug)]
pub struct Done {
    /// What ended.
    pub ended: Ended,
    /// What came of the export, where one was given.
    pub from_export: Option<FromExport>,
}

/// Ends what lived in the dump and replays what an export says was taken away since: all of it in one
/// transaction, or nothing.
///
/// # Errors
/// In the inner result: why the export isn't believed. Nothing is changed then.
pub async fn finish(
    services: &Services,
    export: Option<impl BufRead + Send>,
) -> Result<Result<Done, Refused>, ServiceError> {
    let proved = match export {
        Some(export) => match continuation(services, export).await? {
            Ok(proved) => Some(proved),
            Err(refused) => return Ok(Err(refused)),
        },
        None => None,
    };
    let mut transaction = services.pool.begin().await?;
    // Everybody's sessions may be many; who waits for them waits for the operator.
    sqlx::raw_sql(
        "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0",
    )
    .execute(&mut *transaction)
    .await?;
    let since = match &proved {
        Some(proved) => match since(&mut transaction, proved).await? {
            Ok(since) => Some(since),
            Err(refused) => return Ok(Err(refused)),
        },
        None => None,
    };
    let plan = match (&proved, &since) {
        (Some(proved), Some(since)) => Some(replay::plan(&mut transaction, proved, since).await?),
        _ => None,
    };
    let ended = end(services, &mut transaction).await?;
    let mut from_export = None;
    if let (Some(proved), Some(since), Some(plan)) = (proved, since, plan) {
        let replayed = plan.carry_out(services, &mut transaction).await?;
        let is_new = !since.is_again
            || proved.head.position() > since.place
            || replayed.taken() > 0
            || replayed.held_back != since.held_back;
        from_export = Some(FromExport {
            common: proved.common,
            end: proved.head.position(),
            link: proved.end_in_words(),
            at: proved.head.at(),
            unsealed: proved.unsealed,
            is_new,
            replayed,
        });
    }
    record(services, &mut transaction, ended, from_export.as_ref()).await?;
    transaction.commit().await?;
    services.recorded();
    Ok(Ok(Done { ended, from_export }))
}

/// From where on an export is replayed.
#[derive(Clone, Debug)]
struct Since {
    /// Events up to here have been, or are in the database.
    place: i64,
    /// But these, which were held back.
    held_back: Vec<i64>,
    /// Whether a replay of the same lost record is on record.
    is_again: bool,
}

/// From where on an export is replayed: after the last common place, or after what was replayed before.
async fn since(
    connection: &mut PgConnection,
    proved: &Continuation,
) -> Result<Result<Since, Refused>, ServiceError> {
    let mut since = Since {
        place: proved.common,
        held_back: Vec::new(),
        is_again: false,
    };
    for detail in audit_export::details_of(connection, RESTORED).await? {
        let place = detail.get("replayed_to").and_then(Value::as_i64);
        let link = detail.get("replayed_link").and_then(Value::as_str);
        let held_back: Vec<i64> = detail
            .get("held_back")
            .and_then(Value::as_array)
            .map(|places| places.iter().filter_map(Value::as_i64).collect())
            .unwrap_or_default();
        let (Some(place), Some(link)) = (place, link) else {
            continue;
        };
        let common = detail.get("common").and_then(Value::as_i64);
        // An older export of the same lost record has nothing new; another lost record says nothing.
        let is_older = place > proved.head.position() && common == Some(proved.common);
        if place >= since.place && (proved.says(place, link) || is_older) {
            since.place = place;
            since.held_back = held_back;
            since.is_again = true;
        }
    }
    let (export, own) = (proved.head.position(), proved.own);
    if export == proved.common && export < own && !since.is_again {
        return Ok(Err(Refused::Older { export, own }));
    }
    Ok(Ok(since))
}

/// Ends what a dump keeps alive.
async fn end(services: &Services, connection: &mut PgConnection) -> Result<Ended, ServiceError> {
    let now = services.now();
    let mut ended = Ended {
        sessions: revoking::all(connection, now).await?,
        attempts: restored::attempts(connection).await?
            + restored::manage_attempts(connection).await?,
        link_requests: restored::link_requests(connection).await?,
        codes: restored::mail_codes(connection).await?
            + restored::sign_in_codes(connection).await?,
        claims: restored::claims(connection, now).await?,
        letters: restored::letters(connection).await?,
        imports: restored::checked_imports(connection).await?,
        bulk_acts: 0,
    };
    for act in restored::open_bulks(connection).await? {
        bulk::finish(connection, act.id, Some("cancelled"), now).await?;
        let event = NewEvent {
            action: "bulk.cancelled",
            reason: Some(&act.deed),
            detail: Some(json!({ "bulk": act.id.0 })),
            ..NewEvent::default()
        };
        audit::record(connection, &event, now).await?;
        ended.bulk_acts += 1;
    }
    for import in restored::running_imports(connection).await? {
        imports::end(connection, import, State::Stopped, now).await?;
        let event = NewEvent {
            action: "import.stopped",
            reason: Some("restored"),
            detail: Some(json!({ "import": import })),
            ..NewEvent::default()
        };
        audit::record(connection, &event, now).await?;
        ended.imports += 1;
    }
    if ended.sessions > 0 {
        let event = NewEvent {
            action: "session.everybody_ended",
            reason: Some("restored"),
            detail: Some(json!({ "ended": ended.sessions })),
            ..NewEvent::default()
        };
        audit::record(connection, &event, now).await?;
    }
    restored::open_reads(connection).await?;
    restored::ask_clio(connection, now).await?;
    policies::put_off_round(connection, now + DORMANCY_WAITS).await?;
    Ok(ended)
}

/// Records that the database was restored, and how far the lost record was replayed; nothing where there
/// was nothing to do.
async fn record(
    services: &Services,
    connection: &mut PgConnection,
    ended: Ended,
    from_export: Option<&FromExport>,
) -> Result<(), ServiceError> {
    let from_export = from_export.filter(|export| export.is_new);
    if ended.is_nothing() && from_export.is_none() {
        return Ok(());
    }
    let mut detail = json!({
        "attempts": ended.attempts,
        "link_requests": ended.link_requests,
        "codes": ended.codes,
        "claims": ended.claims,
        "letters": ended.letters,
    });
    if let (Some(export), Some(detail)) = (from_export, detail.as_object_mut()) {
        detail.insert("common".to_owned(), export.common.into());
        detail.insert("replayed_to".to_owned(), export.end.into());
        detail.insert("replayed_link".to_owned(), export.link.clone().into());
        let held_back = export.replayed.held_back.clone();
        detail.insert("held_back".to_owned(), held_back.into());
    }
    let event = NewEvent {
        action: RESTORED,
        detail: Some(detail),
        ..NewEvent::default()
    };
    audit::record(connection, &event, services.now()).await?;
    Ok(())
}
