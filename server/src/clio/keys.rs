//! Clio's signing keys, cached.
//!
//! One fetch at a time. A set is fresh for ten minutes; after that it goes on being used while it
//! is fetched anew behind the requests, up to 24 hours, so that an outage of the key endpoint goes
//! unnoticed. A key id that isn't in the set forces a fetch, at most every 30 seconds.

use std::sync::{Arc, PoisonError, RwLock};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use openidconnect::http::{HeaderValue, Method, StatusCode, header::ACCEPT};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use serde_json::Value;
use time::{Duration, OffsetDateTime};
use tokio::sync::Mutex;
use url::Url;

use super::{
    http::{Client, FetchError},
    json::parse_object,
};
use crate::clock::SharedClock;

const FRESH: Duration = Duration::minutes(10);
const USABLE: Duration = Duration::hours(24);
const FORCED_EVERY: Duration = Duration::seconds(30);
/// How soon a failed fetch is tried again.
const RETRY_AFTER: Duration = Duration::seconds(1);
/// More keys than any provider has.
const MAX_KEYS: usize = 64;

/// Why there is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The set has no such key.
    #[error("unknown_key")]
    Unknown,
    /// There is no set, and it can't be fetched.
    #[error("keys_unavailable")]
    Unavailable(#[source] Option<FetchError>),
    /// What the key endpoint sends is no key set.
    #[error("keys_malformed")]
    Malformed,
}

/// A public RSA key of 2048 to 8192 bits.
#[derive(Debug)]
pub(super) struct Key {
    id: Option<String>,
    modulus: Vec<u8>,
    exponent: Vec<u8>,
}

impl Key {
    /// Whether the signature over the message is by this key: RSASSA-PKCS1-v1_5 with SHA-256
    /// (RFC 7518, section 3.3). Keys under 2048 bits are refused (RFC 8725, section 3.5).
    pub(super) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        RsaPublicKeyComponents {
            n: &self.modulus,
            e: &self.exponent,
        }
        .verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
        .is_ok()
    }

    /// Reads one key of a set; `None` for keys that aren't for checking RS256 signatures.
    fn read(value: &Value) -> Option<Self> {
        let text = |name: &str| value.get(name).and_then(Value::as_str);
        let allowed = |name: &str, wanted: &str| value.get(name).is_none_or(|v| v == wanted);
        let for_signatures = text("kty") == Some("RSA")
            && allowed("use", "sig")
            && allowed("alg", "RS256")
            && value.get("key_ops").is_none_or(|ops| {
                ops.as_array()
                    .is_some_and(|ops| ops.iter().any(|op| op == "verify"))
            });
        if !for_signatures {
            return None;
        }
        let number = |name: &str| {
            let encoded = text(name)?.trim_end_matches('=');
            let bytes = BASE64_URL_SAFE_NO_PAD.decode(encoded).ok()?;
            let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
            Some(bytes.get(zeros..)?.to_vec())
        };
        let (modulus, exponent) = (number("n")?, number("e")?);
        let strong = (256..=1024).contains(&modulus.len())
            && modulus
                .first()
                .is_some_and(|byte| modulus.len() > 256 || *byte >= 0x80)
            && modulus.last().is_some_and(|byte| byte % 2 == 1);
        strong.then(|| Self {
            id: text("kid").map(str::to_owned),
            modulus,
            exponent,
        })
    }
}

/// A set of keys that can check signatures.
#[derive(Debug)]
pub struct KeySet {
    keys: Vec<Arc<Key>>,
}

impl KeySet {
    /// Reads a JSON Web Key Set (RFC 7517, section 5). Keys that can't be used are passed over; a
    /// set without any usable key is malformed.
    fn read(body: &[u8]) -> Option<Self> {
        let set = parse_object(body)?;
        let keys = set.get("keys")?.as_array()?;
        let keys: Vec<_> = keys
            .iter()
            .take(MAX_KEYS)
            .filter_map(Key::read)
            .map(Arc::new)
            .collect();
        (!keys.is_empty()).then_some(Self { keys })
    }

