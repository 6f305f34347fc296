//! The token endpoint's answer.

use std::{fmt, time::Duration};

use openidconnect::{
    AccessToken, EmptyAdditionalClaims, IdToken, OAuth2TokenResponse, RefreshToken, Scope,
    TokenResponse, TokenType,
    core::{CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm},
};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// The token type. Clio's guide says `access_token`, its software sends `bearer`; the access token
/// opens no API, so the word is checked and forgotten.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct AnyTokenType(String);

impl TokenType for AnyTokenType {}

/// The answer, with the ID token as it came: reading it is [`super::id_token`]'s.
#[derive(Serialize, Deserialize)]
pub(super) struct TokenAnswer {
    #[serde(default = "no_access_token", deserialize_with = "access_token")]
    access_token: AccessToken,
    #[serde(default, deserialize_with = "token_type")]
    token_type: AnyTokenType,
    #[serde(default)]
    expires_in: Option<Value>,
    #[serde(default)]
    refresh_token: Option<Value>,
    #[serde(default)]
    id_token: Option<Value>,
    /// An error with status 200 is an error all the same.
    #[serde(default)]
    error: Option<Value>,
}

impl TokenAnswer {
    /// The ID token, unread; `None` when it is missing, null or empty.
    pub(super) fn raw_id_token(&self) -> Option<&str> {
        self.id_token
            .as_ref()
            .and_then(Value::as_str)
            .filter(|token| !token.is_empty())
    }

    /// Whether the answer says that our key or secret is refused, with whatever status.
    pub(super) fn refuses_client(&self) -> bool {
        self.error.as_ref().and_then(Value::as_str) == Some("invalid_client")
    }

    /// Whether this is a sign-in: no error, an access token, and a token type that Clio is known to
    /// send, in any case.
    pub(super) fn is_sign_in(&self) -> bool {
        let known_type = ["bearer", "access_token"]
            .iter()
            .any(|known| self.token_type.0.eq_ignore_ascii_case(known));
        self.error.is_none() && known_type && !self.access_token.secret().is_empty()
    }

    /// Whether all members are there that Clio's guide says to check.
    pub(super) const fn is_complete(&self) -> bool {
        self.expires_in.is_some() && self.refresh_token.is_some()
    }
}

fn no_access_token() -> AccessToken {
    AccessToken::new(String::new())
}

/// An access token of another type than text counts as missing.
fn access_token<'de, D: Deserializer<'de>>(deserializer: D) -> Result<AccessToken, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(AccessToken::new(
        value.as_str().unwrap_or_default().to_owned(),
    ))
}

/// A token type of another type than text counts as missing.
fn token_type<'de, D: Deserializer<'de>>(deserializer: D) -> Result<AnyTokenType, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(AnyTokenType(value.as_str().unwrap_or_default().to_owned()))
}

/// Shows nothing: it would be tokens.
impl fmt::Debug for TokenAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenAnswer(..)")
    }
}

impl OAuth2TokenResponse for TokenAnswer {
    type TokenType = AnyTokenType;

    fn access_token(&self) -> &AccessToken {
        &self.access_token
    }

    fn token_type(&self) -> &AnyTokenType {
        &self.token_type
    }

    fn expires_in(&self) -> Option<Duration> {
        let seconds = self.expires_in.as_ref().and_then(Value::as_u64);
        seconds.map(Duration::from_secs)
    }

    fn refresh_token(&self) -> Option<&RefreshToken> {
        None
    }

    fn scopes(&self) -> Option<&Vec<Scope>> {
        None
    }
}

impl
    TokenResponse<
        EmptyAdditionalClaims,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    > for TokenAnswer
{
    /// Always `None`: the typed token would refuse the whole answer for one malformed optional
    /// claim. See [`TokenAnswer::raw_id_token`].
    fn id_token(
        &self,
    ) -> Option<
        &IdToken<
            EmptyAdditionalClaims,
            CoreGenderClaim,
            CoreJweContentEncryptionAlgorithm,
            CoreJwsSigningAlgorithm,
        >,
    > {
        None
    }
}
