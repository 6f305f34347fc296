//! Gathering what an act about many is about, and what would be left alone of it.

use sqlx::PgConnection;
use uuid::Uuid;

use super::bulk::BulkId;
use crate::{
    db::DbResult,
    domain::{
        account::{AccountId, IdentityId, Role, Status},
        desk::{
            bulk::{Facts, Login, Skip},
            rules::Person,
        },
        proof::may_disconnect,
    },
};

/// One link or account that an act is about.
#[derive(Clone, Copy, Debug)]
pub struct NewItem {
    /// The account.
    pub account: AccountId,
    /// The link, for an act about links.
    pub identity: Option<IdentityId>,
    /// The event, for an act that undoes.
    pub undo_of: Option<i64>,
}

/// Adds what an act is about, after what it has; what stands in it already is left out.
pub async fn add_items(
    connection: &mut PgConnection,
    bulk: BulkId,
    items: &[NewItem],
) -> DbResult<()> {
    let accounts: Vec<Uuid> = items.iter().map(|item| item.account.0).collect();
    let identities: Vec<Option<Uuid>> = items
        .iter()
        .map(|item| item.identity.map(|identity| identity.0))
        .collect();
    let events: Vec<Option<i64>> = items.iter().map(|item| item.undo_of).collect();
    sqlx::query!(
        r#"INSERT INTO bulk_items (bulk_id, place, account_id, identity_id, undo_of)
         SELECT
             $1,
             last.place + row_number() OVER (ORDER BY item.ordinality)::integer,
             item.account_id,
             item.identity_id,
             item.undo_of
         FROM unnest($2::uuid[], $3::uuid[], $4::bigint[])
              WITH ORDINALITY AS item (account_id, identity_id, undo_of, ordinality)
         CROSS JOIN (
             SELECT coalesce(max(place), 0) AS place
             FROM bulk_items
             WHERE bulk_id = $1
         ) AS last
         ON CONFLICT DO NOTHING"#,
        bulk.0,
        &accounts,
        &identities as &[Option<Uuid>],
        &events as &[Option<i64>],
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What is known of those after a place, in their order, `most` at most.
pub async fn facts_after(
    connection: &mut PgConnection,
    bulk: BulkId,
    place: i32,
    most: i64,
) -> DbResult<Vec<(i32, Facts)>> {
    let rows = sqlx::query!(
        r#"WITH owners AS MATERIALIZED (
             SELECT array_agg(id) AS ids
             FROM accounts
             WHERE role = 'owner'
               AND status IN ('invited', 'active')
         )
         SELECT
             item.place,
             a.id,
             a.role,
             a.status,
             owners.ids = ARRAY[a.id] AS is_last_owner,
             (item.identity_id IS NOT NULL) AS "names_login!",
             (coalesce(i.unlinked_at, 'infinity') = 'infinity') AS "is_linked!",
             (
                 SELECT count(*)
                 FROM identities AS each
                 WHERE each.account_id = a.id
                   AND coalesce(each.unlinked_at, 'infinity') = 'infinity'
             ) AS "logins!",
             (a.password_hash IS NOT NULL) AS "has_password!",
             (a.email_verified_at IS NOT NULL) AS "is_email_verified!",
             EXISTS (
                 SELECT
                 FROM sessions s
                 WHERE s.account_id = a.id
                   AND s.revoked_at IS NULL
             ) AS "has_sessions!"
         FROM bulk_items item
         JOIN accounts a ON a.id = item.account_id
         LEFT JOIN identities i ON i.id = item.identity_id
         CROSS JOIN owners
         WHERE item.bulk_id = $1
           AND item.place > $2
         ORDER BY item.place
         LIMIT $3"#,
        bulk.0,
        place,
        most,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            let facts = Facts {
                account: Person {
                    id: AccountId(row.id),
                    role: row.role.parse::<Role>()?,
                },
                status: row.status.parse::<Status>()?,
                is_last_owner: row.is_last_owner.unwrap_or(false),
                login: match (row.names_login, row.is_linked) {
                    (false, _) => Login::NotMeant,
                    (true, false) => Login::Disconnected,
                    (true, true) => Login::Connected {
                        is_last_way_in: !may_disconnect(
                            usize::try_from(row.logins).unwrap_or(0),
                            row.has_password,
                            row.is_email_verified,
                        ),
                    },
                },
                has_sessions: row.has_sessions,
            };
            Ok((row.place, facts))
        })
        .collect()
}

/// Notes which would be left alone, and why.
pub async fn expect_skips(
    connection: &mut PgConnection,
    bulk: BulkId,
    skips: &[(i32, Skip)],
) -> DbResult<()> {
    let places: Vec<i32> = skips.iter().map(|(place, _)| *place).collect();
    let whys: Vec<String> = skips
        .iter()
        .map(|(_, why)| why.as_str().to_owned())
        .collect();
    sqlx::query!(
        "UPDATE bulk_items
         SET why = skip.why
         FROM unnest($2::integer[], $3::text[]) AS skip (place, why)
         WHERE bulk_items.bulk_id = $1
           AND bulk_items.place = skip.place",
        bulk.0,
        &places,
        &whys,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What an act did before a place, the last first: the account and the event.
pub async fn done_before(
    connection: &mut PgConnection,
    bulk: BulkId,
    before: i32,
    most: i64,
) -> DbResult<Vec<(i32, NewItem)>> {
    let rows = sqlx::query!(
        r#"SELECT place, account_id, event_id AS "event_id!"
         FROM bulk_items
         WHERE bulk_id = $1
           AND state = 'done'
           AND place < $2
         ORDER BY place DESC
         LIMIT $3"#,
        bulk.0,
        before,
        most,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let item = NewItem {
                account: AccountId(row.account_id),
                identity: None,
                undo_of: Some(row.event_id),
            };
            (row.place, item)
        })
        .collect())
}

/// The links with these ids and their accounts, in the order of the ids.
pub async fn of_links(
    connection: &mut PgConnection,
    links: &[IdentityId],
) -> DbResult<Vec<NewItem>> {
    let ids: Vec<Uuid> = links.iter().map(|link| link.0).collect();
    let rows = sqlx::query!(
        r#"SELECT i.id, i.account_id
         FROM unnest($1::uuid[]) WITH ORDINALITY AS ticked (id, place)
         JOIN identities i ON i.id = ticked.id
         ORDER BY ticked.place"#,
        &ids,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| NewItem {
            account: AccountId(row.account_id),
            identity: Some(IdentityId(row.id)),
            undo_of: None,
        })
        .collect())
}

/// The events that an act between two places undoes: after the first, up to the last.
pub async fn undone_between(
    connection: &mut PgConnection,
    bulk: BulkId,
    after: i32,
    last: i32,
) -> DbResult<Vec<(i32, i64)>> {
    let rows = sqlx::query!(
        r#"SELECT place, undo_of AS "undo_of!"
         FROM bulk_items
         WHERE bulk_id = $1
           AND place > $2
           AND place <= $3
           AND undo_of IS NOT NULL
         ORDER BY place"#,
        bulk.0,
        after,
        last,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.place, row.undo_of))
        .collect())
}

/// The place of the last that an act is about: about so many, for what was left out leaves a gap.
pub async fn last_place(connection: &mut PgConnection, bulk: BulkId) -> DbResult<u32> {
    let last = sqlx::query_scalar!(
        "SELECT max(place) FROM bulk_items WHERE bulk_id = $1",
        bulk.0,
    )
    .fetch_one(connection)
    .await?;
    Ok(last.and_then(|last| u32::try_from(last).ok()).unwrap_or(0))
}
