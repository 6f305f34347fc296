//! Where a request is: in the region that its address names.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Path};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use time::OffsetDateTime;

use super::answers::Honest;
use super::region::{Branch, Endpoint, ReceivedManageRequest};
use crate::pages::problem;
use crate::protocol::parameters::Parameters;
use crate::provider::Provider;
use crate::records::header_pairs;
use crate::script::{Answer, deliver};

/// The region of a request. An address that names none isn't found.
pub(super) struct Here {
    pub(super) provider: Arc<Provider>,
    pub(super) branch: Arc<Branch>,
}

impl FromRequestParts<Arc<Provider>> for Here {
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut Parts,
        provider: &Arc<Provider>,
    ) -> Result<Self, Response> {
        let word = Path::<String>::from_request_parts(parts, provider).await;
        let branch = word.ok().and_then(|word| provider.manage.by_word(&word));
        let branch = branch.ok_or_else(|| problem::not_found().into_response())?;
        Ok(Self {
            provider: Arc::clone(provider),
            branch: Arc::clone(branch),
        })
    }
}

impl Here {
    /// Answers a program, as the scripts bend it: they replace an answer, or bend status, headers
    /// and how the honest one is sent.
    pub(super) async fn answer(
        &self,
        endpoint: Endpoint,
        headers: &HeaderMap,
        parameters: &Parameters,
        honest: impl FnOnce(&Branch, OffsetDateTime) -> Honest,
    ) -> Response {
        let now = self.provider.clock.now();
        self.branch.received(
            endpoint,
            ReceivedManageRequest {
                at: now,
                headers: header_pairs(headers),
                parameters: parameters.pairs().to_vec(),
            },
        );
        let mut scripted = Answer::json();
        if let Some(edits) = self.branch.edits(endpoint) {
            edits.apply(&mut scripted);
        }
        // Whoever is answered something else entirely was refused before anything was done.
        if scripted.body.is_some() {
            return deliver(scripted, Vec::new()).await;
        }
        let Honest { mut answer, body } = honest(&self.branch, now);
        let plain = Answer::json();
        if scripted.status != plain.status {
            answer.status = scripted.status;
        }
        let own = scripted.headers.into_iter();
        for (name, value) in own.filter(|header| !plain.headers.contains(header)) {
            answer.set_header(&name, value);
        }
        (answer.delay, answer.padding, answer.manner) =
            (scripted.delay, scripted.padding, scripted.manner);
        deliver(answer, body).await
    }
}
