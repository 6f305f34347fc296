//! What waits for a decision.

use app::backend::desk::Queue;
use async_trait::async_trait;

use crate::backend::RequestBackend;

#[async_trait]
impl Queue for RequestBackend {}
