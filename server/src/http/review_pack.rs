//! The evidence of a closed review as a file: `/admin/reviews/{id}/pack`.
//!
//! Facts about the review, an empty line, the links, and the closing lines of
//! [`crate::service::desk::reviews::pack`].

use std::sync::Arc;

use app::ErrorPage;
use axum::{
    extract::{Path, Request},
    response::Response,
};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use uuid::Uuid;

use super::{
    csv, desk, pages,
    rows::{self, Pieces},
};
use crate::{
    db::desk::review_campaigns::evidence::Attested,
    domain::desk::{reviews::CampaignId, rules::Right},
    error_chain::error_chain,
    service::{
        ServiceError, Services,
        desk::reviews::{
            evidence::{self, Asked, Evidence},
            pack::FIRST_LINE,
        },
    },
};

/// The columns of the links.
const COLUMNS: [&str; 20] = [
    "place",
    "first_name",
    "last_name",
    "account_email",
    "clio_email",
    "role",
    "status",
    "proof",
    "linked_at",
    "last_used_at",
    "reviewer",
    "decision",
    "note",
    "decided_by",
    "decided_at",
    "disconnected_by_review_at",
    "disconnected_at",
    "link_id",
    "account_id",
    "decided_by_id",
];

/// Writes the evidence out, for whoever may see the review.
pub async fn export(services: Arc<Services>, Path(id): Path<String>, request: Request) -> Response {
    let live = match desk::visitor(&services, &request, Right::Look) {
        Ok(live) => live,
        Err(answer) => return answer,
    };
    let (parts, _) = request.into_parts();
    let problem = |error| pages::problem(&services.config, &parts.headers, error);
    let Ok(id) = id.parse::<Uuid>() else {
        return problem(ErrorPage::NotFound);
    };
    let evidence = match evidence::begin(&services, &live, CampaignId(id)).await {
        Ok(Asked::Evidence(evidence)) => evidence,
        Ok(Asked::Unknown) => return problem(ErrorPage::NotFound),
        Ok(Asked::Open) => return pages::see_other(&format!("/admin/reviews/{id}")),
        Err(error) => {
            tracing::error!(
                reason = error_chain(&error),
                "a review’s evidence can't be written"
            );
            return problem(ErrorPage::Unavailable);
        }
    };
    let (response, pieces) = rows::download("text/csv; charset=utf-8", &format!("review-{id}.csv"));
    tokio::spawn(async move {
        match write(&services, *evidence, &pieces).await {
            Ok(true) => pieces.end().await,
            // Nobody reads any more.
            Ok(false) => {}
            Err(error) => {
                tracing::error!(
                    reason = error_chain(&error),
                    "a review’s evidence breaks off"
                );
            }
        }
    });
    response
}

/// Whether it came to its end, rather than the reader.
async fn write(
    services: &Services,
    mut evidence: Evidence,
    pieces: &Pieces,
) -> Result<bool, ServiceError> {
    let mut pack = evidence::pack(services);
    let mut piece = facts(&services.config.firm_name, &evidence);
    piece.push_str("\r\n");
    piece.push_str(&csv::line(COLUMNS));
    loop {
        let links = evidence.next(services).await?;
        piece.extend(links.iter().map(line));
        pack.add(&piece);
        if !pieces.send(std::mem::take(&mut piece)).await {
            return Ok(false);
        }
        if links.is_empty() {
            let closing = evidence::close(services, pack).await?;
            return Ok(pieces.send(closing).await);
        }
    }
}

fn facts(firm: &str, evidence: &Evidence) -> String {
    let campaign = &evidence.campaign;
    let tally = campaign.tally;
    let mut facts = FIRST_LINE.to_owned();
    let mut fact = |name: &str, value: &str| facts.push_str(&csv::line([name, value]));
    fact("firm", firm);
    fact("review", &campaign.name);
    fact("id", &campaign.id.0.to_string());
    fact("links_filtered_by", &campaign.filter);
    fact("begun_at", &time(campaign.begun));
    fact("begun_by", evidence.begun_by());
    fact("due_at", &time(campaign.due));
    fact("closed_at", &maybe(campaign.closed.map(|(at, _)| at)));
    fact("closed_by", evidence.closed_by());
    for person in &evidence.reviewers {
        fact("reviewer", &person.email);
    }
    for (name, count) in [
        ("links", tally.items),
        ("kept", tally.kept),
        ("to_revoke", tally.revoked),
        ("unsure", tally.unsure),
        ("not_decided", tally.undecided()),
    ] {
        fact(name, &count.to_string());
    }
    let is_cut = if campaign.is_cut { "yes" } else { "no" };
    fact("more_links_than_taken", is_cut);
    facts
}

fn line(link: &Attested) -> String {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let decision = match link.decision.as_str() {
        "none" => "not decided",
        said => said,
    };
    let cells = [
        link.place.to_string(),
        link.first_name.clone(),
        link.last_name.clone(),
        link.email.clone(),
        text(&link.clio_email),
        link.role.clone(),
        link.status.clone(),
        link.method.clone(),
        time(link.linked),
        time(link.used),
        text(&link.reviewer_email),
        decision.to_owned(),
        link.note.clone(),
        text(&link.decided_by_email),
        maybe(link.decided),
        maybe(link.carried_out),
        maybe(link.unlinked),
        link.identity.to_string(),
        link.account.to_string(),
        link.decided_by.map(|by| by.to_string()).unwrap_or_default(),
    ];
    csv::line(cells.iter().map(String::as_str))
}

fn time(at: OffsetDateTime) -> String {
    at.format(&Rfc3339).unwrap_or_default()
}

fn maybe(at: Option<OffsetDateTime>) -> String {
    at.map(time).unwrap_or_default()
}
