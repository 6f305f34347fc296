//! `users.json`: filters, order and pages.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::firm::ManageUser;
use crate::protocol::parameters::Parameters;

/// The most users of a page.
const MOST: usize = 200;

/// A list that can't be given.
#[derive(Debug)]
pub(crate) struct BadList(pub(crate) String);

/// A page.
pub(crate) struct Page {
    pub(crate) users: Vec<ManageUser>,
    /// Where it begins.
    pub(crate) from: usize,
    pub(crate) total: usize,
    /// After which the next page begins.
    pub(crate) next: Option<usize>,
    /// After which the page before begins, where there is one.
    pub(crate) previous: Option<usize>,
}

/// The page of a firm's users that is asked for.
pub(crate) fn page(parameters: &Parameters, users: Vec<ManageUser>) -> Result<Page, BadList> {
    let limit = match parameters.get("limit").map(str::parse) {
        None => MOST,
        Some(Ok(limit)) if (1..=MOST).contains(&limit) => limit,
        Some(_) => return Err(BadList("limit is at most 200".to_owned())),
    };
    let created_since = since(parameters, "created_since")?;
    let updated_since = since(parameters, "updated_since")?;
    let mut users: Vec<ManageUser> = users
        .into_iter()
        .filter(|user| fits(parameters, user))
        .filter(|user| created_since.is_none_or(|since| user.created_at >= since))
        .filter(|user| updated_since.is_none_or(|since| user.updated_at >= since))
        .collect();
    match parameters.get("order").unwrap_or("id(asc)") {
        "id(asc)" => users.sort_by_key(|user| user.id),
        "id(desc)" => users.sort_by_key(|user| std::cmp::Reverse(user.id)),
        "name(asc)" => users.sort_by_key(ManageUser::name),
        "name(desc)" => users.sort_by_key(|user| std::cmp::Reverse(user.name())),
        other => return Err(BadList(format!("{other} is not a valid order"))),
    }
    let total = users.len();
    let from = match parameters.get("page_token").map(str::parse::<usize>) {
        None => 0,
        Some(Ok(from)) => from,
        Some(Err(_)) => return Err(BadList("page_token is invalid".to_owned())),
    };
    let next = from + limit;
    Ok(Page {
        users: users.into_iter().skip(from).take(limit).collect(),
        from,
        total,
        next: (next < total).then_some(next),
        previous: (from > 0).then(|| from.saturating_sub(limit)),
    })
}

/// A moment that the list begins with, in ISO 8601.
fn since(parameters: &Parameters, name: &str) -> Result<Option<OffsetDateTime>, BadList> {
    let moment = parameters
        .get(name)
        .map(|value| OffsetDateTime::parse(value, &Rfc3339));
    moment
        .transpose()
        .map_err(|_| BadList(format!("{name} isn't a moment")))
}

fn fits(parameters: &Parameters, user: &ManageUser) -> bool {
    let has = |name: &str, fits: &dyn Fn(&str) -> bool| parameters.get(name).is_none_or(fits);
    has("enabled", &|value| value == user.enabled.to_string())
        && has("name", &|value| {
            user.name().to_lowercase().contains(&value.to_lowercase())
        })
        && has("role", &|value| user.roles.iter().any(|role| role == value))
        && has("subscription_type", &|value| {
            user.subscription_type == value
        })
}
