//! The composition root: services from settings, the router from services, and serving it.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use app::ErrorPage;
use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, DefaultBodyLimit, Request},
    middleware,
    response::{IntoResponse, Response},
    routing::{MethodFilter, get, on, post},
};
use http::{Method, StatusCode};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::{net::TcpListener, sync::Notify};
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;

use crate::{
    backend::desk::links::read_filter,
    clio::{Provider, SetupError, manage::Manage},
    clock::SharedClock,
    config::Config,
    db::pool::Pool,
    http::{
        api, assets, desk, health, manage, pages,
        shield::{Shield, guard, shield},
    },
    service::{
        Services,
        desk::links::KeptSample,
        passwords::{HashingFailed, PasswordHasher},
    },
    vault::Vault,
};

/// How long a connection may take to send a request's head, and lie idle before it.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a connection may live: one that never reads what it asked for gives its place back.
const CONNECTION_LIFETIME: Duration = Duration::from_mins(10);
/// How long requests under way may take after a stop was asked for.
const DRAIN: Duration = Duration::from_secs(8);
/// How many connections are served at once; more wait to be accepted.
const MAX_CONNECTIONS: usize = 4096;

/// Why the server can't be put together.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The URL of the database.
    #[error("DATABASE_URL can't be used")]
    Database(#[source] sqlx::Error),
    /// Clio.
    #[error(transparent)]
    Clio(#[from] SetupError),
    /// Passwords.
    #[error(transparent)]
    Passwords(#[from] HashingFailed),
}

/// Puts the services together; connects to nothing yet.
///
/// # Errors
/// [`StartError`] when a setting can't be used.
pub fn services(config: Arc<Config>, clock: SharedClock) -> Result<Arc<Services>, StartError> {
    let pool = Pool::open(&config.database).map_err(StartError::Database)?;
    services_over(pool, config, clock)
}

/// Puts the services together over a pool.
///
/// # Errors
/// [`StartError`] when a setting can't be used.
pub fn services_over(
    pool: Pool,
    config: Arc<Config>,
    clock: SharedClock,
) -> Result<Arc<Services>, StartError> {
    let clio = Provider::new(&config.clio, &config.web.public_url, Arc::clone(&clock))?;
    let manage = Manage::new(
        &config.manage,
        &config.clio,
        &config.web.public_url,
        Arc::clone(&clock),
    )?;
    let vault = Vault::new(&config.master_key, &config.previous_keys);
    Ok(Arc::new(Services {
        pool,
        clock,
        read_filter,
        config,
        clio,
        manage,
        vault,
        passwords: PasswordHasher::new()?,
        links_sample: KeptSample::default(),
        audit_wake: Notify::new(),
        mail_wake: Notify::new(),
        import_wake: Notify::new(),
        bulk_wake: Notify::new(),
        manage_wake: Notify::new(),
    }))
}

/// The whole site.
pub fn router(services: Arc<Services>) -> Router {
    let config = Arc::clone(&services.config);
    let mut router = Router::new()
        .route("/healthz", get(health::alive))
        .route(
            "/readyz",
            get(health::ready).with_state(Arc::clone(&services)),
        )
        .route("/assets/{file}", get(assets::serve))
        .route("/api/v1/session", get(api::session))
        .route("/auth/verify", get(api::verify))
        .merge(desk::downloads(&services));
    // Without Clio Manage there is nothing of it.
    if services.manage.regions().len() > 0 {
        router = router.route(
            manage::DEAUTHORIZED,
            post(manage::deauthorized).with_state(Arc::clone(&services)),
        );
    }
    for (path, method) in leptos::server_fn::axum::server_fn_paths() {
        if let Ok(filter) = MethodFilter::try_from(method) {
            let mut methods = on(filter, server_function);
            // A page that posts its form to its own address.
            if app::PAGES_WITH_THEIR_FORM.contains(&path) {
                methods = methods.get(page);
            }
            router = router.route(path, methods);
        }
    }
    let outer = Arc::new(Shield::new(services));
    router
        .fallback(page)
        // The guard has read the body by then, within the bounds of its form.
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn_with_state(Arc::clone(&outer), guard))
        .layer(CatchPanicLayer::custom(move |_panic| {
            tracing::error!("a request panicked");
            pages::problem(&config, &browser(), ErrorPage::Internal)
        }))
        .layer(middleware::from_fn_with_state(outer, shield))
}

/// The headers of whoever asked are gone when a panic is caught; a page fits most.
fn browser() -> http::HeaderMap {
    let mut headers = http::HeaderMap::new();
    headers.insert(
        http::header::ACCEPT,
        http::HeaderValue::from_static("text/html"),
    );
    headers
}

async fn server_function(request: Request) -> Response {
    leptos_axum::handle_server_fns_with_context(|| {}, request)
        .await
        .into_response()
}

async fn page(request: Request) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        app::page(request).await
    } else {
        StatusCode::METHOD_NOT_ALLOWED.into_response()
    }
}

/// Serves until `stop`, then lets requests under way finish, within ten seconds.
///
/// # Errors
/// When the listener fails for good.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    stop: CancellationToken,
) -> std::io::Result<()> {
    let graceful = GracefulShutdown::new();
    let room = Arc::new(tokio::sync::Semaphore::new(MAX_CONNECTIONS));
    loop {
        let place = tokio::select! {
            () = stop.cancelled() => break,
            place = Arc::clone(&room).acquire_owned() => match place {
                Ok(place) => place,
                Err(_) => break,
            },
        };
        let (stream, peer) = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                // Out of descriptors, or the connection is gone already: a pause, and on.
                Err(error) => {
                    tracing::warn!(reason = %error, "a connection can't be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
        };
        let _ = stream.set_nodelay(true);
        let service = TowerToHyperService::new(with_peer(router.clone(), peer));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIMEOUT)
            .max_buf_size(64 * 1024)
            .serve_connection(TokioIo::new(stream), service);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            let _place = place;
            // A client that goes away in the middle is no event.
            let _ = tokio::time::timeout(CONNECTION_LIFETIME, connection).await;
        });
    }
    drop(listener);
    if tokio::time::timeout(DRAIN, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("requests were still under way when the time to stop was over");
    }
    Ok(())
}

/// The router for one connection, which knows its peer.
fn with_peer(
    router: Router,
    peer: SocketAddr,
) -> impl tower::Service<
    http::Request<hyper::body::Incoming>,
    Response = Response,
    Error = std::convert::Infallible,
    Future: Send,
> + Clone {
    tower::service_fn(move |request: http::Request<hyper::body::Incoming>| {
        let mut router = router.clone();
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        async move { tower::Service::call(&mut router, request).await }
    })
}
