//! An application that signs people in with the simulated Clio, honest unless told otherwise.

use anyhow::{Context as _, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use form_urlencoded::Serializer;
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use simulated_clio::{Options, Person, SimulatedClio};

pub(crate) const KEY: &str = "the-key";
pub(crate) const SECRET: &str = "a secret with &=+%/é";
pub(crate) const REDIRECT_URI: &str = "http://127.0.0.1:4000/auth/clio/callback";
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// Parameters or fields, in order.
pub(crate) type Pairs = Vec<(String, String)>;

/// An application and the provider that it uses.
pub(crate) struct Application {
    pub(crate) clio: SimulatedClio,
    pub(crate) http: Client,
}

impl Application {
    /// Registered at a provider that knows Dana, subject `dana`.
    pub(crate) async fn start() -> anyhow::Result<Self> {
        let dana = Person::new("dana", "d.whitlock@harbourlane.test").named("Dana", "Whitlock");
        Self::start_with(Options::for_client(KEY, SECRET).with_people([dana])).await
    }

    pub(crate) async fn start_with(options: Options) -> anyhow::Result<Self> {
        let clio = SimulatedClio::start(options.with_redirect_uri(REDIRECT_URI)).await?;
        let http = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .build()?;
        Ok(Self { clio, http })
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.clio.issuer())
    }

    /// The authorization endpoint with these parameters.
    pub(crate) fn authorization_url(&self, parameters: &Pairs) -> String {
        let query = Serializer::new(String::new())
            .extend_pairs(parameters)
            .finish();
        format!("{}?{query}", self.clio.authorization_url())
    }

    /// A code for `subject`, asked for with `parameters`.
    pub(crate) fn code(&self, parameters: &Pairs, subject: &str) -> anyhow::Result<String> {
        let callback = self
            .clio
            .authorize(&self.authorization_url(parameters), subject)?;
        let code = query_of(&callback, "code");
        code.with_context(|| format!("no code in {callback}"))
    }

    /// A code for Dana, asked for honestly.
    pub(crate) fn honest_code(&self) -> anyhow::Result<String> {
        self.code(&honest_parameters(), "dana")
    }

    pub(crate) fn token_request(&self, fields: &Pairs) -> RequestBuilder {
        self.http.post(self.clio.token_url()).form(fields)
    }

    pub(crate) async fn redeem(&self, code: &str) -> anyhow::Result<Response> {
        Ok(self.token_request(&honest_fields(code)).send().await?)
    }

    /// The answer to an honest sign-in of Dana.
    pub(crate) async fn sign_in(&self) -> anyhow::Result<Value> {
        let answer = self.redeem(&self.honest_code()?).await?;
        ensure!(answer.status() == StatusCode::OK, "{}", answer.status());
        json(answer).await
    }

    pub(crate) async fn get(&self, path: &str) -> anyhow::Result<Response> {
        Ok(self.http.get(self.url(path)).send().await?)
    }
}

/// A good authorization request.
pub(crate) fn honest_parameters() -> Pairs {
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
    pairs(&[
        ("response_type", "code"),
        ("client_id", KEY),
        ("redirect_uri", REDIRECT_URI),
        ("scope", "openid"),
        ("state", "state-of-this-attempt"),
        ("nonce", "nonce-of-this-attempt"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ])
}

/// A good token request for `code`.
pub(crate) fn honest_fields(code: &str) -> Pairs {
    pairs(&[
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", REDIRECT_URI),
        ("client_id", KEY),
        ("client_secret", SECRET),
        ("code_verifier", VERIFIER),
    ])
}

pub(crate) fn pairs(pairs: &[(&str, &str)]) -> Pairs {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

/// The same pairs with another value under `name`.
pub(crate) fn with(mut pairs: Pairs, name: &str, value: &str) -> Pairs {
    pairs.retain(|(own, _)| own != name);
    pairs.push((name.to_owned(), value.to_owned()));
    pairs
}

/// The same pairs without those named.
pub(crate) fn without(mut pairs: Pairs, names: &[&str]) -> Pairs {
    pairs.retain(|(own, _)| !names.contains(&own.as_str()));
    pairs
}

/// A parameter in the query of a URL.
pub(crate) fn query_of(url: &str, name: &str) -> Option<String> {
    let (_, query) = url.split_once('?')?;
    form_urlencoded::parse(query.as_bytes())
        .find(|(own, _)| own == name)
        .map(|(_, value)| value.into_owned())
}

/// Lets everything else run until `happened`.
pub(crate) async fn until(happened: impl Fn() -> bool) {
    while !happened() {
        tokio::task::yield_now().await;
    }
}

pub(crate) async fn json(answer: Response) -> anyhow::Result<Value> {
    Ok(serde_json::from_slice(&answer.bytes().await?)?)
}

/// Where an answer sends the browser.
pub(crate) fn location(answer: &Response) -> anyhow::Result<String> {
    let location = answer.headers().get("location").context("no location")?;
    Ok(location.to_str()?.to_owned())
}

/// The three parts of the ID token in a token answer, decoded.
pub(crate) struct IdToken {
    pub(crate) header: Value,
    pub(crate) payload: Vec<u8>,
    pub(crate) signature: Vec<u8>,
    /// What was signed.
    pub(crate) message: String,
}

impl IdToken {
    pub(crate) fn of(answer: &Value) -> anyhow::Result<Self> {
        let compact = answer["id_token"].as_str().context("no id_token")?;
        let (message, signature) = compact.rsplit_once('.').context("no signature")?;
        let (header, payload) = message.split_once('.').context("no payload")?;
        Ok(Self {
            header: serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header)?)?,
            payload: URL_SAFE_NO_PAD.decode(payload)?,
            signature: URL_SAFE_NO_PAD.decode(signature)?,
            message: message.to_owned(),
        })
    }

    pub(crate) fn claims(&self) -> anyhow::Result<Value> {
        Ok(serde_json::from_slice(&self.payload)?)
    }

    /// Whether the key of its `kid` in `set` signed it.
    pub(crate) fn is_signed_by(&self, set: &Value) -> anyhow::Result<bool> {
        let keys = set["keys"].as_array().context("no keys")?;
        let Some(key) = keys.iter().find(|key| key["kid"] == self.header["kid"]) else {
            return Ok(false);
        };
        let part = |name: &str| -> anyhow::Result<Vec<u8>> {
            let encoded = key[name].as_str().context("half a key")?;
            Ok(URL_SAFE_NO_PAD.decode(encoded)?)
        };
        let public = ring::signature::RsaPublicKeyComponents {
            n: part("n")?,
            e: part("e")?,
        };
        let verified = public.verify(
            &ring::signature::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
            self.message.as_bytes(),
            &self.signature,
        );
        Ok(verified.is_ok())
    }
}
