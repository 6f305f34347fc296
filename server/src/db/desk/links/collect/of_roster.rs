//! What the roster leads to: the links of its people, or those of everybody else. All of it is collected, as
//! many as the people of a firm; of everybody else as many as there are links.

use sqlx::PgConnection;
use time::OffsetDateTime;

use super::{Asked, Row, Terms};
use crate::{
    db::{DbResult, desk::links::conditions::OfRoster},
    domain::{
        desk::links::{Direction, RosterLogin},
        manage::region::Region,
    },
};

/// What is asked of the roster, in the database's terms.
#[derive(Default)]
pub(super) struct RosterTerms<'a> {
    region: Option<&'static str>,
    firm: Option<i64>,
    any_firm_of: Option<&'static str>,
    role: Option<&'a str>,
    login: Option<&'static str>,
    seen_before: Option<OffsetDateTime>,
}

impl<'a> RosterTerms<'a> {
    pub(super) fn of(roster: &'a OfRoster) -> Self {
        let asked = &roster.asked;
        Self {
            region: asked.firm.map(|firm| firm.region.as_str()),
            firm: asked.firm.map(|firm| firm.number),
            any_firm_of: asked.region.map(Region::as_str),
            role: asked.role.as_deref(),
            login: asked.login.map(|login| match login {
                RosterLogin::Enabled => "enabled",
                RosterLogin::Disabled => "disabled",
                RosterLogin::Gone => "gone",
                RosterLogin::Absent => "absent",
            }),
            seen_before: roster.seen_before,
        }
    }
}

/// The links of the roster's people.
pub(super) async fn people(
    connection: &mut PgConnection,
    asked: &Asked<'_>,
    terms: &Terms<'_>,
) -> DbResult<Vec<Row>> {
    Ok(by_words!(
        "(
                 SELECT *
                 FROM desk_links
                 WHERE id IN (
                     SELECT i.id
                     FROM roster_people p
                     JOIN manage_firms f ON f.id = p.firm_id
                     JOIN identities i ON i.account_id = p.account_id
                     WHERE f.disconnected_at IS NULL
                       AND ($14::text IS NULL OR f.region = $14 AND f.firm_number = $15)
                       AND ($16::text IS NULL OR f.region = $16)
                       AND ($17::text IS NULL OR EXISTS (
                           SELECT
                           FROM unnest(p.roles) AS role
                           WHERE lower(role) = lower($17)
                       ))
                       AND ($18::text IS NULL OR $18 = CASE
                           WHEN NOT p.is_there THEN 'gone'
                           WHEN p.is_enabled THEN 'enabled'
                           ELSE 'disabled'
                       END)
                       AND ($19::timestamptz IS NULL OR p.seen_at < $19)
                 )
                 OFFSET 0
             ) AS link",
        asked.direction,
        connection,
        terms,
        terms.roster.region,
        terms.roster.firm,
        terms.roster.any_firm_of,
        terms.roster.role,
        terms.roster.login,
        terms.roster.seen_before
    ))
}

/// The links of all others.
pub(super) async fn others(
    connection: &mut PgConnection,
    asked: &Asked<'_>,
    terms: &Terms<'_>,
) -> DbResult<Vec<Row>> {
    Ok(by_words!(
        "(
                 SELECT *
                 FROM desk_links
                 WHERE NOT EXISTS (
                     SELECT
                     FROM identities i
                     JOIN roster_people p ON p.account_id = i.account_id
                     JOIN manage_firms f ON f.id = p.firm_id
                     WHERE i.id = desk_links.id
                       AND f.disconnected_at IS NULL
                       AND ($14::text IS NULL OR f.region = $14 AND f.firm_number = $15)
                       AND ($16::text IS NULL OR f.region = $16)
                 )
                 OFFSET 0
             ) AS link",
        asked.direction,
        connection,
        terms,
        terms.roster.region,
        terms.roster.firm,
        terms.roster.any_firm_of
    ))
}