    /// How many usable keys there are.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Never true: a set without usable keys isn't taken.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The key with this id; without an id, the only key there is.
    fn find(&self, id: Option<&str>) -> Option<Arc<Key>> {
        match (id, self.keys.as_slice()) {
            (Some(id), keys) => keys
                .iter()
                .find(|key| key.id.as_deref() == Some(id))
                .cloned(),
            (None, [only]) => Some(Arc::clone(only)),
            (None, _) => None,
        }
    }
}

#[derive(Clone, Debug)]
struct Cached {
    set: Arc<KeySet>,
    fetched_at: OffsetDateTime,
}

#[derive(Debug, Default)]
struct History {
    forced_at: Option<OffsetDateTime>,
    failed_at: Option<(OffsetDateTime, KeyError)>,
}

/// The cache.
pub(super) struct KeyCache {
    url: Url,
    client: Arc<Client>,
    clock: SharedClock,
    cached: RwLock<Option<Cached>>,
    /// Whoever holds it fetches.
    fetching: Mutex<History>,
}

impl KeyCache {
    pub(super) fn new(url: Url, client: Arc<Client>, clock: SharedClock) -> Self {
        Self {
            url,
            client,
            clock,
            cached: RwLock::new(None),
            fetching: Mutex::new(History::default()),
        }
    }

    /// The key with this id.
    pub(super) async fn get(self: &Arc<Self>, id: Option<&str>) -> Result<Arc<Key>, KeyError> {
        let cached = self.usable();
        match cached
            .as_ref()
            .and_then(|cached| Some((cached, cached.set.find(id)?)))
        {
            Some((cached, key)) => {
                if self.clock.now() - cached.fetched_at > FRESH {
                    self.refresh_behind();
                }
                Ok(key)
            }
            None => self.fetch_for(id).await,
        }
    }

    /// Fetches the set whatever the cache holds, for `doctor`.
    pub(super) async fn probe(&self) -> Result<Arc<KeySet>, KeyError> {
        self.fetch().await
    }

    /// The last good set, if it may still be used.
    fn usable(&self) -> Option<Cached> {
        let cached = self
            .cached
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        cached.filter(|cached| self.clock.now() - cached.fetched_at <= USABLE)
    }

    /// Refreshes the set without making anybody wait; does nothing while that is under way.
    fn refresh_behind(self: &Arc<Self>) {
        let cache = Arc::clone(self);
        tokio::spawn(async move {
            let Ok(mut history) = cache.fetching.try_lock() else {
                return;
            };
            let now = cache.clock.now();
            let recently = |at: OffsetDateTime| now - at < FORCED_EVERY;
            let still_stale = cache
                .usable()
                .is_none_or(|cached| now - cached.fetched_at > FRESH);
            if still_stale && !history.failed_at.is_some_and(|(at, _)| recently(at)) {
                let outcome = cache.fetch().await;
                cache.note(&mut history, &outcome);
            }
        });
    }

    /// Fetches because a key is missing: one at a time; whoever waited looks again first.
    async fn fetch_for(self: &Arc<Self>, id: Option<&str>) -> Result<Arc<Key>, KeyError> {
        let mut history = self.fetching.lock().await;
        let now = self.clock.now();
        let cached = self.usable();
        if let Some(key) = cached.as_ref().and_then(|cached| cached.set.find(id)) {
            return Ok(key);
        }
        if cached.is_some() {
            if history.forced_at.is_some_and(|at| now - at < FORCED_EVERY) {
                // Whether the key exists can't be told while the last fetch has failed.
                return Err(history
                    .failed_at
                    .map_or(KeyError::Unknown, |(_, error)| error));
            }
            history.forced_at = Some(now);
        } else if let Some((at, error)) = history.failed_at
            && now - at < RETRY_AFTER
        {
            return Err(error);
        }
        // In a task of its own: the fetch goes on when whoever asked has run out of time.
        let cache = Arc::clone(self);
        let fetch = tokio::spawn(async move { cache.fetch().await });
        let outcome = fetch.await.unwrap_or(Err(KeyError::Unavailable(None)));
        self.note(&mut history, &outcome);
        outcome?.find(id).ok_or(KeyError::Unknown)
    }

