//! Invitations, one or many.

use app::{
    api::Failure,
    backend::{Destination, desk::Inviting},
    wire::{
        FormProblem,
        desk::{
            CellMistake, ImportReport, ImportRow, ImportState, ImportSummary, Invitation,
            InvitationState, Invitations, InvitationsQuery, ReportQuery, RowKind, RowOutcome,
            RowsShown,
        },
    },
};
use async_trait::async_trait;
use uuid::Uuid;

use super::barred;
use crate::{
    backend::{RequestBackend, form, to, to_the_end, unavailable},
    db::{
        desk::invitations::{Filter, From, InvitationRow, Standing},
        import_rows::Line,
        imports::{ImportRow as ImportRecord, State},
        sessions::LiveSession,
    },
    domain::{
        account::AccountId,
        desk::{import::Unreadable, rules::Right},
        moment,
        name::full_name,
        proof::code_is_enough_for,
    },
    service::{
        desk::hold::{self, Barred},
        importing::{self, Begun, Checked, Report, Shown},
        invitations::{self, Acted},
    },
};

/// The list of invitations.
const LIST: &str = "/admin/invitations";
/// The page of lists of people.
const IMPORT: &str = "/admin/invitations/import";
/// How much of what was searched for counts, in characters.
const LONGEST_SEARCH: usize = 100;

#[async_trait]
impl Inviting for RequestBackend {
    async fn invitations(&self, query: InvitationsQuery) -> Result<Invitations, Failure> {
        let live = self.at_desk(Right::Look)?;
        let may_act = Right::Decide.is_of(live.role);
        let text: String = query.search.trim().chars().take(LONGEST_SEARCH).collect();
        let filter = Filter {
            standing: query.state.map(standing),
            text: &text,
        };
        let account = |id: Option<String>| Some(AccountId(id?.parse().ok()?));
        let from = match (account(query.below), account(query.above)) {
            (Some(below), _) => From::Below(below),
            (None, Some(above)) => From::Above(above),
            (None, None) => From::Newest,
        };
        let listed = invitations::list(&self.0.services, filter, from)
            .await
            .map_err(unavailable)?;
        Ok(Invitations {
            rows: listed
                .rows
                .into_iter()
                .map(|row| self.invitation(row, may_act))
                .collect(),
            count: u32::try_from(listed.count).unwrap_or(u32::MAX),
            has_newer: listed.has_newer,
            has_older: listed.has_older,
        })
    }

    async fn invite(
        &self,
        email: String,
        first_name: String,
        last_name: String,
    ) -> Result<Destination, Failure> {
        let live = self.acting(Right::Decide).await?;
        let acted =
            invitations::create(&self.0.services, live, &email, &first_name, &last_name).await;
        answer(acted.map_err(unavailable)?, "invited")
    }

    async fn resend_invitation(&self, invitation: String) -> Result<Destination, Failure> {
        let (live, account) = self.about(&invitation).await?;
        let acted = invitations::resend(&self.0.services, live, account).await;
        answer(acted.map_err(unavailable)?, "resent")
    }

    async fn revoke_invitation(&self, invitation: String) -> Result<Destination, Failure> {
        let (live, account) = self.about(&invitation).await?;
        let acted = invitations::revoke(&self.0.services, live, account).await;
        answer(acted.map_err(unavailable)?, "revoked")
    }

    async fn restore_invitation(&self, invitation: String) -> Result<Destination, Failure> {
        let (live, account) = self.about(&invitation).await?;
        let acted = invitations::restore(&self.0.services, live, account, None).await;
        answer(acted.map_err(unavailable)?, "restored")
    }

    async fn imports(&self) -> Result<Vec<ImportSummary>, Failure> {
        let live = self.at_desk(Right::Decide)?;
        let recent = importing::recent(&self.0.services, live)
            .await
            .map_err(unavailable)?;
        Ok(recent
            .into_iter()
            .map(|import| self.summary(&import))
            .collect())
    }

    async fn import_report(
        &self,
        import: String,
        query: ReportQuery,
    ) -> Result<Option<ImportReport>, Failure> {
        let live = self.at_desk(Right::Decide)?;
        let Ok(id) = import.parse::<Uuid>() else {
            return Ok(None);
        };
        let shown = match query.rows {
            RowsShown::MistakesFirst => Shown::MistakesFirst,
            RowsShown::All => Shown::All,
            RowsShown::Of(kind) => Shown::Of(kind.code()),
        };
        let number = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
        let below = query
            .below
            .map_or((0, 0), |(line, column)| (number(line), number(column)));
        let report = importing::report(&self.0.services, live, id, shown, below)
            .await
            .map_err(unavailable)?;
        Ok(report.map(|report| self.report(report)))
    }

    async fn import(&self, csv: String, apply: String) -> Result<Destination, Failure> {
        let live = self.acting(Right::Decide).await?.clone();
        let services = std::sync::Arc::clone(&self.0.services);
        to_the_end(async move {
            let wanted = Wanted::read(&apply);
            let id = if let Wanted::Kept(id) = wanted {
                id
            } else {
                match importing::check(&services, &live, &csv).await? {
                    Checked::Kept(id) => id,
                    Checked::Unreadable(why) => return Ok(Err(form(unreadable(why)))),
                }
            };
            let report = format!("{IMPORT}/{id}");
            if wanted == Wanted::Check {
                return Ok(Ok(to(report)));
            }
            Ok(match importing::begin(&services, &live, id).await? {
                Begun::Yes => Ok(to(report)),
                Begun::Barred(why) => match barred(why) {
                    // What was sent is kept: it waits there.
                    Failure::Form(problem) => {
                        Ok(to(format!("{report}?problem={}", problem.code())))
                    }
                    failure => Err(failure),
                },
                Begun::Gone => Err(form(FormProblem::Decided)),
            })
        })
        .await?
    }
}

