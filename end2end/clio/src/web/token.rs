//! The endpoints that programs call: token, key set, discovery.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::Shared;
use crate::protocol::parameters::Parameters;
use crate::protocol::{discovery, error, token as rules};
use crate::records::{ReceivedTokenRequest, header_pairs};
use crate::script::{Answer, deliver};

/// `POST /oauth2/token`.
pub(super) async fn token(State(provider): Shared, headers: HeaderMap, body: Bytes) -> Response {
    let fields = Parameters::parse(&body);
    provider.records.token_request(ReceivedTokenRequest {
        at: provider.clock.now(),
        headers: header_pairs(&headers),
        fields: fields.pairs().to_vec(),
    });
    let grant = match rules::redeem(&provider, &headers, &fields) {
        Ok(grant) => grant,
        Err(error) => return error.into_response(),
    };
    let script = rules::script(&provider, &grant);
    match rules::body(&provider, &script) {
        Ok(body) => deliver(script.answer, body).await,
        Err(cause) => error::server_error()
            .hint(cause.to_string())
            .into_response(),
    }
}

/// `GET /.well-known/jwks.json`.
pub(super) async fn jwks(State(provider): Shared) -> Response {
    provider.records.jwks_fetch();
    let mut answer = Answer::json();
    provider.jwks_edits.apply(&mut answer);
    let set = provider.keys.set().to_string();
    deliver(answer, set.into_bytes()).await
}

/// `GET /.well-known/openid-configuration`.
pub(super) async fn discovery(State(provider): Shared) -> Json<Value> {
    Json(discovery::document(&provider))
}
