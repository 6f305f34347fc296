//! The audit written out: each event with its link of the chain, and the signed end.

use super::head::{SignedHead, sign_end};
use crate::{
    db::{
        audit_export::{self, ExportRow},
        pool::Transaction,
    },
    service::{ServiceError, Services},
};

/// How many events are read at once.
const PAGE: i64 = 5_000;

/// An export under way: what was recorded and sealed at one moment, whatever happens meanwhile.
pub struct Export {
    transaction: Transaction,
    last: i64,
    /// The end of the chain; `None` when it isn't as it was sealed, which whoever verifies it learns in
    /// full.
    pub head: Option<SignedHead>,
}

/// Begins an export.
pub async fn export(services: &Services) -> Result<Export, ServiceError> {
    let mut transaction = services
        .pool
        .begin_as("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        .await?;
    // Who reads may be slow.
    sqlx::raw_sql(
        "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0",
    )
    .execute(&mut *transaction)
    .await?;
    let head = match sign_end(services, &mut transaction).await {
        Ok(head) => Some(head),
        Err(ServiceError::AuditBroken(found)) => {
            tracing::error!(reason = %found, "the audit is broken");
            None
        }
        Err(error) => return Err(error),
    };
    Ok(Export {
        transaction,
        last: 0,
        head,
    })
}

impl Export {
    /// The next events, in the order of their numbers; none at the end.
    pub async fn next(&mut self) -> Result<Vec<ExportRow>, ServiceError> {
        let rows = audit_export::events_after(&mut self.transaction, self.last, PAGE).await?;
        if let Some(newest) = rows.last() {
            self.last = newest.event.id;
        }
        Ok(rows)
    }

    /// Ends it.
    pub async fn end(self) -> Result<(), ServiceError> {
        Ok(self.transaction.roll_back().await?)
    }
}
