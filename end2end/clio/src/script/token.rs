//! One answer of the token endpoint, before it is signed and sent.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::Answer;

/// What signs the ID token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Signing {
    /// The provider's current key.
    #[default]
    CurrentKey,
    /// A good key that isn't in the key set, under the current key's `kid`.
    AnotherKey,
    /// The current key, with one bit of the signature turned.
    Corrupted,
    /// Nothing: `alg` is `none` and the signature is empty.
    Nothing,
    /// HMAC with SHA-256, keyed with the PEM text of the current public key: the classic confusion.
    Hs256WithPublicKey,
}

/// An answer to a good token request, for a script to bend.
///
/// It comes filled in honestly, so that a script only names what it changes. It isn't used up by a request that the
/// token endpoint refuses.
#[derive(Clone, Debug)]
pub struct TokenScript {
    /// The ID token's header.
    pub header: Map<String, Value>,
    /// The ID token's claims.
    pub claims: Map<String, Value>,
    /// The other members of the answer: `access_token`, `expires_in`, `refresh_token`, `scope`, `token_type`.
    pub members: Map<String, Value>,
    /// The HTTP answer around them.
    pub answer: Answer,
    pub(crate) signing: Signing,
    pub(crate) raw_payload: Option<Vec<u8>>,
    pub(crate) doubled_claims: Vec<(String, Value)>,
    pub(crate) id_token: IdTokenMember,
}

/// The `id_token` member of the answer.
#[derive(Clone, Debug, Default)]
pub(crate) enum IdTokenMember {
    #[default]
    Signed,
    Omitted,
    Instead(Value),
}

impl TokenScript {
    pub(crate) fn new(
        header: Map<String, Value>,
        claims: Map<String, Value>,
        members: Map<String, Value>,
    ) -> Self {
        Self {
            header,
            claims,
            members,
            answer: Answer::json(),
            signing: Signing::default(),
            raw_payload: None,
            doubled_claims: Vec::new(),
            id_token: IdTokenMember::default(),
        }
    }

    /// Sets a claim of the ID token.
    pub fn set_claim(&mut self, name: &str, value: impl Into<Value>) {
        self.claims.insert(name.to_owned(), value.into());
    }

    /// Leaves a claim out.
    pub fn remove_claim(&mut self, name: &str) {
        self.claims.remove(name);
    }

    /// Adds a member with a name that the payload already has.
    pub fn double_claim(&mut self, name: &str, value: impl Into<Value>) {
        self.doubled_claims.push((name.to_owned(), value.into()));
    }

    /// Signs these bytes for a payload, whatever they are.
    pub fn set_payload(&mut self, payload: impl Into<Vec<u8>>) {
        self.raw_payload = Some(payload.into());
    }

    /// Sets a member of the ID token's header.
    pub fn set_header(&mut self, name: &str, value: impl Into<Value>) {
        self.header.insert(name.to_owned(), value.into());
    }

    /// Leaves a member of the ID token's header out.
    pub fn remove_header(&mut self, name: &str) {
        self.header.remove(name);
    }

    /// Signs with something else, and sets `alg` to match; a later [`Self::set_header`] may lie about it.
    pub fn sign_with(&mut self, signing: Signing) {
        self.signing = signing;
        let alg = match signing {
            Signing::CurrentKey | Signing::AnotherKey | Signing::Corrupted => "RS256",
            Signing::Nothing => "none",
            Signing::Hs256WithPublicKey => "HS256",
        };
        self.set_header("alg", alg);
    }

    /// Leaves `id_token` out of the answer.
    pub fn omit_id_token(&mut self) {
        self.id_token = IdTokenMember::Omitted;
    }

    /// Answers with this `id_token`: null, a number, an empty string, somebody else's token.
    pub fn set_id_token(&mut self, value: impl Into<Value>) {
        self.id_token = IdTokenMember::Instead(value.into());
    }

    /// Sets another member of the answer.
    pub fn set_member(&mut self, name: &str, value: impl Into<Value>) {
        self.members.insert(name.to_owned(), value.into());
    }

    /// Leaves another member of the answer out.
    pub fn remove_member(&mut self, name: &str) {
        self.members.remove(name);
    }

    /// Answers with this status and body instead.
    pub fn answer_with(&mut self, status: StatusCode, body: impl Into<Vec<u8>>) {
        self.answer.replace(status, body);
    }

    /// Answers with an OAuth error and the status given: 200 with an error is a case worth testing.
    pub fn answer_with_error(&mut self, status: StatusCode, error: &str) {
        self.answer_with(status, json!({ "error": error }).to_string());
    }
}
