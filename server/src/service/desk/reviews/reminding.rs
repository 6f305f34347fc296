//! Reminding reviewers of what they haven't decided: seven days and one day before a campaign is due, and
//! when it is overdue, each once, whichever node it is.

use time::{Duration, OffsetDateTime};

use super::beginning::{last_day, url};
use crate::{
    db::desk::review_campaigns::reminders::{self, Due},
    domain::desk::reviews::Stage,
    mail::letters,
    service::{ServiceError, Services, mailer},
};

/// How many reminders are written in one go.
const BATCH: i64 = 100;
/// How long after it was due a campaign is still called overdue by mail.
const LONGEST_OVERDUE: Duration = Duration::days(366);

/// Writes the reminders that are due.
pub async fn remind(services: &Services) -> Result<(), ServiceError> {
    let now = services.now();
    let spans: [(Stage, (OffsetDateTime, OffsetDateTime)); 3] = [
        (Stage::Week, (now + Duration::DAY, now + Duration::WEEK)),
        (Stage::Day, (now, now + Duration::DAY)),
        (Stage::Overdue, (now - LONGEST_OVERDUE, now)),
    ];
    let mut has_written = false;
    for (stage, span) in spans {
        let mut connection = services.pool.acquire().await?;
        let due = reminders::due(&mut connection, stage, span, BATCH).await?;
        connection.give_back();
        for reminder in &due {
            has_written |= write(services, stage, reminder).await?;
        }
    }
    if has_written {
        services.mail_wake.notify_one();
    }
    Ok(())
}

/// Writes one; `false` when another node has, or the campaign is over.
async fn write(services: &Services, stage: Stage, due: &Due) -> Result<bool, ServiceError> {
    let now = services.now();
    let mut transaction = services.pool.begin().await?;
    let is_ours = reminders::is_under_way(&mut transaction, due.campaign).await?
        && reminders::put(&mut transaction, due.campaign, due.account, stage, now).await?;
    if !is_ours {
        transaction.roll_back().await?;
        return Ok(false);
    }
    let url = url(services, due.campaign);
    let review = letters::Review {
        firm: &services.config.firm_name,
        name: &due.name,
        due: &last_day(due.due),
        url: &url,
    };
    let letter = letters::review_reminder(&review, due.undecided, stage == Stage::Overdue);
    mailer::put(&mut transaction, due.account, &due.email, &letter, now).await?;
    transaction.commit().await?;
    Ok(true)
}
