//! Clio Manage, as the fake server knows it.

use app::{
    api::Failure,
    backend::{ConnectingManage, Destination, ManageAnswer, ManageStart},
    wire::OwnManage,
};
use async_trait::async_trait;

use super::Fake;

#[async_trait]
impl ConnectingManage for Fake {
    async fn own_manage(&self) -> Result<Option<OwnManage>, Failure> {
        self.look_up(self.manage.as_ref()).await
    }

    fn has_manage(&self) -> bool {
        self.manage.is_some()
    }

    async fn begin_manage(&self, _: ManageStart) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn complete_manage(&self, _: ManageAnswer) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn disconnect_manage(&self, _: String) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn ask_to_be_admitted(&self) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }
}
