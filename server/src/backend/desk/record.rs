//! What happened, from the audit.

use app::{
    api::Failure,
    backend::desk::Record,
    wire::desk::record::{
        RecordChange, RecordEntry, RecordField, RecordFilter, RecordPage, RecordPerson, RecordTopic,
    },
};
use async_trait::async_trait;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    backend::{RequestBackend, unavailable, words},
    db::desk::record::PersonRow,
    domain::{
        desk::{
            record::{Place, Topic},
            record_filter::{Field, Filter, Typed},
            rules::Right,
        },
        name::full_name,
    },
    service::desk::record::{self, Entry, From},
};

#[async_trait]
impl Record for RequestBackend {
    async fn record(
        &self,
        filter: RecordFilter,
        before: Option<String>,
        after: Option<String>,
    ) -> Result<RecordPage, Failure> {
        self.at_desk(Right::Look)?;
        let place = |text: Option<String>| text.and_then(|text| text.parse::<Place>().ok());
        let from = match (place(before), place(after)) {
            (Some(place), _) => From::Before(place),
            (None, Some(place)) => From::After(place),
            (None, None) => From::Newest,
        };
        let (page, unread) = match Filter::read(&typed(&filter)) {
            Ok(filter) => {
                let page = record::page(&self.0.services, &filter, from).await;
                (page.map_err(unavailable)?, Vec::new())
            }
            Err(unread) => (record::Page::default(), unread),
        };
        Ok(RecordPage {
            filter,
            unread: unread.into_iter().map(field).collect(),
            is_of_nobody: page.is_of_nobody,
            topics: Topic::ALL.map(topic).to_vec(),
            entries: page
                .entries
                .into_iter()
                .map(|entry| self.recorded(entry))
                .collect(),
            newer: page.newer.map(|place| place.to_string()),
            older: page.older.map(|place| place.to_string()),
        })
    }
}

impl RequestBackend {
    fn recorded(&self, entry: Entry) -> RecordEntry {
        let Entry {
            event,
            actor,
            account,
        } = entry;
        let mut detail = match event.detail.as_deref().map(serde_json::from_str) {
            Some(Ok(Value::Object(detail))) => detail,
            _ => Map::new(),
        };
        let method = detail.get("method").and_then(Value::as_str);
        let method = method.and_then(words::method);
        if method.is_some() {
            detail.remove("method");
        }
        let changes = changes(detail.remove("before"), detail.remove("after"));
        RecordEntry {
            id: event.id.to_string(),
            at: self.moment(event.at),
            action: event.action,
            method,
            by: person(event.actor_account_id, actor),
            about: person(event.account_id, account),
            is_own: event.actor_account_id.is_some() && event.actor_account_id == event.account_id,
            reference: event.reference,
            reason: event.reason,
            changes,
            facts: detail
                .into_iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(name, value)| (name, shown(&value)))
                .collect(),
        }
    }
}

fn typed(filter: &RecordFilter) -> Typed {
    Typed {
        person: filter.person.clone(),
        act: filter.act.clone(),
        from: filter.from.clone(),
        to: filter.to.clone(),
        reference: filter.reference.clone(),
    }
}

const fn field(field: Field) -> RecordField {
    match field {
        Field::Person => RecordField::Person,
        Field::Act => RecordField::Act,
        Field::From => RecordField::From,
        Field::To => RecordField::To,
        Field::Reference => RecordField::Reference,
    }
}

const fn topic(topic: Topic) -> RecordTopic {
    RecordTopic {
        word: topic.word(),
        acts: topic.acts(),
    }
}

fn person(id: Option<Uuid>, person: Option<PersonRow>) -> Option<RecordPerson> {
    let id = id?.to_string();
    Some(match person {
        Some(person) => RecordPerson {
            id,
            name: full_name(&person.first_name, &person.last_name, &person.email),
            email: person.email,
        },
        None => RecordPerson {
            id,
            name: String::new(),
            email: String::new(),
        },
    })
}

/// What differs between two values of the record: of two objects, member by member.
fn changes(before: Option<Value>, after: Option<Value>) -> Vec<RecordChange> {
    let (before, after) = match (before, after) {
        (None, None) => return Vec::new(),
        (before, after) => (before.unwrap_or_default(), after.unwrap_or_default()),
    };
    let (Value::Object(before), Value::Object(after)) = (&before, &after) else {
        return vec![RecordChange {
            what: String::new(),
            before: shown(&before),
            after: shown(&after),
        }];
    };
    let added = after.keys().filter(|name| !before.contains_key(*name));
    before
        .keys()
        .chain(added)
        .filter(|name| before.get(*name) != after.get(*name))
        .map(|name| RecordChange {
            what: name.clone(),
            before: before.get(name).map(shown).unwrap_or_default(),
            after: after.get(name).map(shown).unwrap_or_default(),
        })
        .collect()
}

/// A value of the record, as far as a line shows it.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Array(values) => values.iter().map(shown).collect::<Vec<_>>().join(", "),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| format!("{name} {}", shown(value)))
            .collect::<Vec<_>>()
            .join(", "),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn changed(before: Value, after: Value) -> Vec<(String, String, String)> {
        changes(Some(before), Some(after))
            .into_iter()
            .map(|change| (change.what, change.before, change.after))
            .collect()
    }

    #[test]
    fn words_that_changed_stand_before_and_after() {
        let own = |what: &str, before: &str, after: &str| {
            (what.to_owned(), before.to_owned(), after.to_owned())
        };
        assert_eq!(
            changed(json!("active"), json!("suspended")),
            [own("", "active", "suspended")]
        );
        assert_eq!(
            changed(
                json!({"days": 30, "same": 1, "gone": true}),
                json!({"days": 60, "same": 1, "new": ["a", "b"]})
            ),
            [
                own("days", "30", "60"),
                own("gone", "yes", ""),
                own("new", "", "a, b")
            ]
        );
        assert_eq!(changed(Value::Null, json!("admin")), [own("", "", "admin")]);
        assert!(changes(None, None).is_empty());
    }
}
