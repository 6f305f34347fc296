//! The dry run: what each row of a list would do.

use std::collections::HashMap;

use uuid::Uuid;

use super::{
    MISTAKE,
    reading::{self, List, Row, Says},
};
use crate::{
    db::{
        import_rows::{self, Line},
        imports::{self, NewImport},
        invitations,
        sessions::LiveSession,
    },
    domain::{
        desk::import::{Columns, Field, Found, Person, Unreadable, Verdict, judge},
        name::Name,
    },
    random,
    service::{
        ServiceError, Services,
        refusals::{self, Refusal},
    },
};

/// How many rows are looked up or written at once.
const CHUNK: usize = 5_000;

/// How looking a list through ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checked {
    /// It was kept under this id, with what each row would do.
    Kept(Uuid),
    /// It can't be read.
    Unreadable(Unreadable),
}

/// Looks a list through, and keeps it for the administrator who sent it: nobody is invited. What it
/// says of each row is what is known now; carrying it out asks again.
///
/// The caller has made sure that the session is an administrator's. Nothing fresh is asked for: what was
/// pasted would be lost on the way.
pub async fn check(
    services: &Services,
    session: &LiveSession,
    text: &str,
) -> Result<Checked, ServiceError> {
    let list = match reading::read(text) {
        Ok(list) => list,
        Err(unreadable) => {
            let refusal = Refusal {
                action: "desk.refused",
                actor: Some(session.account),
                account: None,
                reason: &unreadable.to_string(),
            };
            refusals::record(services, refusal).await?;
            return Ok(Checked::Unreadable(unreadable));
        }
    };
    let now = services.now();
    let id = random::id(now)?;
    let mut transaction = services.pool.begin().await?;
    let mut found = HashMap::new();
    for rows in list.rows.chunks(CHUNK) {
        let keys: Vec<String> = rows.iter().filter_map(key).collect();
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        found.extend(invitations::standings(&mut transaction, &keys).await?);
    }
    let mut lines = Vec::with_capacity(list.rows.len());
    let mut to_invite = 0;
    for row in &list.rows {
        to_invite += describe(&list.columns, row, &found, &mut lines);
    }
    let new = NewImport {
        id,
        account: session.account,
        rows: i32::try_from(list.rows.len()).unwrap_or(i32::MAX),
        to_invite,
        ignored: &ignored(&list),
    };
    imports::insert(&mut transaction, &new, now).await?;
    for lines in lines.chunks(CHUNK) {
        import_rows::insert(&mut transaction, id, lines).await?;
    }
    transaction.commit().await?;
    Ok(Checked::Kept(id))
}

/// What a row's e-mail is looked up by, where it has one that counts.
fn key(row: &Row) -> Option<String> {
    match &row.says {
        Says::New(person) => Some(person.email.key()),
        Says::Repeats { .. } | Says::Wrong { .. } => None,
    }
}

/// Adds what is kept of a row; gives how many people it would invite.
fn describe(
    columns: &Columns,
    row: &Row,
    found: &HashMap<String, Found>,
    lines: &mut Vec<Line>,
) -> i32 {
    let line = i32::try_from(row.line).unwrap_or(i32::MAX);
    match &row.says {
        Says::New(person) => {
            let verdict = judge(found.get(&person.email.key()).copied());
            lines.push(Line {
                verdict: verdict.as_str().to_owned(),
                ..of_person(line, person)
            });
            i32::from(verdict.invites())
        }
        Says::Repeats {
            person,
            line: earlier,
        } => {
            lines.push(Line {
                verdict: Verdict::Repeated { line: *earlier }.as_str().to_owned(),
                same_as_line: Some(i32::try_from(*earlier).unwrap_or(i32::MAX)),
                ..of_person(line, person)
            });
            0
        }
        Says::Wrong { mistakes, cells } => {
            let cell = |place: Option<usize>| {
                let cell = place.and_then(|place| cells.get(place));
                shown(cell.map_or("", String::as_str))
            };
            for misplaced in mistakes {
                lines.push(Line {
                    line,
                    place: i32::try_from(misplaced.place.saturating_add(1)).unwrap_or(i32::MAX),
                    email: cell(columns.place(Field::Email)),
                    first_name: cell(columns.place(Field::FirstName)),
                    last_name: cell(columns.place(Field::LastName)),
                    verdict: MISTAKE.to_owned(),
                    column_name: shown(columns.name(misplaced.place)),
                    mistake: Some(misplaced.mistake.as_str().to_owned()),
                    cell: cell(Some(misplaced.place)),
                    ..Line::default()
                });
            }
            0
        }
    }
}

fn of_person(line: i32, person: &Person) -> Line {
    Line {
        line,
        email: person.email.as_str().to_owned(),
        first_name: person.first_name.as_str().to_owned(),
        last_name: person.last_name.as_str().to_owned(),
        ..Line::default()
    }
}

/// What somebody typed, as it can be shown: its beginning, without what reorders or hides text.
fn shown(cell: &str) -> String {
    Name::from_provider(cell).as_str().to_owned()
}

/// The names of the columns that aren't read, as many as can be shown.
fn ignored(list: &List) -> String {
    let names: Vec<String> = list.columns.ignored().take(20).map(shown).collect();
    names.join(", ")
}
