//! The discovery document (OpenID Connect Discovery §3). Hydra has one; Clio's texts don't mention it.

use serde_json::{Value, json};

use crate::provider::Provider;

pub(crate) fn document(provider: &Provider) -> Value {
    let issuer = &provider.issuer;
    json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}oauth2/auth"),
        "token_endpoint": format!("{issuer}oauth2/token"),
        "jwks_uri": format!("{issuer}.well-known/jwks.json"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "scopes_supported": ["openid"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
        "claims_supported": ["sub", "sid", "email", "first_name", "last_name"],
    })
}
