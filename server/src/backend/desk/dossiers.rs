//! One link, one account, and what can be done about either.

use app::backend::desk::Dossiers;
use async_trait::async_trait;

use crate::backend::RequestBackend;

#[async_trait]
impl Dossiers for RequestBackend {}
