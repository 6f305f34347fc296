//! The rooms of the fake server. Nobody acts in it: pages are only looked at.

use app::{
    api::Failure,
    backend::{
        Assets, Backend, ClioAnswer, Destination, Linking, OwnAccess, OwnAccount, SigningIn,
        StartRequest, WaitingRoom, desk,
    },
    wire::{
        Account, Activity, Confirmation, Connections, Notice, OpenSession, PasswordPage,
        PendingLink, ProfileField, SentCode, Viewer, Waiting, Welcome,
        desk::{
            AccountAct, AccountDossier, ActPage, BulkLine, BulkPage, Comparison, Duplicates,
            DuplicatesQuery, Frame, LinkDossier, MergeForm, UndoPage, UnlinkPage,
            dormancy::{Dormancy, Exempting},
            links::{LinksPage, Listing},
            queue::{Decision, Queue, QueueAct, Report},
            record::{RecordFilter, RecordPage},
        },
    },
};
use async_trait::async_trait;

use super::Fake;

#[async_trait]
impl desk::Links for Fake {
    async fn links(&self, _: Listing) -> Result<LinksPage, Failure> {
        self.answer(self.links.as_ref()).await
    }

    async fn keep_view(&self, _: String, _: String, _: bool) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn forget_view(&self, _: String) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }
}

#[async_trait]
impl desk::Dossiers for Fake {
    async fn account_dossier(
        &self,
        account: String,
        _: Option<String>,
    ) -> Result<Option<AccountDossier>, Failure> {
        let known = self.dossiers.account.as_ref();
        self.look_up(known.filter(|known| known.person.id == account))
            .await
    }

    async fn link_dossier(
        &self,
        link: String,
        _: Option<String>,
    ) -> Result<Option<LinkDossier>, Failure> {
        let known = self.dossiers.link.as_ref();
        self.look_up(known.filter(|known| known.link.id == link))
            .await
    }

    async fn act_page(&self, _: String, act: AccountAct) -> Result<Option<ActPage>, Failure> {
        let known = self.dossiers.act.as_ref();
        self.look_up(known.filter(|known| known.act == act)).await
    }

    async fn unlink_page(&self, _: String) -> Result<Option<UnlinkPage>, Failure> {
        self.look_up(self.dossiers.unlink.as_ref()).await
    }

    async fn undo_page(&self, _: String) -> Result<Option<UndoPage>, Failure> {
        self.look_up(self.dossiers.undo.as_ref()).await
    }

    async fn act_on_account(&self, _: desk::AccountOrder) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn unlink(&self, _: String, _: Option<String>) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn undo_at_desk(&self, _: String) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn review(&self, _: String, _: Option<String>) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn note_account(&self, _: String, _: String) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn note_link(&self, _: String, _: String) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }
}

#[async_trait]
impl desk::Record for Fake {
    async fn record(
        &self,
        filter: RecordFilter,
        _: Option<String>,
        _: Option<String>,
    ) -> Result<RecordPage, Failure> {
        let page = self.answer(self.record.as_ref()).await?;
        Ok(RecordPage { filter, ..page })
    }
}

#[async_trait]
impl desk::Unused for Fake {
    async fn dormancy(&self, _: desk::DormancyView) -> Result<Dormancy, Failure> {
        self.answer(self.dormancy.as_ref()).await
    }

    async fn change_dormancy(&self, _: desk::DormancyOrder) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn undo_dormancy(&self, _: i32) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn exempting(&self, _: Option<String>, _: Option<String>) -> Result<Exempting, Failure> {
        self.answer(self.exempting.as_ref()).await
    }

    async fn exempt(
        &self,
        _: String,
        _: String,
        _: Option<String>,
    ) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn end_exemption(&self, _: String, _: String) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }
}

#[async_trait]
impl desk::Queue for Fake {
    async fn queue(
        &self,
        _: Option<String>,
        _: Option<String>,
        _: Option<String>,
    ) -> Result<Queue, Failure> {
        self.answer(self.queue.as_ref()).await
    }

    async fn decision(&self, act: QueueAct, _: Vec<String>) -> Result<Option<Decision>, Failure> {
        let known = self.decision.as_ref();
        self.look_up(known.filter(|decision| decision.act == act))
            .await
    }

    async fn decide(
        &self,
        _: QueueAct,
        _: &str,
        _: Option<String>,
    ) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn decided(&self, batch: String) -> Result<Option<Report>, Failure> {
        let known = self.report.as_ref();
        self.look_up(known.filter(|_| batch != "unknown")).await
    }
}

#[async_trait]
impl desk::Merging for Fake {
    async fn duplicates(&self, query: DuplicatesQuery) -> Result<Duplicates, Failure> {
        let known = self.duplicates.as_ref().filter(|_| {
            self.asked_for_duplicates
                .as_ref()
                .is_none_or(|expected| *expected == query)
        });
        self.answer(known).await
    }

    async fn comparison(&self, a: String, b: String) -> Result<Option<Comparison>, Failure> {
        let known = self.comparison.as_ref();
        self.look_up(known.filter(|known| known.a.id == a && known.b.id == b))
            .await
    }

