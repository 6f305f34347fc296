//! What a closed campaign proves, a stretch at a time.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{db::DbResult, domain::desk::reviews::CampaignId};

/// An item as evidence has it: words as they are stored, and e-mails of the people at the desk as they
/// are now.
#[derive(Clone, Debug)]
pub struct Attested {
    /// Its place.
    pub place: i32,
    /// The link.
    pub identity: Uuid,
    /// The account.
    pub account: Uuid,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// The account's e-mail.
    pub email: String,
    /// The e-mail at Clio.
    pub clio_email: Option<String>,
    /// The account's role.
    pub role: String,
    /// The account's state.
    pub status: String,
    /// How the link was proved.
    pub method: String,
    /// Since when it was linked.
    pub linked: OffsetDateTime,
    /// When it was last used.
    pub used: OffsetDateTime,
    /// The e-mail of whoever was meant to decide.
    pub reviewer_email: Option<String>,
    /// What was said; `none` where nothing was.
    pub decision: String,
    /// The remark.
    pub note: String,
    /// Who said it.
    pub decided_by: Option<Uuid>,
    /// Their e-mail.
    pub decided_by_email: Option<String>,
    /// When.
    pub decided: Option<OffsetDateTime>,
    /// When the campaign disconnected the login.
    pub carried_out: Option<OffsetDateTime>,
    /// When it was disconnected, whoever did it, if it was as the campaign was closed.
    pub unlinked: Option<OffsetDateTime>,
}

/// The items after a place, in their order.
pub async fn stretch(
    connection: &mut PgConnection,
    campaign: CampaignId,
    after: i32,
    limit: i64,
) -> DbResult<Vec<Attested>> {
    let rows = sqlx::query_as!(
        Attested,
        r#"SELECT
             r.place,
             r.identity_id AS identity,
             r.account_id AS account,
             r.first_name,
             r.last_name,
             r.email,
             r.clio_email,
             r.role,
             r.status,
             r.link_method AS method,
             r.linked_at AS linked,
             r.last_used_at AS used,
             reviewer.email AS "reviewer_email?",
             r.decision,
             r.note,
             r.decided_by,
             decider.email AS "decided_by_email?",
             r.decided_at AS decided,
             r.carried_out_at AS carried_out,
             r.unlinked_at AS unlinked
         FROM review_items r
         LEFT JOIN accounts reviewer ON reviewer.id = r.reviewer_id
         LEFT JOIN accounts decider ON decider.id = r.decided_by
         WHERE r.campaign_id = $1
           AND r.place > $2
         ORDER BY r.place
         LIMIT $3"#,
        campaign.0,
        after,
        limit,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows)
}