    fn note(&self, history: &mut History, outcome: &Result<Arc<KeySet>, KeyError>) {
        match outcome {
            Ok(_) => history.failed_at = None,
            Err(error) => {
                tracing::warn!(reason = %error, "Clio's keys can't be fetched");
                history.failed_at = Some((self.clock.now(), *error));
            }
        }
    }

    async fn fetch(&self) -> Result<Arc<KeySet>, KeyError> {
        let mut request = openidconnect::HttpRequest::new(Vec::new());
        *request.method_mut() = Method::GET;
        *request.uri_mut() = self.url.as_str().parse().map_err(|_| KeyError::Malformed)?;
        request
            .headers_mut()
            .insert(ACCEPT, HeaderValue::from_static("application/json"));
        let response = self
            .client
            .send(request)
            .await
            .map_err(|error| KeyError::Unavailable(Some(error)))?;
        if response.status() != StatusCode::OK {
            return Err(KeyError::Unavailable(None));
        }
        let set = Arc::new(KeySet::read(response.body()).ok_or(KeyError::Malformed)?);
        let cached = Cached {
            set: Arc::clone(&set),
            fetched_at: self.clock.now(),
        };
        *self.cached.write().unwrap_or_else(PoisonError::into_inner) = Some(cached);
        Ok(set)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rsa(bytes: usize, first: u8) -> Value {
        let mut modulus = vec![0xff; bytes];
        modulus[0] = first;
        json!({"kty": "RSA", "kid": "k", "n": BASE64_URL_SAFE_NO_PAD.encode(modulus), "e": "AQAB"})
    }

    fn usable(key: &Value) -> bool {
        KeySet::read(json!({"keys": [key]}).to_string().as_bytes()).is_some()
    }

    fn with(mut key: Value, name: &str, value: Value) -> Value {
        key[name] = value;
        key
    }

    #[test]
    fn a_signing_key_of_2048_bits_is_taken() {
        assert!(usable(&rsa(256, 0x80)));
        assert!(usable(&with(rsa(256, 0xff), "use", json!("sig"))));
        assert!(usable(&with(rsa(256, 0xff), "alg", json!("RS256"))));
    }

    #[test]
    fn weak_odd_and_foreign_keys_are_passed_over() {
        assert!(!usable(&rsa(255, 0xff)));
        assert!(!usable(&rsa(256, 0x7f)));
        assert!(!usable(&rsa(1025, 0xff)));
        assert!(!usable(&with(rsa(256, 0xff), "use", json!("enc"))));
        assert!(!usable(&with(rsa(256, 0xff), "alg", json!("PS256"))));
        assert!(!usable(&with(rsa(256, 0xff), "kty", json!("EC"))));
        assert!(!usable(&with(rsa(256, 0xff), "n", json!("!"))));
        assert!(!usable(&with(rsa(256, 0xff), "n", json!(7))));
        assert!(!usable(&json!("key")));
    }

    #[test]
    fn one_bad_key_does_not_spoil_the_set() {
        let set = json!({"keys": [rsa(128, 0xff), null, rsa(256, 0xff)]}).to_string();
        assert_eq!(KeySet::read(set.as_bytes()).unwrap().len(), 1);
    }

    #[test]
    fn a_token_without_a_key_id_fits_only_a_set_of_one() {
        let one = KeySet::read(json!({"keys": [rsa(256, 0xff)]}).to_string().as_bytes()).unwrap();
        let two = json!({"keys": [rsa(256, 0xff), rsa(257, 0xff)]}).to_string();
        let two = KeySet::read(two.as_bytes()).unwrap();
        assert!(one.find(None).is_some());
        assert!(two.find(None).is_none());
        assert!(one.find(Some("other")).is_none());
    }
}
