//! Clio Identity as one thing: compose the authorization request, turn a code into a login.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use openidconnect::{
    AuthType, AuthUrl, AuthenticationFlow, AuthorizationCode, Client as OpenIdClient, ClientId,
    ClientSecret, CsrfToken, EmptyAdditionalClaims, EndpointNotSet, EndpointSet, IssuerUrl,
    JsonWebKeySet, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl,
    RequestTokenError, StandardErrorResponse, TokenUrl,
    core::{
        CoreAuthDisplay, CoreAuthPrompt, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
        CoreJweContentEncryptionAlgorithm, CoreResponseType, CoreRevocableToken,
        CoreRevocationErrorResponse, CoreTokenIntrospectionResponse,
    },
    url::ParseError,
};

use super::{
    answer::TokenAnswer,
    http::{Client, ClientError, FetchError},
    id_token::{TokenFault, Unverified, access_token_hash},
    keys::{KeyCache, KeyError, KeySet},
};
use crate::{
    clock::SharedClock,
    config::{Clio, PublicUrl},
    domain::{id_token::Expected, login::Login},
    random::{self, NoRandomness},
};

/// How long the exchange and the keys may take together: people wait for it.
const BUDGET: Duration = Duration::from_secs(5);

type ClioClient = OpenIdClient<
    EmptyAdditionalClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    TokenAnswer,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
    EndpointNotSet,
>;

/// Clio Identity.
pub struct Provider {
    client: ClioClient,
    http: Arc<Client>,
    keys: Arc<KeyCache>,
    clock: SharedClock,
    issuer: String,
    app_key: String,
    nonce: bool,
    pkce: bool,
    strict: bool,
    incomplete_said: AtomicBool,
}

/// An authorization request, ready to be sent, with what must be remembered of it.
#[derive(Debug)]
pub struct Authorization {
    /// Where the browser goes.
    pub url: String,
    /// Comes back with the answer.
    pub state: String,
    /// Comes back in the ID token.
    pub nonce: String,
    /// Goes along with the code (RFC 7636).
    pub pkce_verifier: String,
}

