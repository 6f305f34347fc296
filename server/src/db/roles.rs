//! The roles of accounts.

use sqlx::PgConnection;

use super::DbResult;
use crate::domain::account::{AccountId, Role};

/// Sets the role of an account.
pub async fn set(connection: &mut PgConnection, id: AccountId, role: Role) -> DbResult<()> {
    sqlx::query!(
        "UPDATE accounts SET role = $2 WHERE id = $1",
        id.0,
        role.as_str()
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Lets one transaction at a time change roles, so that two at once can't remove the last two owners
/// or make two first ones.
pub async fn lock(connection: &mut PgConnection) -> DbResult<()> {
    const ROLES: i64 = 0x7665_7374_726f_6c65;
    sqlx::query!("SELECT pg_advisory_xact_lock($1)", ROLES)
        .execute(connection)
        .await?;
    Ok(())
}

/// Whether any account is, or ever stayed, an owner.
pub async fn has_ever_had_an_owner(connection: &mut PgConnection) -> DbResult<bool> {
    let has = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM accounts WHERE role = 'owner') AS "has!""#
    )
    .fetch_one(connection)
    .await?;
    Ok(has)
}

/// The owners whose accounts are in use or will be.
pub async fn owners_in_use(connection: &mut PgConnection) -> DbResult<Vec<AccountId>> {
    let ids = sqlx::query_scalar!(
        "SELECT id
         FROM accounts
         WHERE role = 'owner'
           AND status IN ('invited', 'active')
         ORDER BY id",
    )
    .fetch_all(connection)
    .await?;
    Ok(ids.into_iter().map(AccountId).collect())
}

/// Owners with active accounts, and their e-mails. Those who are invited don't count: nobody knows whether
/// they will come.
pub async fn active_owners(connection: &mut PgConnection) -> DbResult<Vec<(AccountId, String)>> {
    active(connection, &[Role::Owner]).await
}

/// The same for administrators and owners.
pub async fn active_administrators(
    connection: &mut PgConnection,
) -> DbResult<Vec<(AccountId, String)>> {
    active(connection, &[Role::Admin, Role::Owner]).await
}

async fn active(
    connection: &mut PgConnection,
    roles: &[Role],
) -> DbResult<Vec<(AccountId, String)>> {
    let roles: Vec<String> = roles.iter().map(|role| role.as_str().to_owned()).collect();
    // The roles are named once more for the index, which has administrators and owners alone.
    let rows = sqlx::query!(
        "SELECT id, email
         FROM accounts
         WHERE role IN ('admin', 'owner')
           AND role = ANY ($1)
           AND status = 'active'
         ORDER BY id",
        &roles,
    )
    .fetch_all(connection)
    .await?;
    let rows = rows.into_iter();
    Ok(rows.map(|row| (AccountId(row.id), row.email)).collect())
}
