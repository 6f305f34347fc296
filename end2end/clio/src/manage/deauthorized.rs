//! Telling the application that somebody revoked what they granted: unsigned, as Clio does.

use std::sync::Arc;

use serde_json::json;

use super::region::Branch;
use crate::provider::Provider;
use crate::sync::lock;

/// Tells the application, in the background, if it named an address.
pub(crate) fn tell(provider: &Arc<Provider>, branch: &Branch, user: u64) {
    let Some(url) = lock(&provider.manage.callback_url).clone() else {
        return;
    };
    let provider = Arc::clone(provider);
    let body = json!({ "client_id": branch.client_id, "user_id": user, "access_token": "all" });
    tokio::spawn(async move {
        let client = reqwest::Client::builder().no_proxy().build();
        let request = client.map(|client| {
            client
                .post(url)
                .header("content-type", "application/json")
                .body(body.to_string())
                .send()
        });
        let status = match request {
            Ok(sent) => sent.await.map_or(0, |answer| answer.status().as_u16()),
            Err(_) => 0,
        };
        lock(&provider.manage.callbacks).push(status);
    });
}