/// Why a code gave no login.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExchangeError {
    /// Clio can't be reached, is too slow, or makes no sense.
    #[error("exchange_{0}")]
    Unreachable(#[from] FetchError),
    /// Clio answers with a server error, or with something that isn't a token response.
    #[error("exchange_unusable")]
    Unusable,
    /// Clio refuses our key or secret: the operator must act.
    #[error("invalid_client")]
    InvalidClient,
    /// Clio refuses the code.
    #[error("exchange_refused")]
    Refused,
    /// Clio answers, but what it answers isn't a sign-in.
    #[error("answer_incomplete")]
    Incomplete,
    /// The ID token isn't believed.
    #[error(transparent)]
    Token(#[from] TokenFault),
}

impl ExchangeError {
    /// Whether trying again later may help, as opposed to an answer that can't be believed.
    pub const fn is_outage(self) -> bool {
        matches!(
            self,
            Self::Unreachable(_)
                | Self::Unusable
                | Self::InvalidClient
                | Self::Token(TokenFault::Keys(_))
        )
    }
}

/// The settings of Clio can't be used.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// A URL.
    #[error("a URL of Clio's can't be used")]
    Url(#[from] ParseError),
    /// The HTTP client.
    #[error(transparent)]
    Client(#[from] ClientError),
}

impl Provider {
    /// Sets up the relying party.
    ///
    /// # Errors
    /// [`SetupError`] when the settings can't be used.
    pub fn new(
        settings: &Clio,
        public_url: &PublicUrl,
        clock: SharedClock,
    ) -> Result<Self, SetupError> {
        let client = OpenIdClient::new(
            ClientId::new(settings.app_key.clone()),
            IssuerUrl::new(settings.issuer.clone())?,
            JsonWebKeySet::default(),
        )
        .set_client_secret(ClientSecret::new(settings.app_secret.expose().to_owned()))
        // Clio wants key and secret in the form; the crate's default is HTTP Basic.
        .set_auth_type(AuthType::RequestBody)
        .set_auth_uri(AuthUrl::from_url(settings.authorization_url.clone()))
        .set_token_uri(TokenUrl::from_url(settings.token_url.clone()))
        .set_redirect_uri(RedirectUrl::new(public_url.redirect_uri())?);
        let http = Arc::new(Client::new(settings)?);
        let keys = Arc::new(KeyCache::new(
            settings.jwks_url.clone(),
            Arc::clone(&http),
            Arc::clone(&clock),
        ));
        Ok(Self {
            client,
            http,
            keys,
            clock,
            issuer: settings.issuer.clone(),
            app_key: settings.app_key.clone(),
            nonce: settings.nonce,
            pkce: settings.pkce,
            strict: settings.strict,
            incomplete_said: AtomicBool::new(false),
        })
    }

    /// The origin where people sign in at Clio.
    pub fn origin(&self) -> String {
        self.client.auth_uri().url().origin().ascii_serialization()
    }

    /// The issuer whose logins these are.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Composes an authorization request with fresh secrets of 256 bits each. `again` asks Clio to
    /// have the person sign in anew, whoever is signed in there (`prompt=login`, OpenID Connect Core
    /// 1.0, section 3.1.2.1).
    ///
    /// # Errors
    /// [`NoRandomness`] when the system's generator fails.
    pub fn authorize(&self, again: bool) -> Result<Authorization, NoRandomness> {
        let state = random::secret()?;
        let nonce = random::secret()?;
        let pkce_verifier = random::secret()?;
        let (csrf, openid_nonce) = (CsrfToken::new(state.clone()), Nonce::new(nonce.clone()));
        let mut request = self.client.authorize_url(
            AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
            || csrf,
            || openid_nonce,
        );
        if self.pkce {
            let verifier = PkceCodeVerifier::new(pkce_verifier.clone());
            request =
                request.set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        }
        if again {
            request = request.add_prompt(CoreAuthPrompt::Login);
        }
        let (mut url, _, _) = request.url();
        if !self.nonce {
            let kept: Vec<(String, String)> = url
                .query_pairs()
                .filter(|(name, _)| name != "nonce")
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect();
            url.query_pairs_mut().clear().extend_pairs(kept);
        }
        Ok(Authorization {
            url: url.into(),
            state,
            nonce,
            pkce_verifier,
        })
    }

    /// Turns a code into a verified login.
    ///
    /// # Errors
    /// [`ExchangeError`] when Clio can't be asked or isn't believed.
    pub async fn exchange(
        &self,
        code: String,
        nonce: &str,
        pkce_verifier: String,
    ) -> Result<Login, ExchangeError> {
        tokio::time::timeout(BUDGET, self.exchange_unhurried(code, nonce, pkce_verifier))
            .await
            .unwrap_or(Err(ExchangeError::Unreachable(FetchError::Timeout)))
    }

    async fn exchange_unhurried(
        &self,
        code: String,
        nonce: &str,
        pkce_verifier: String,
    ) -> Result<Login, ExchangeError> {
        let mut request = self.client.exchange_code(AuthorizationCode::new(code));
        if self.pkce {
            request = request.set_pkce_verifier(PkceCodeVerifier::new(pkce_verifier));
        }
        let answer = request
            .request_async(self.http.as_ref())
            .await
            .map_err(|error| refusal(&error))?;
        if answer.refuses_client() {
            return Err(ExchangeError::InvalidClient);
        }
        if !answer.is_sign_in() {
            return Err(ExchangeError::Incomplete);
        }
        if !answer.is_complete() {
            if self.strict {
                return Err(ExchangeError::Incomplete);
            }
            if !self.incomplete_said.swap(true, Ordering::Relaxed) {
                tracing::warn!(
                    "Clio's token response has no refresh_token or no expires_in; accepted"
                );
            }
        }
        let token = answer.raw_id_token().ok_or(ExchangeError::Incomplete)?;
        let unverified = Unverified::parse(token)?;
        let key = self
            .keys
            .get(unverified.key_id())
            .await
            .map_err(|error| match error {
                KeyError::Unknown => TokenFault::UnknownKey,
                other => TokenFault::Keys(other),
            })?;
        let expected = Expected {
            issuer: &self.issuer,
            client_id: &self.app_key,
            nonce: self.nonce.then_some(nonce),
            access_token_hash: &access_token_hash(answer.access_token().secret()),
            now: self.clock.now().unix_timestamp(),
        };
        Ok(unverified.verify(&key, &expected)?)
    }

    /// Fetches the keys now, for `doctor`.
    ///
    /// # Errors
    /// [`KeyError`] when they can't be had.
    pub async fn probe_keys(&self) -> Result<Arc<KeySet>, KeyError> {
        self.keys.probe().await
    }
}

/// Keeps the kind of an error and drops the rest, which holds Clio's answer.
fn refusal(
    error: &RequestTokenError<FetchError, StandardErrorResponse<CoreErrorResponseType>>,
) -> ExchangeError {
    match error {
        RequestTokenError::Request(error) => ExchangeError::Unreachable(*error),
        RequestTokenError::ServerResponse(response) => match response.error() {
            CoreErrorResponseType::InvalidClient => ExchangeError::InvalidClient,
            CoreErrorResponseType::InvalidGrant => ExchangeError::Refused,
            _ => ExchangeError::Unusable,
        },
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => ExchangeError::Unusable,
    }
}
