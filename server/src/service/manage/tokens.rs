//! Tokens as they are stored: sealed, bound to the grant and its account.

use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::{
    clio::manage::Tokens,
    db::manage::grants::Grant,
    domain::account::AccountId,
    secrets::Secret,
    service::Services,
    vault::{NotSealed, Place, Sealed, Vault},
};

/// The tokens of a grant.
pub(super) struct Pair {
    /// Opens the API.
    pub(super) access: Secret,
    /// Brings a new one, where Clio gave it.
    pub(super) refresh: Option<Secret>,
}

/// Tokens, sealed.
pub(super) struct Stored {
    /// Sealed.
    pub(super) sealed: Vec<u8>,
    /// When the access token is over.
    pub(super) expires_at: OffsetDateTime,
    /// From when on it is renewed: after three quarters of its life, or, where nothing renews it, at its end.
    pub(super) refresh_at: OffsetDateTime,
}

const fn place(grant: Uuid, account: AccountId) -> Place<'static> {
    Place {
        column: "manage_grants.tokens",
        row: grant,
        owner: account.0,
    }
}

/// Tokens are printable, so a line break keeps them apart.
fn seal(vault: &Vault, place: Place<'_>, pair: &Pair) -> Result<Vec<u8>, NotSealed> {
    let refresh = pair.refresh.as_ref().map_or("", Secret::expose);
    let text = Secret::new(format!("{}\n{refresh}", pair.access.expose()));
    vault.seal(place, &text)
}

/// Seals what Clio gave, together with the refresh token that was there before where it sends none.
pub(super) fn store(
    services: &Services,
    grant: Uuid,
    account: AccountId,
    tokens: Tokens,
    before: Option<Secret>,
) -> Result<Stored, NotSealed> {
    let now = services.now();
    let lives: Duration = tokens.lives;
    let pair = Pair {
        access: tokens.access,
        refresh: tokens.refresh.or(before),
    };
    let renewed_after = match pair.refresh {
        Some(_) => lives * 3 / 4,
        None => lives,
    };
    Ok(Stored {
        sealed: seal(&services.vault, place(grant, account), &pair)?,
        expires_at: now + lives,
        refresh_at: now + renewed_after,
    })
}

/// Opens the tokens of a grant; `None` once they are forgotten.
pub(super) fn open(services: &Services, grant: &Grant) -> Result<Option<Pair>, Sealed> {
    let Some(sealed) = &grant.tokens else {
        return Ok(None);
    };
    let text = services
        .vault
        .open(place(grant.id, grant.account), sealed)?;
    let (access, refresh) = text.expose().split_once('\n').ok_or(Sealed::Altered)?;
    let secret = |text: &str| Secret::new(text.to_owned());
    Ok(Some(Pair {
        access: secret(access),
        refresh: Some(refresh)
            .filter(|refresh| !refresh.is_empty())
            .map(secret),
    }))
}

/// Seals the tokens of a grant anew, under the key that is in force; `None` once they are forgotten.
pub(super) fn reseal(
    services: &Services,
    grant: &Grant,
) -> Result<Result<Option<Vec<u8>>, Sealed>, NotSealed> {
    match open(services, grant) {
        Ok(None) => Ok(Ok(None)),
        Ok(Some(pair)) => {
            let sealed = seal(&services.vault, place(grant.id, grant.account), &pair)?;
            Ok(Ok(Some(sealed)))
        }
        Err(error) => Ok(Err(error)),
    }
}
