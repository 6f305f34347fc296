//! A minimal SMTP receiver (RFC 5321) for the mails that the product sends.

pub(crate) mod mailbox;
mod message;
mod session;

use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::provider::Provider;

/// Takes mail until dropped.
pub(crate) async fn serve(listener: TcpListener, provider: Arc<Provider>) {
    let mut sessions = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let provider = Arc::clone(&provider);
                    sessions.spawn(async move {
                        // A session that breaks off is over: there is nobody to tell.
                        let _ = session::run(stream, &provider).await;
                    });
                }
                // Out of file descriptors, most likely: a pause lets some sessions end.
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            },
            Some(_) = sessions.join_next() => {}
        }
    }
}
