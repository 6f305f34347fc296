//! Accounts as another program writes them before a test begins, and how to find them again.

use uuid::Uuid;
use vestibule::service::passwords;

use super::{people::WITNESS, site::Site};

/// The password of accounts that have one.
pub const PASSWORD: &str = "paper, ink & brass";

/// An account as another program writes it: e-mail, verified, and state. Gives its id.
pub async fn account(site: &Site, email: &str, status: &str) -> Uuid {
    sqlx::query_scalar(
        "INSERT INTO accounts (email, email_verified_at, status) VALUES ($1, now(), $2) RETURNING id",
    )
    .bind(email)
    .bind(status)
    .fetch_one(&site.pool)
    .await
    .unwrap()
}

/// The same, with [`PASSWORD`].
pub async fn account_with_password(site: &Site, email: &str) -> Uuid {
    let id = account(site, email, "active").await;
    set_password(site, id, PASSWORD).await;
    id
}

/// Sets the password of an account.
pub async fn set_password(site: &Site, account: Uuid, password: &str) {
    sqlx::query("UPDATE accounts SET password_hash = $2 WHERE id = $1")
        .bind(account)
        .bind(passwords::hash(password).unwrap())
        .execute(&site.pool)
        .await
        .unwrap();
}

impl Site {
    /// The account that a login opens.
    pub async fn account_of(&self, subject: &str) -> Option<Uuid> {
        sqlx::query_scalar(
            "SELECT account_id FROM identities
             WHERE issuer = $1 AND subject = $2 AND unlinked_at IS NULL",
        )
        .bind(self.services.clio.issuer())
        .bind(subject)
        .fetch_optional(&self.pool)
        .await
        .unwrap()
    }

    /// Writes an active account with that login linked to it, as if the person had been here before.
    /// The e-mail counts as verified.
    pub async fn linked(&self, subject: &str, email: &str) -> Uuid {
        let account = sqlx::query_scalar(
            "INSERT INTO accounts (email, email_verified_at, first_name, last_name, welcomed_at)
             VALUES ($1, now(), 'Linked', 'Person', now())
             RETURNING id",
        )
        .bind(email)
        .fetch_one(&self.pool)
        .await
        .unwrap();
        sqlx::query(
            "INSERT INTO identities (account_id, issuer, subject, email)
             VALUES ($1, $2, $3, $4)",
        )
        .bind(account)
        .bind(self.services.clio.issuer())
        .bind(subject)
        .bind(email)
        .execute(&self.pool)
        .await
        .unwrap();
        account
    }

    /// The account of [`WITNESS`], which is there from the first call on. Its e-mail is not the one
    /// that Clio says.
    pub async fn witness(&self) -> Uuid {
        if let Some(account) = self.account_of(WITNESS).await {
            account
        } else {
            let email = format!("witness-{}@harbourlane.test", self.address.port());
            self.linked(WITNESS, &email).await
        }
    }
}
