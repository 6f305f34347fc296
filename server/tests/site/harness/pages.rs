//! Pages as two visitors compare them.

use super::reply::Reply;

impl Reply {
    /// The page without what differs from request to request.
    pub fn without_nonce(&self) -> String {
        let policy = self.header("content-security-policy");
        let nonce = policy
            .split("'nonce-")
            .nth(1)
            .and_then(|rest| rest.split('\'').next());
        match nonce {
            Some(nonce) => self.body.replace(nonce, "NONCE"),
            None => self.body.clone(),
        }
    }
}
