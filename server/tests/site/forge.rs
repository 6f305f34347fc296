//! A signing key of the tests' own, and tokens made with it byte by byte.

use std::sync::OnceLock;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use ring::{
    rand::SystemRandom,
    signature::{RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PSS_SHA256, RsaEncoding, RsaKeyPair},
};
use rsa::{RsaPrivateKey, pkcs8::EncodePrivateKey, rand_core::OsRng, traits::PublicKeyParts};
use serde_json::{Value, json};
use simulated_clio::TokenScript;

use crate::harness::{self, Refusal, Site, bent};

/// The id of the forge's key.
pub const KEY_ID: &str = "forge";

struct Pair {
    signer: RsaKeyPair,
    modulus: String,
    exponent: String,
}

fn pair() -> &'static Pair {
    static PAIR: OnceLock<Pair> = OnceLock::new();
    PAIR.get_or_init(|| {
        let private = RsaPrivateKey::new(&mut OsRng, 2048).unwrap();
        let der = private.to_pkcs8_der().unwrap();
        Pair {
            signer: RsaKeyPair::from_pkcs8(der.as_bytes()).unwrap(),
            modulus: encode(private.n().to_bytes_be()),
            exponent: encode(private.e().to_bytes_be()),
        }
    })
}

/// The forge's public key.
pub fn public_key() -> Value {
    let pair = pair();
    json!({"kty": "RSA", "use": "sig", "alg": "RS256", "kid": KEY_ID, "n": pair.modulus, "e": pair.exponent})
}

/// Base64url without padding.
pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// An honest header under the forge's key.
pub fn header() -> String {
    json!({"alg": "RS256", "kid": KEY_ID, "typ": "JWT"}).to_string()
}

/// A token over these texts, signed RS256 by the forge's key.
pub fn token(header: impl AsRef<[u8]>, payload: impl AsRef<[u8]>) -> String {
    token_by(&RSA_PKCS1_SHA256, header, payload)
}

/// RS384.
pub fn rs384() -> &'static dyn RsaEncoding {
    &RSA_PKCS1_SHA384
}

/// PS256.
pub fn ps256() -> &'static dyn RsaEncoding {
    &RSA_PSS_SHA256
}

/// A token signed by the forge's key in another way.
pub fn token_by(
    how: &'static dyn RsaEncoding,
    header: impl AsRef<[u8]>,
    payload: impl AsRef<[u8]>,
) -> String {
    let message = format!("{}.{}", encode(header), encode(payload));
    let signer = &pair().signer;
    let mut signature = vec![0; signer.public().modulus_len()];
    signer
        .sign(
            how,
            &SystemRandom::new(),
            message.as_bytes(),
            &mut signature,
        )
        .unwrap();
    format!("{message}.{}", encode(signature))
}

/// Publishes the forge's key beside Clio's own.
pub fn publish(site: &Site) {
    let mut set = site.clio.jwks();
    set["keys"].as_array_mut().unwrap().push(public_key());
    site.clio.set_jwks(set);
}

/// The claims of an honest token, as text that a test goes on working with.
pub fn payload(script: &TokenScript) -> String {
    Value::Object(script.claims.clone()).to_string()
}

/// Shows that a stranger isn't signed in by the token that `make` makes of the honest claims.
pub async fn refused(
    site: &Site,
    make: impl FnOnce(&TokenScript) -> String + Send + 'static,
) -> Refusal {
    bent(site, "not_verified", |script| put_in(script, make)).await
}

/// Shows that a person is signed in by the token that `make` makes of the honest claims.
pub async fn accepted(
    site: &Site,
    what: &str,
    make: impl FnOnce(&TokenScript) -> String + Send + 'static,
) {
    harness::accepted(site, what, |script| put_in(script, make)).await;
}

fn put_in(script: &mut TokenScript, make: impl FnOnce(&TokenScript) -> String) {
    let token = make(script);
    script.set_id_token(token);
}
