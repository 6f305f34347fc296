//! What Clio Manage answers, read tolerantly where a fault does no harm, and strictly where somebody's
//! access rests on it.

use serde_json::{Map, Value};
use time::Duration;

use super::ManageError;
use crate::{
    domain::{
        email::Email,
        manage::{
            membership::ClioUser,
            region::{FirmKey, Region},
        },
        name::Name,
    },
    secrets::Secret,
};

/// The longest token, in bytes; those seen have 40 to 60.
const MAX_TOKEN: usize = 4096;
/// How long an access token lives when Clio doesn't say: the shorter of the two that its texts name.
const UNSAID: Duration = Duration::days(7);
/// The longest life of an access token that is believed.
const LONGEST: Duration = Duration::days(400);
/// The longest name of a firm or a role that is kept, in characters.
const MAX_LABEL: usize = 100;
/// How many roles of a user are kept.
const MAX_ROLES: usize = 20;

/// What Clio gives for a code or for a refresh token.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// Opens the API.
    pub access: Secret,
    /// Brings a new access token. It may be missing where one was there before, which is still good.
    pub refresh: Option<Secret>,
    /// How long the access token lives.
    pub lives: Duration,
}

impl Tokens {
    pub(super) fn read(answer: &Map<String, Value>) -> Result<Self, ManageError> {
        let kind = answer.get("token_type").and_then(Value::as_str);
        let is_bearer = kind.is_some_and(|kind| kind.eq_ignore_ascii_case("bearer"));
        if !is_bearer || answer.contains_key("error") {
            return Err(ManageError::Unusable);
        }
        let refresh = match answer.get("refresh_token") {
            None | Some(Value::Null) => None,
            Some(value) => Some(token(value)?),
        };
        let lives = match answer.get("expires_in") {
            None | Some(Value::Null) => UNSAID,
            Some(value) => {
                let seconds = value.as_i64().filter(|seconds| *seconds > 0);
                Duration::seconds(seconds.ok_or(ManageError::Unusable)?).min(LONGEST)
            }
        };
        Ok(Self {
            access: token(answer.get("access_token").ok_or(ManageError::Unusable)?)?,
            refresh,
            lives,
        })
    }
}

/// A token is printable ASCII (RFC 6749, appendix A.12 and A.17).
fn token(value: &Value) -> Result<Secret, ManageError> {
    let text = value.as_str().filter(|text| {
        (1..=MAX_TOKEN).contains(&text.len()) && text.bytes().all(|b| matches!(b, 0x21..=0x7e))
    });
    let text = text.ok_or(ManageError::Unusable)?;
    Ok(Secret::new(text.to_owned()))
}

/// The fields of a user that are asked for. The firm comes with `who_am_i` only: the list is of one.
pub(super) const USER_FIELDS: &str = "id,name,first_name,last_name,email,enabled,account_owner,\
     clio_connect,subscription_type,roles";

/// The user of a token, with their firm.
pub(super) fn who_am_i(
    answer: &Map<String, Value>,
    region: Region,
) -> Result<ClioUser, ManageError> {
    let data = answer.get("data").and_then(Value::as_object);
    let data = data.ok_or(ManageError::Unusable)?;
    let account = data.get("account").and_then(Value::as_object);
    let account = account.ok_or(ManageError::Unusable)?;
    let firm = FirmKey {
        region,
        number: id(account)?,
    };
    user(data, firm, &label(account.get("name")))
}

/// A page of a firm's users.
#[derive(Debug)]
pub struct UsersPage {
    /// The users.
    pub users: Vec<ClioUser>,
    /// The query of the next page; `None` on the last one.
    pub next: Option<String>,
    /// How many users there are in all, where Clio says so.
    pub total: Option<u32>,
}

/// A page of users; `address` is the one that was asked, without its query: the next page is
/// believed to be there only.
pub(super) fn users(
    answer: &Map<String, Value>,
    firm: FirmKey,
    firm_name: &str,
    address: &str,
) -> Result<UsersPage, ManageError> {
    let data = answer.get("data").and_then(Value::as_array);
    let users = data.ok_or(ManageError::Unusable)?.iter().map(|value| {
        let members = value.as_object().ok_or(ManageError::Unusable)?;
        user(members, firm, firm_name)
    });
    let users = users.collect::<Result<_, _>>()?;
    let meta = answer.get("meta").and_then(Value::as_object);
    let meta = meta.ok_or(ManageError::Unusable)?;
    let paging = match meta.get("paging") {
        None | Some(Value::Null) => None,
        Some(value) => Some(value.as_object().ok_or(ManageError::Unusable)?),
    };
    let next = match paging.and_then(|paging| paging.get("next")) {
        None | Some(Value::Null) => None,
        Some(value) => {
            let url = value.as_str().ok_or(ManageError::Unusable)?;
            let query = url
                .strip_prefix(address)
                .and_then(|rest| rest.strip_prefix('?'));
            let query = query.filter(|query| {
                query.len() <= 2000 && query.bytes().all(|b| matches!(b, 0x21..=0x7e) && b != b'#')
            });
            Some(query.ok_or(ManageError::Unusable)?.to_owned())
        }
    };
    let total = meta.get("records").and_then(Value::as_u64);
    Ok(UsersPage {
        users,
        next,
        total: total.and_then(|total| u32::try_from(total).ok()),
    })
}

