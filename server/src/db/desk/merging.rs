//! What a merge of two accounts moves and closes, and how it is put back.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    db::DbResult,
    domain::account::{AccountId, IdentityId, Status},
};

/// What becomes of the rows of a table that belong to the account that goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// They go to the account that stays, and come back when the merge is undone.
    Moves,
    /// They end with the merge.
    Ends,
    /// They stay where they are: they tell what was.
    Stays,
}

/// What is decided for each column that refers to an account. A test compares it with the database, so that
/// no table is forgotten.
pub const FATES: [(&str, &str, Fate); 49] = [
    ("audit_events", "account_id", Fate::Stays),
    ("audit_events", "actor_account_id", Fate::Stays),
    ("cases", "account_id", Fate::Moves),
    ("claims", "account_id", Fate::Ends),
    ("duplicate_candidates", "a", Fate::Ends),
    ("duplicate_candidates", "b", Fate::Ends),
    // The search takes them away when it comes by: a deleted account is compared with nothing.
    ("duplicate_keys", "account_id", Fate::Ends),
    ("duplicate_looks", "account_id", Fate::Stays),
    // The history of a login goes with it.
    ("email_changes", "account_id", Fate::Moves),
    ("identities", "account_id", Fate::Moves),
    ("link_requests", "account_id", Fate::Ends),
    ("mail_codes", "account_id", Fate::Ends),
    ("mail_outbox", "account_id", Fate::Stays),
    // What is granted ends behind the request, as that of every account that is closed for good.
    ("manage_attempts", "account_id", Fate::Ends),
    ("manage_choices", "account_id", Fate::Stays),
    ("manage_grants", "account_id", Fate::Ends),
    ("manage_firms", "connected_by", Fate::Stays),
    ("manage_firms", "disconnected_by", Fate::Stays),
    ("merges", "from_account_id", Fate::Stays),
    ("merges", "into_account_id", Fate::Stays),
    // Whoever reads that mailbox has no say over the account that stays.
    ("notices", "account_id", Fate::Ends),
    ("sessions", "account_id", Fate::Ends),
    ("sign_in_attempts", "purpose_account", Fate::Ends),
    ("sign_in_codes", "account_id", Fate::Ends),
    // What was noted, decided and kept about the account that goes stays with it.
    ("account_use", "account_id", Fate::Stays),
    ("bulk_acts", "actor_account_id", Fate::Stays),
    // One that waits finds the account gone, and is left alone.
    ("bulk_items", "account_id", Fate::Stays),
    ("desk_notes", "account_id", Fate::Stays),
    ("desk_notes", "author_account_id", Fate::Stays),
    ("desk_views", "account_id", Fate::Stays),
    ("dormancy_closures", "account_id", Fate::Stays),
    ("dormancy_exemptions", "account_id", Fate::Stays),
    ("dormancy_reminders", "account_id", Fate::Stays),
    ("import_rows", "account_id", Fate::Stays),
    ("imports", "account_id", Fate::Stays),
    ("invitations", "account_id", Fate::Stays),
    ("invitations", "invited_by", Fate::Stays),
    ("link_reviews", "reviewer_account_id", Fate::Stays),
    ("proof_requests", "account_id", Fate::Stays),
    ("queue_digests", "account_id", Fate::Stays),
    // What was attested of a login stays as it was said, of the account that it opened then.
    ("review_campaign_reviewers", "account_id", Fate::Stays),
    ("review_items", "account_id", Fate::Stays),
    ("review_reminders", "account_id", Fate::Stays),
    // What differs is found anew for the account that stays; whose a person is, too.
    ("roster_differences", "account_id", Fate::Stays),
    ("roster_differences", "decided_by", Fate::Stays),
    ("roster_people", "account_id", Fate::Stays),
    ("roster_reads", "asked_by", Fate::Stays),
    ("roster_reads", "stopped_by", Fate::Stays),
    ("roster_rules", "changed_by", Fate::Stays),
];

/// Whether the person of an account said that something wasn't them, and nobody has decided about it yet.
pub async fn is_disputed(connection: &mut PgConnection, account: AccountId) -> DbResult<bool> {
    let disputed = sqlx::query_scalar!(
        r#"SELECT EXISTS (
             SELECT
             FROM cases
             WHERE account_id = $1
               AND kind = 'not_me'
               AND coalesce(settled_at, 'infinity') = 'infinity'
         ) AS "disputed!""#,
        account.0,
    )
    .fetch_one(connection)
    .await?;
    Ok(disputed)
}

/// Since when an account is in its state, and its e-mail proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Since {
    /// Its state.
    pub status_changed_at: OffsetDateTime,
    /// Its e-mail.
    pub email_verified_at: Option<OffsetDateTime>,
}

/// Since when an account is as it is.
pub async fn since(connection: &mut PgConnection, account: AccountId) -> DbResult<Since> {
    let since = sqlx::query_as!(
        Since,
        "SELECT status_changed_at, email_verified_at FROM accounts WHERE id = $1",
        account.0,
    )
    .fetch_one(connection)
    .await?;
    Ok(since)
}

