//! Lists of people to invite: every row is accounted for, nobody twice, and what was read can be
//! written and read again.

use std::collections::HashMap;

use csv::Writer;
use vestibule::{
    domain::{
        desk::import::{Field, MAX_ROWS, Misplaced, Person},
        name::Name,
    },
    service::importing::reading::{List, Says, read},
};

/// Holds for any pasted text.
pub fn holds(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let outcome = read(text);
    if !text.contains('\r') {
        for end in ["\r\n", "\r"] {
            let elsewhere = read(&text.replace('\n', end));
            assert_eq!(told(&outcome), told(&elsewhere), "whatever ends the lines");
        }
    }
    let Ok(list) = outcome else {
        return;
    };
    assert!((1..=MAX_ROWS).contains(&list.rows.len()));
    assert!(list.columns.place(Field::Email).is_some());
    rows_follow(text, &list);
    each_person_once(&list);
    comes_back(&list);
}

/// A list in a form that can be compared.
fn told<E: std::fmt::Debug>(outcome: &Result<List, E>) -> String {
    format!("{outcome:?}")
}

fn rows_follow(text: &str, list: &List) {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let lines = text.split('\n').count();
    // The columns stand on the first line, if not after it.
    let mut above = 1;
    for row in &list.rows {
        let line = usize::try_from(row.line).unwrap();
        assert!(above < line && line <= lines, "{above}, {line} of {lines}");
        above = line;
    }
}

fn each_person_once(list: &List) {
    let mut first = HashMap::new();
    for row in &list.rows {
        match &row.says {
            Says::New(person) => {
                let earlier = first.insert(person.email.key(), row.line);
                assert_eq!(earlier, None, "somebody is new twice");
            }
            Says::Repeats { person, line } => {
                assert_eq!(first.get(&person.email.key()), Some(line));
            }
            Says::Wrong { mistakes, cells } => {
                assert!(!mistakes.is_empty() && !cells.is_empty());
                let places: Vec<_> = mistakes.iter().map(|m: &Misplaced| m.place).collect();
                assert!(places.is_sorted(), "{places:?}");
            }
        }
    }
}

/// The people of a list, written as another program would, are read as the same people.
fn comes_back(list: &List) {
    let people: Vec<&Person> = list
        .rows
        .iter()
        .filter_map(|row| match &row.says {
            Says::New(person) => Some(person),
            Says::Repeats { .. } | Says::Wrong { .. } => None,
        })
        .collect();
    if people.is_empty() {
        return;
    }
    let mut writer = Writer::from_writer(Vec::new());
    writer
        .write_record(["last name", "Email", "First"])
        .unwrap();
    for person in &people {
        let names = [&person.last_name, &person.first_name].map(Name::as_str);
        let cells = [names[0], person.email.as_str(), names[1]];
        writer.write_record(cells).unwrap();
    }
    let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
    let again = read(&text).unwrap();
    let found: Vec<&Person> = again
        .rows
        .iter()
        .map(|row| match &row.says {
            Says::New(person) => person,
            other => panic!("{other:?} in {text:?}"),
        })
        .collect();
    assert_eq!(found, people);
}
