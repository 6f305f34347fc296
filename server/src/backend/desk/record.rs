//! What happened, from the audit.

use app::backend::desk::Record;
use async_trait::async_trait;

use crate::backend::RequestBackend;

#[async_trait]
impl Record for RequestBackend {}
