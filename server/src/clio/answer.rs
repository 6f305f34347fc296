//! The token endpoint's answer.

use std::{fmt, time::Duration};

use openidconnect::{
    AccessToken, EmptyAdditionalClaims, IdToken, OAuth2TokenResponse, RefreshToken, Scope,
    TokenResponse, TokenType,
    core::{CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm},
};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::json::StrictObject;

/// The token type. Clio's guide says `access_token`, its software sends `bearer`; the access token
/// opens no API, so the word is checked and forgotten.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct AnyTokenType(String);

impl TokenType for AnyTokenType {}

/// The answer, with the ID token as it came: reading it is [`super::id_token`]'s.
#[derive(Serialize)]
pub(super) struct TokenAnswer {
    access_token: AccessToken,
    token_type: AnyTokenType,
    expires_in: Option<Value>,
    refresh_token: Option<Value>,
    id_token: Option<Value>,
    /// An error with status 200 is an error all the same.
    error: Option<Value>,
}

impl<'de> Deserialize<'de> for TokenAnswer {
    /// Takes any object; what is missing or of another type is found out by [`Self::is_sign_in`].
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let StrictObject(mut members) = StrictObject::deserialize(deserializer)?;
        let mut take = |name: &str| members.remove(name).filter(|value| !value.is_null());
        let text = |value: Option<Value>| match value {
            Some(Value::String(text)) => text,
            _ => String::new(),
        };
        Ok(Self {
            access_token: AccessToken::new(text(take("access_token"))),
            token_type: AnyTokenType(text(take("token_type"))),
            expires_in: take("expires_in"),
            refresh_token: take("refresh_token"),
            id_token: take("id_token"),
            error: take("error"),
        })
    }
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
