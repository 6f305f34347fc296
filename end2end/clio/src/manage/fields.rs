//! The `fields` of a question: which members of a user are answered, one level deep.

use serde_json::{Map, Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::firm::{Firm, ManageUser};

/// The fields that can't be read.
#[derive(Debug)]
pub(crate) struct BadFields(pub(crate) String);

/// What is answered without `fields`.
const USUAL: [&str; 3] = ["id", "etag", "name"];

/// A user with all fields.
fn all(user: &ManageUser, firm: &Firm) -> Map<String, Value> {
    let whole = json!({
        "id": user.id,
        "etag": etag(user),
        "name": user.name(),
        "first_name": user.first_name,
        "last_name": user.last_name,
        "email": user.email,
        "enabled": user.enabled,
        "account_owner": user.account_owner,
        "clio_connect": user.clio_connect,
        "subscription_type": user.subscription_type,
        "roles": user.roles,
        "time_zone": user.time_zone,
        "created_at": moment(user.created_at),
        "updated_at": moment(user.updated_at),
        "account": { "id": firm.id, "etag": format!("\"{}\"", firm.id), "name": firm.name },
    });
    match whole {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// A moment as Clio writes it: ISO 8601.
fn moment(at: OffsetDateTime) -> String {
    at.format(&Rfc3339).unwrap_or_default()
}

/// Changes whenever the user does.
pub(crate) fn etag(user: &ManageUser) -> String {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hasher = DefaultHasher::new();
    format!("{user:?}").hash(&mut hasher);
    format!("\"{:016x}\"", hasher.finish())
}

/// A user with the fields that were asked for.
pub(crate) fn pick(
    fields: Option<&str>,
    user: &ManageUser,
    firm: &Firm,
) -> Result<Value, BadFields> {
    let whole = all(user, firm);
    let Some(fields) = fields else {
        let usual = whole
            .into_iter()
            .filter(|(name, _)| USUAL.contains(&name.as_str()));
        return Ok(Value::Object(usual.collect()));
    };
    let mut picked = Map::new();
    for (name, nested) in split(fields)? {
        let value = whole
            .get(name)
            .ok_or_else(|| BadFields(format!("{name} is not a valid field")))?;
        let value = match (value, nested) {
            (Value::Object(members), Some(nested)) => {
                let wanted: Vec<&str> = nested.split(',').map(str::trim).collect();
                let unknown = wanted.iter().find(|name| !members.contains_key(**name));
                if let Some(unknown) = unknown {
                    return Err(BadFields(format!("{unknown} is not a valid field")));
                }
                let kept = members
                    .iter()
                    .filter(|(name, _)| wanted.contains(&name.as_str()));
                Value::Object(
                    kept.map(|(name, value)| (name.clone(), value.clone()))
                        .collect(),
                )
            }
            (Value::Object(members), None) => {
                let kept = members
                    .iter()
                    .filter(|(name, _)| *name == "id" || *name == "etag");
                Value::Object(
                    kept.map(|(name, value)| (name.clone(), value.clone()))
                        .collect(),
                )
            }
            (_, Some(_)) => return Err(BadFields(format!("{name} has no fields"))),
            (value, None) => value.clone(),
        };
        picked.insert(name.to_owned(), value);
    }
    Ok(Value::Object(picked))
}

/// Names, each with what stands in its braces.
fn split(fields: &str) -> Result<Vec<(&str, Option<&str>)>, BadFields> {
    let mut found = Vec::new();
    let mut rest = fields.trim();
    while !rest.is_empty() {
        let end = rest.find([',', '{']).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let mut nested = None;
        rest = after;
        if let Some(inside) = after.strip_prefix('{') {
            let (within, after) = inside
                .split_once('}')
                .ok_or_else(|| BadFields("a brace isn't closed".to_owned()))?;
            if within.contains('{') {
                return Err(BadFields("fields nest one level deep".to_owned()));
            }
            nested = Some(within);
            rest = after;
        }
        found.push((name.trim(), nested));
        rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manage::Region;

    fn picked(fields: Option<&str>) -> Result<Value, BadFields> {
        let user = ManageUser::new(7, 1, "dana@firm.test").named("Dana", "Whitlock");
        pick(fields, &user, &Firm::new(Region::Us, 1, "Firm"))
    }

    #[test]
    fn without_fields_there_is_hardly_anything() {
        let value = picked(None).unwrap();
        let names: Vec<_> = value.as_object().unwrap().keys().cloned().collect();
        assert_eq!(names, ["etag", "id", "name"]);
    }

    #[test]
    fn fields_nest_one_level_and_unknown_ones_are_refused() {
        let value = picked(Some("id,email,account{id,name}")).unwrap();
        assert_eq!(
            value,
            json!({"id": 7, "email": "dana@firm.test", "account": {"id": 1, "name": "Firm"}})
        );
        assert!(picked(Some("id,nothing")).is_err());
        assert!(picked(Some("account{id{a}}")).is_err());
        assert!(picked(Some("id{a}")).is_err());
        assert!(picked(Some("account{id")).is_err());
    }
}