/// Puts an account back into a state that it had, if it is in another since that very moment; `false`, and
/// nothing changed, when it isn't.
pub async fn reopen(
    connection: &mut PgConnection,
    account: AccountId,
    (status, since): (Status, OffsetDateTime),
    closed_at: OffsetDateTime,
) -> DbResult<bool> {
    let done = sqlx::query!(
        "UPDATE accounts
         SET status = $2,
             status_changed_at = $3
         WHERE id = $1
           AND status = 'deleted'
           AND status_changed_at = $4",
        account.0,
        status.as_str(),
        since,
        closed_at,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Gives the logins that open an account to another one, with their history.
pub async fn move_logins(
    connection: &mut PgConnection,
    from: AccountId,
    into: AccountId,
) -> DbResult<Vec<IdentityId>> {
    let mut moved = sqlx::query_scalar!(
        "UPDATE identities
         SET account_id = $2
         WHERE account_id = $1
           AND coalesce(unlinked_at, 'infinity') = 'infinity'
         RETURNING id",
        from.0,
        into.0,
    )
    .fetch_all(&mut *connection)
    .await?;
    moved.sort_unstable();
    move_history(connection, from, into, &moved).await?;
    Ok(moved.into_iter().map(IdentityId).collect())
}

/// Gives logins back; `false` when one of them doesn't open the account any more.
pub async fn move_logins_back(
    connection: &mut PgConnection,
    logins: &[Uuid],
    into: AccountId,
    from: AccountId,
) -> DbResult<bool> {
    let done = sqlx::query!(
        "UPDATE identities
         SET account_id = $3
         WHERE id = ANY($1)
           AND account_id = $2
           AND coalesce(unlinked_at, 'infinity') = 'infinity'",
        logins,
        into.0,
        from.0,
    )
    .execute(&mut *connection)
    .await?;
    move_history(connection, into, from, logins).await?;
    Ok(usize::try_from(done.rows_affected()).is_ok_and(|count| count == logins.len()))
}

async fn move_history(
    connection: &mut PgConnection,
    from: AccountId,
    to: AccountId,
    logins: &[Uuid],
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE email_changes
         SET account_id = $2
         WHERE account_id = $1
           AND identity_id = ANY($3)",
        from.0,
        to.0,
        logins,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Withdraws the questions to link these logins somewhere, and those that wait about an account and have
/// no meaning without it.
pub async fn withdraw_cases(
    connection: &mut PgConnection,
    from: AccountId,
    logins: &[Uuid],
    now: OffsetDateTime,
) -> DbResult<Vec<Uuid>> {
    let mut withdrawn = sqlx::query_scalar!(
        "UPDATE cases
         SET settled_at = $2,
             outcome = 'withdrawn'
         FROM identities i
         WHERE i.id = ANY($1)
           AND cases.kind = 'link_asked'
           AND cases.issuer = i.issuer
           AND cases.subject = i.subject
           AND coalesce(cases.settled_at, 'infinity') = 'infinity'
         RETURNING cases.id",
        logins,
        now,
    )
    .fetch_all(&mut *connection)
    .await?;
    let others = sqlx::query_scalar!(
        "UPDATE cases
         SET settled_at = $2,
             outcome = 'withdrawn'
         WHERE account_id = $1
           AND kind IN ('email_change', 'email_collision')
           AND coalesce(settled_at, 'infinity') = 'infinity'
         RETURNING id",
        from.0,
        now,
    )
    .fetch_all(connection)
    .await?;
    withdrawn.extend(others);
    Ok(withdrawn)
}

/// Lets the questions that wait about an account wait about another one. One that waits there already is
/// asked once.
pub async fn move_cases(
    connection: &mut PgConnection,
    from: AccountId,
    into: AccountId,
    now: OffsetDateTime,
) -> DbResult<(Vec<Uuid>, Vec<Uuid>)> {
    let moved = sqlx::query_scalar!(
        "UPDATE cases
         SET account_id = $2
         WHERE account_id = $1
           AND coalesce(settled_at, 'infinity') = 'infinity'
           AND NOT EXISTS (
               SELECT
               FROM cases AS same
               WHERE same.account_id = $2
                 AND same.kind = cases.kind
                 AND same.issuer = cases.issuer
                 AND same.subject = cases.subject
                 AND coalesce(same.settled_at, 'infinity') = 'infinity'
           )
         RETURNING id",
        from.0,
        into.0,
    )
    .fetch_all(&mut *connection)
    .await?;
    let doubled = sqlx::query_scalar!(
        "UPDATE cases
         SET settled_at = $2,
             outcome = 'withdrawn'
         WHERE account_id = $1
           AND coalesce(settled_at, 'infinity') = 'infinity'
         RETURNING id",
        from.0,
        now,
    )
    .fetch_all(connection)
    .await?;
    Ok((moved, doubled))
}

/// Lets questions wait about the account again that they were asked about, and those that were asked about
/// its logins since.
pub async fn move_cases_back(
    connection: &mut PgConnection,
    (cases, logins): (&[Uuid], &[Uuid]),
    into: AccountId,
    from: AccountId,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE cases
         SET account_id = $4
         WHERE account_id = $3
           AND (id = ANY($1)
                OR (identity_id = ANY($2) AND kind IN ('email_change', 'email_collision')))",
        cases,
        logins,
        into.0,
        from.0,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Lets questions wait again that were withdrawn at one moment, unless the same has been asked since.
pub async fn ask_again(
    connection: &mut PgConnection,
    cases: &[Uuid],
    withdrawn_at: OffsetDateTime,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE cases
         SET settled_at = NULL,
             outcome = NULL
         WHERE id = ANY($1)
           AND outcome = 'withdrawn'
           AND settled_at = $2
           AND NOT EXISTS (
               SELECT
               FROM cases AS newer
               WHERE newer.id <> cases.id
                 AND coalesce(newer.settled_at, 'infinity') = 'infinity'
                 AND newer.account_id = cases.account_id
                 AND ((newer.kind = 'link_asked'
                       AND cases.kind = 'link_asked'
                       AND newer.issuer = cases.issuer
                       AND newer.subject = cases.subject)
                      OR (newer.kind <> 'link_asked'
                          AND newer.identity_id = cases.identity_id))
           )",
        cases,
        withdrawn_at,
    )
    .execute(connection)
    .await?;
    Ok(())
}