/// A user. Number and whether they can sign in must be there: access rests on them.
fn user(
    members: &Map<String, Value>,
    firm: FirmKey,
    firm_name: &str,
) -> Result<ClioUser, ManageError> {
    let flag = |name: &str| members.get(name).and_then(Value::as_bool);
    let text = |name: &str| {
        members
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    let roles = members.get("roles").and_then(Value::as_array);
    let roles = roles.into_iter().flatten().take(MAX_ROLES);
    Ok(ClioUser {
        number: id(members)?,
        firm,
        firm_name: firm_name.to_owned(),
        first_name: Name::from_provider(text("first_name")).as_str().to_owned(),
        last_name: Name::from_provider(text("last_name")).as_str().to_owned(),
        email: Email::parse(text("email").trim()).ok(),
        is_enabled: flag("enabled").ok_or(ManageError::Unusable)?,
        is_owner: flag("account_owner").unwrap_or(false),
        is_portal: flag("clio_connect").unwrap_or(false),
        subscription: label(members.get("subscription_type")),
        roles: roles.map(|role| label(Some(role))).collect(),
    })
}

/// A number of Clio's: a whole one above zero.
fn id(members: &Map<String, Value>) -> Result<i64, ManageError> {
    let id = members.get("id").and_then(Value::as_i64);
    id.filter(|id| *id > 0).ok_or(ManageError::Unusable)
}

/// A name of something, in one line and cut to size; empty where there is none.
fn label(value: Option<&Value>) -> String {
    let text = value.and_then(Value::as_str).unwrap_or_default();
    let text: String = text.chars().take(MAX_LABEL).collect();
    Name::from_provider(&text).as_str().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const ADDRESS: &str = "https://app.clio.com/api/v4/users.json";
    const FIRM: FirmKey = FirmKey {
        region: Region::Us,
        number: 7,
    };

    fn object(value: Value) -> Map<String, Value> {
        match value {
            Value::Object(members) => members,
            _ => unreachable!(),
        }
    }

    fn page(paging: &Value) -> Result<UsersPage, ManageError> {
        let answer = json!({
            "data": [{"id": 1, "enabled": true}],
            "meta": {"paging": paging, "records": 5000},
        });
        users(&object(answer), FIRM, "Harbour & Lane", ADDRESS)
    }

    #[test]
    fn the_next_page_is_believed_at_the_same_address_only() {
        let next = |url: &str| page(&json!({ "next": url }));
        let good =
            next("https://app.clio.com/api/v4/users.json?limit=200&page_token=ab%3D").unwrap();
        assert_eq!(good.next.as_deref(), Some("limit=200&page_token=ab%3D"));
        assert_eq!(good.total, Some(5000));
        for elsewhere in [
            "https://evil.test/api/v4/users.json?page_token=a",
            "https://app.clio.com.evil.test/api/v4/users.json?a=b",
            "https://app.clio.com/api/v4/users.json.evil?a=b",
            "https://app.clio.com/api/v4/users.json",
            "https://app.clio.com/api/v4/users.json?a=b#c",
            "https://app.clio.com/api/v4/users.json?a=b c",
            "/api/v4/users.json?a=b",
            "",
        ] {
            assert_eq!(
                next(elsewhere).unwrap_err(),
                ManageError::Unusable,
                "{elsewhere}"
            );
        }
        assert_eq!(page(&json!({})).unwrap().next, None);
        assert_eq!(page(&Value::Null).unwrap().next, None);
        assert!(page(&json!({ "next": 7 })).is_err());
    }

    #[test]
    fn a_user_without_a_number_or_a_word_on_whether_they_can_sign_in_is_no_answer() {
        let read = |value: Value| user(&object(value), FIRM, "");
        assert!(read(json!({"id": 1, "enabled": false})).is_ok());
        for odd in [
            json!({"enabled": true}),
            json!({"id": 0, "enabled": true}),
            json!({"id": -1, "enabled": true}),
            json!({"id": "1", "enabled": true}),
            json!({"id": 1.5, "enabled": true}),
            json!({"id": 1}),
            json!({"id": 1, "enabled": null}),
            json!({"id": 1, "enabled": "true"}),
        ] {
            assert_eq!(read(odd.clone()), Err(ManageError::Unusable), "{odd}");
        }
    }

    #[test]
    fn odd_texts_of_a_user_do_no_harm() {
        let odd = json!({
            "id": 1, "enabled": true, "email": "no address", "first_name": null, "last_name": 7,
            "roles": ["Admin", {"a": 1}, "x".repeat(500)], "subscription_type": "a\u{0}b",
        });
        let user = user(&object(odd), FIRM, "").unwrap();
        assert_eq!((user.email, user.first_name.as_str()), (None, ""));
        assert_eq!(user.roles.len(), 3);
        assert_eq!(user.roles[2].len(), 100);
        assert_eq!(user.subscription, "ab");
    }

    #[test]
    fn a_token_answer_needs_a_bearer_token_and_nothing_else() {
        let read = |value: Value| Tokens::read(&object(value));
        let good = read(json!({"token_type": "Bearer", "access_token": "a"})).unwrap();
        assert!(good.refresh.is_none());
        assert_eq!(good.lives, UNSAID);
        for odd in [
            json!({"access_token": "a"}),
            json!({"token_type": "mac", "access_token": "a"}),
            json!({"token_type": "bearer"}),
            json!({"token_type": "bearer", "access_token": ""}),
            json!({"token_type": "bearer", "access_token": "a b"}),
            json!({"token_type": "bearer", "access_token": "a", "error": "x"}),
            json!({"token_type": "bearer", "access_token": "a", "expires_in": 0}),
            json!({"token_type": "bearer", "access_token": "a", "refresh_token": 7}),
        ] {
            assert!(read(odd.clone()).is_err(), "{odd}");
        }
    }
}
