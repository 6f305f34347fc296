//! Invitations, one or many.

use app::backend::desk::Inviting;
use async_trait::async_trait;

use crate::backend::RequestBackend;

#[async_trait]
impl Inviting for RequestBackend {}
