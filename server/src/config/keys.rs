//! `SECRET_KEY`, and those that it replaced.

use base64::{Engine, prelude::BASE64_STANDARD};

use super::{environment::Environment, reader::Reader};
use crate::secrets::MasterKey;

impl<E: Environment> Reader<'_, E> {
    pub(super) fn secret_key(&mut self, loopback: bool) -> Option<MasterKey> {
        let before = self.problems.len();
        let text = self.secret("SECRET_KEY", "SECRET_KEY_FILE");
        let Some(text) = text else {
            if !loopback && self.problems.len() == before {
                self.complain(
                    "SECRET_KEY",
                    "is required unless PUBLIC_URL is loopback; make one with: openssl rand -base64 32",
                );
            }
            return None;
        };
        let key = key(text.expose());
        if key.is_none() {
            self.complain(
                "SECRET_KEY",
                "must be 32 bytes in base64; make one with: openssl rand -base64 32",
            );
        }
        key
    }

    /// The keys before this one, for what was sealed under them.
    pub(super) fn previous_keys(&mut self) -> Vec<MasterKey> {
        let Some(text) = self.secret("SECRET_KEY_PREVIOUS", "SECRET_KEY_PREVIOUS_FILE") else {
            return Vec::new();
        };
        let keys: Option<Vec<_>> = text.expose().split(',').map(key).collect();
        if keys.is_none() {
            self.complain(
                "SECRET_KEY_PREVIOUS",
                "must be earlier values of SECRET_KEY, separated by commas",
            );
        }
        keys.unwrap_or_default()
    }
}

/// A key of 32 bytes in base64.
fn key(text: &str) -> Option<MasterKey> {
    let bytes = BASE64_STANDARD.decode(text.trim()).ok()?;
    bytes.try_into().ok().map(MasterKey::new)
}
