//! The list of links.

use app::backend::desk::Links;
use async_trait::async_trait;

use crate::backend::RequestBackend;

#[async_trait]
impl Links for RequestBackend {}
