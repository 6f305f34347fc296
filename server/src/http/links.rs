//! All links that a list shows, as a file: `/admin/links.csv`, by the filter and in the order of
//! `/admin/links`.

use std::sync::Arc;

use app::{ErrorPage, wire::desk::links::Listing};
use axum::{extract::Request, response::Response};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{
    csv, desk, pages,
    rows::{self, Pieces},
};
use crate::{
    backend::desk::links::{filter, order},
    db::desk::links::{LinkRow, OfRoster},
    domain::{
        desk::{links::RosterLogin, profile::Matched, rules::Right},
        moment,
    },
    error_chain::error_chain,
    service::{
        ServiceError, Services,
        desk::links_export::{self, Export},
    },
};

/// The columns.
const COLUMNS: [&str; 19] = [
    "first_name",
    "last_name",
    "email",
    "clio_email",
    "email_differs",
    "status",
    "role",
    "created_by",
    "proof",
    "matched",
    "linked_at",
    "linked_device",
    "linked_address",
    "last_used_at",
    "unlinked_at",
    "reviewed_by",
    "reviewed_at",
    "account_id",
    "link_id",
];

/// The columns besides, where there is a roster.
const OF_ROSTER: [&str; 5] = [
    "clio_firm",
    "clio_region",
    "clio_roles",
    "clio_login",
    "seen_in_roster_at",
];

/// Writes the list out.
pub async fn export(services: Arc<Services>, request: Request) -> Response {
    let live = match desk::visitor(&services, &request, Right::Look) {
        Ok(live) => live,
        Err(answer) => return answer,
    };
    let (parts, _) = request.into_parts();
    let listing = Listing::read(parts.uri.query().unwrap_or_default());
    let begun = links_export::begin(&services, &live, filter(&listing), order(&listing));
    let export = match begun.await {
        Ok(export) => export,
        Err(error) => {
            tracing::error!(reason = error_chain(&error), "the links can't be exported");
            return pages::problem(&services.config, &parts.headers, ErrorPage::Unavailable);
        }
    };
    let day = moment::iso(services.now());
    let day = day.split('T').next().unwrap_or_default();
    let (response, pieces) = rows::download("text/csv; charset=utf-8", &format!("links-{day}.csv"));
    tokio::spawn(async move {
        match write(&services, export, &pieces).await {
            Ok(true) => pieces.end().await,
            // Nobody reads any more.
            Ok(false) => {}
            Err(error) => {
                tracing::error!(
                    reason = error_chain(&error),
                    "an export of the links breaks off"
                );
            }
        }
    });
    response
}

/// Whether it came to its end, rather than the reader.
async fn write(
    services: &Services,
    mut export: Export,
    pieces: &Pieces,
) -> Result<bool, ServiceError> {
    let has_roster = services.manage.regions().len() > 0;
    let of_roster: &[&str] = if has_roster { &OF_ROSTER } else { &[] };
    let head = COLUMNS.iter().chain(of_roster).copied();
    if !pieces.send(csv::line(head)).await {
        return Ok(false);
    }
    loop {
        let links = export.next(services).await?;
        if links.is_empty() {
            return Ok(true);
        }
        if !pieces
            .send(links.iter().map(|link| line(link, has_roster)).collect())
            .await
        {
            return Ok(false);
        }
    }
}

fn line(link: &LinkRow, has_roster: bool) -> String {
    let time = |at: OffsetDateTime| at.format(&Rfc3339).unwrap_or_default();
    let cells = [
        link.first_name.clone(),
        link.last_name.clone(),
        link.email.clone(),
        link.clio_email.clone().unwrap_or_default(),
        if link.has_drifted { "yes" } else { "no" }.to_owned(),
        link.status.as_str().to_owned(),
        link.role.as_str().to_owned(),
        link.origin.as_str().to_owned(),
        link.method.as_str().to_owned(),
        matched(link.method.matched()).to_owned(),
        time(link.linked_at),
        link.linked_device.clone(),
        link.linked_address.clone(),
        time(link.last_used_at),
        link.unlinked_at.map(time).unwrap_or_default(),
        link.review
            .as_ref()
            .map(|review| review.by.clone())
            .unwrap_or_default(),
        link.review
            .as_ref()
            .map(|review| time(review.at))
            .unwrap_or_default(),
        link.account.to_string(),
        link.id.to_string(),
    ];
    let roster = has_roster.then(|| of_roster(link.roster.as_ref()));
    let cells = cells.iter().chain(roster.iter().flatten());
    csv::line(cells.map(String::as_str))
}

/// What the roster says of a link's person.
fn of_roster(roster: Option<&OfRoster>) -> [String; 5] {
    let Some(roster) = roster else {
        return Default::default();
    };
    let login = match roster.login {
        RosterLogin::Enabled => "enabled",
        RosterLogin::Disabled => "disabled",
        RosterLogin::Gone | RosterLogin::Absent => "gone",
    };
    [
        roster.firm.clone(),
        roster.region.as_str().to_owned(),
        roster.roles.join(", "),
        login.to_owned(),
        roster.seen_at.format(&Rfc3339).unwrap_or_default(),
    ]
}

const fn matched(matched: Matched) -> &'static str {
    match matched {
        Matched::NewAccount => "new_account",
        Matched::Email => "email",
        Matched::Invitation => "invitation",
        Matched::Session => "session",
        Matched::Case => "case",
    }
}