    async fn merge_accounts(&self, _: MergeForm) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn undo_merge(&self, _: String) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn set_pair_aside(&self, _: String, _: String, _: bool) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }
}

#[async_trait]
impl desk::Bulk for Fake {
    async fn bulks(&self) -> Result<Vec<BulkLine>, Failure> {
        self.answer(self.bulks.as_ref()).await
    }

    async fn bulk(&self, id: String, _: Option<String>) -> Result<Option<BulkPage>, Failure> {
        let known = self.bulk.as_ref();
        self.look_up(known.filter(|known| known.act.id == id)).await
    }

    async fn prepare_bulk(
        &self,
        _: String,
        _: Vec<String>,
        _: bool,
        _: String,
    ) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn confirm_bulk(&self, _: String, _: String, _: String) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn cancel_bulk(&self, _: String) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn undo_bulk(&self, _: String) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }
}

#[async_trait]
impl desk::Desk for Fake {
    async fn frame(&self) -> Result<Frame, Failure> {
        self.answer(self.frame.as_ref()).await
    }
}

impl Backend for Fake {
    fn firm_name(&self) -> &'static str {
        "Harbour & Lane"
    }

    fn public_url(&self) -> &'static str {
        "https://vestibule.example"
    }

    fn viewer(&self) -> Option<Viewer> {
        self.viewer.clone()
    }

    fn assets(&self) -> Assets {
        Assets {
            style: "/assets/style.0123.css",
            desk_style: "/assets/desk.0123.css",
            script: (!self.without_bundle).then_some("/assets/vestibule.0123.js"),
            wasm: (!self.without_bundle).then_some("/assets/vestibule.0123.wasm"),
        }
    }
}

#[async_trait]
impl SigningIn for Fake {
    async fn begin_sign_in(&self, _: StartRequest) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn complete_sign_in(&self, _: ClioAnswer) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn sign_out(&self) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn sign_in_by_password(
        &self,
        _: String,
        _: String,
        _: Option<String>,
    ) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn send_sign_in_code(
        &self,
        _: String,
        _: Option<String>,
    ) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn sent_sign_in_code(&self) -> Result<Option<SentCode>, Failure> {
        self.look_up(self.sent_code.as_ref()).await
    }

    async fn sign_in_by_code(
        &self,
        _: String,
        _: String,
        _: Option<String>,
    ) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn notice(&self, token: String) -> Result<Option<Notice>, Failure> {
        let known = self.notice.as_ref().filter(|_| token != "unknown");
        self.look_up(known).await
    }

    async fn not_me(&self, _: String) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }
}

#[async_trait]
impl Linking for Fake {
    async fn pending_link(&self) -> Result<Option<PendingLink>, Failure> {
        self.look_up(self.link.as_ref()).await
    }

    async fn prove_by_password(&self, _: String) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn send_link_code(&self) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn prove_by_code(&self, _: String) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn ask_administrator(&self, _: String) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn confirm_link(&self, _: Option<String>) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn keep_separate(&self) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn cancel_link(&self) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }
}

#[async_trait]
impl WaitingRoom for Fake {
    async fn waiting(&self) -> Result<Option<Waiting>, Failure> {
        self.look_up(self.waiting.as_ref()).await
    }

    async fn send_admission_code(&self) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn admit_by_code(&self, _: String) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }
}

#[async_trait]
impl OwnAccount for Fake {
    async fn welcome(&self) -> Result<Welcome, Failure> {
        self.answer(self.welcome.as_ref()).await
    }

    async fn finish_welcome(&self, _: String, _: String) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn account(&self) -> Result<Account, Failure> {
        self.answer(self.account.as_ref()).await
    }

    async fn settle_suggestion(&self, _: ProfileField, _: bool) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn activity(&self, before: Option<String>) -> Result<Activity, Failure> {
        let known = self
            .activity
            .as_ref()
            .filter(|activity| activity.is_later_page == before.is_some());
        self.answer(known).await
    }

    async fn undo(&self, _: String) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }
}

#[async_trait]
impl OwnAccess for Fake {
    async fn connections(&self) -> Result<Connections, Failure> {
        self.answer(self.connections.as_ref()).await
    }

    async fn connect(&self) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn disconnect(&self, _: String) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn sessions(&self) -> Result<Vec<OpenSession>, Failure> {
        self.answer(self.sessions.as_ref()).await
    }

    async fn end_sessions(&self, _: String) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn password_page(&self) -> Result<PasswordPage, Failure> {
        self.answer(self.password.as_ref()).await
    }

    async fn set_password(&self, _: String, _: String) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn confirmation(&self, _: Option<String>) -> Result<Confirmation, Failure> {
        self.answer(self.confirmation.as_ref()).await
    }

    async fn confirm_by_password(
        &self,
        _: String,
        _: Option<String>,
    ) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn send_confirmation_code(&self, _: Option<String>) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }

    async fn confirm_by_code(&self, _: String, _: Option<String>) -> Result<Destination, Failure> {
        Err(Failure::Unavailable)
    }
}