/// What is to be done with a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    /// To look it through.
    Check,
    /// To look it through and carry it out.
    CheckAndApply,
    /// To carry out one that was looked through.
    Kept(Uuid),
}

impl Wanted {
    fn read(apply: &str) -> Self {
        match (apply.parse(), apply) {
            (Ok(id), _) => Self::Kept(id),
            (Err(_), "" | "0" | "false" | "no" | "off") => Self::Check,
            (Err(_), _) => Self::CheckAndApply,
        }
    }
}

impl RequestBackend {
    /// Who acts, and on which invitation. What is no id is refused like one that names nothing.
    async fn about(&self, invitation: &str) -> Result<(&LiveSession, AccountId), Failure> {
        let live = self.acting(Right::Decide).await?;
        if let Ok(id) = invitation.parse() {
            return Ok((live, AccountId(id)));
        }
        let refused = hold::refuse(&self.0.services, live, None, Barred::Gone).await;
        Err(barred(refused.map_err(unavailable)?))
    }

    fn invitation(&self, row: InvitationRow, may_act: bool) -> Invitation {
        let is_open = matches!(row.standing, Standing::Waiting | Standing::Expired);
        Invitation {
            id: row.account.to_string(),
            name: full_name(&row.first_name, &row.last_name, ""),
            state: match row.standing {
                Standing::Waiting => InvitationState::Waiting,
                Standing::Expired => InvitationState::Expired,
                Standing::Accepted => InvitationState::Accepted,
                Standing::Withdrawn => InvitationState::Withdrawn,
            },
            invited_by: row
                .invited_by
                .map(|(first, last, email)| full_name(&first, &last, &email)),
            invited: self.moment(row.created_at),
            sent: row.sent_at.map(|at| self.moment(at)),
            good_until: moment::full(row.expires_at),
            ended: row.ended_at.map(|at| self.moment(at)),
            can_resend: may_act && is_open && code_is_enough_for(row.role),
            can_revoke: may_act && is_open,
            can_restore: may_act && row.is_restorable,
            email: row.email,
        }
    }

    fn summary(&self, import: &ImportRecord) -> ImportSummary {
        ImportSummary {
            id: import.id.to_string(),
            sent: self.moment(import.created_at),
            state: match import.state {
                State::Checked => ImportState::Checked,
                State::Running => ImportState::Running,
                State::Finished => ImportState::Finished,
                State::Stopped => ImportState::Stopped,
            },
            rows: number(import.rows),
            to_invite: number(import.to_invite),
            done: number(import.done),
            invited: number(import.invited),
        }
    }

    fn report(&self, report: Report) -> ImportReport {
        let counts = RowKind::ALL
            .into_iter()
            .map(|kind| {
                let of_kind = report
                    .counts
                    .iter()
                    .filter(|count| count.verdict == kind.code());
                let lines: i64 = of_kind.map(|count| count.lines).sum();
                (kind, u32::try_from(lines).unwrap_or(u32::MAX))
            })
            .filter(|(_, lines)| *lines > 0)
            .collect();
        ImportReport {
            summary: self.summary(&report.import),
            ignored: report.import.ignored,
            counts,
            overtaken: number(report.import.done.saturating_sub(report.import.invited)),
            shown: report.shown.as_deref().and_then(RowKind::from_code),
            rows: report.lines.into_iter().filter_map(row).collect(),
            has_more: report.has_more,
        }
    }
}

/// A row as its page shows it; `None` for words of another release.
fn row(line: Line) -> Option<ImportRow> {
    let mistake = match line.mistake {
        Some(mistake) => Some((
            line.column_name,
            CellMistake::from_code(&mistake)?,
            line.cell,
        )),
        None => None,
    };
    Some(ImportRow {
        line: number(line.line),
        column: number(line.place),
        name: full_name(&line.first_name, &line.last_name, ""),
        email: line.email,
        kind: RowKind::from_code(&line.verdict)?,
        mistake,
        same_as: line.same_as_line.map(number),
        outcome: line.outcome.as_deref().and_then(RowOutcome::from_code),
    })
}

fn number(number: i32) -> u32 {
    u32::try_from(number).unwrap_or(0)
}

const fn standing(state: InvitationState) -> Standing {
    match state {
        InvitationState::Waiting => Standing::Waiting,
        InvitationState::Expired => Standing::Expired,
        InvitationState::Accepted => Standing::Accepted,
        InvitationState::Withdrawn => Standing::Withdrawn,
    }
}

const fn unreadable(why: Unreadable) -> FormProblem {
    match why {
        Unreadable::Empty => FormProblem::ListEmpty,
        Unreadable::NoEmailColumn => FormProblem::ListWithoutEmail,
        Unreadable::ColumnTwice => FormProblem::ListColumnTwice,
        Unreadable::TooLong => FormProblem::ListTooLong,
    }
}

/// Where an act leads.
fn answer(acted: Acted, done: &str) -> Result<Destination, Failure> {
    Err(form(match acted {
        Acted::Done => return Ok(to(format!("{LIST}?done={done}"))),
        Acted::Barred(why) => return Err(barred(why)),
        Acted::BadEmail => FormProblem::BadEmail,
        Acted::BadName => FormProblem::BadName,
        Acted::InvitedAlready => FormProblem::InvitedAlready,
        Acted::HasAccount => FormProblem::HasAccount,
        Acted::Closed => FormProblem::AccountSuspended,
        Acted::Administrator => FormProblem::ByHand,
        Acted::TooSoon => FormProblem::TooSoon,
    }))
}
