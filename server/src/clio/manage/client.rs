//! The client: one method for each question.

use http::{
    HeaderName, HeaderValue, Method, StatusCode,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE},
};
use openidconnect::{HttpRequest, HttpResponse};
use serde_json::{Map, Value};

use super::{
    ManageError,
    answers::{self, Tokens, USER_FIELDS, UsersPage},
    budget::Budgets,
};
use crate::{
    clio::{SetupError, http::Client, json},
    clock::SharedClock,
    config::{Clio, ManageRegion, PublicUrl},
    domain::manage::{
        membership::ClioUser,
        region::{FirmKey, Region},
    },
    secrets::Secret,
};

/// How many users are asked for at once: as many as Clio gives.
const PAGE: u32 = 200;
const API_VERSION: HeaderName = HeaderName::from_static("x-api-version");
const FORM: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Clio Manage, in the regions of the settings.
pub struct Manage {
    regions: Vec<ManageRegion>,
    api_version: Option<HeaderValue>,
    redirect_uri: String,
    http: Client,
    budgets: Budgets,
    clock: SharedClock,
}

impl Manage {
    /// Sets the client up, apart from Clio Identity's: when one of the two hangs, the other goes on.
    ///
    /// # Errors
    /// [`SetupError`] when the settings can't be used.
    pub fn new(
        settings: &crate::config::Manage,
        identity: &Clio,
        public_url: &PublicUrl,
        clock: SharedClock,
    ) -> Result<Self, SetupError> {
        let version = settings.api_version.as_deref();
        Ok(Self {
            regions: settings.regions.clone(),
            // The settings have checked its form.
            api_version: version.and_then(|version| HeaderValue::from_str(version).ok()),
            redirect_uri: public_url.manage_redirect_uri(),
            http: Client::new(identity)?,
            budgets: Budgets::default(),
            clock,
        })
    }

    /// The regions, in the order of the settings; none when the product has nothing to do with Clio
    /// Manage.
    pub fn regions(&self) -> impl ExactSizeIterator<Item = Region> {
        self.regions.iter().map(|region| region.region)
    }

    /// The region whose application has this key.
    pub fn region_of(&self, app_key: &str) -> Option<Region> {
        let found = self.regions.iter().find(|region| region.app_key == app_key);
        found.map(|region| region.region)
    }

    /// Where a person approves that we ask Clio Manage about them. Whoever declines comes back too
    /// (`redirect_on_decline`).
    pub fn authorize(&self, region: Region, state: &str) -> Option<String> {
        let settings = self.settings(region).ok()?;
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("response_type", "code")
            .append_pair("client_id", &settings.app_key)
            .append_pair("redirect_uri", &self.redirect_uri)
            .append_pair("state", state)
            .append_pair("redirect_on_decline", "true")
            .finish();
        Some(format!("{}/oauth/authorize?{query}", settings.base_url))
    }

    /// Where Clio's "Add to Clio" ends, once the authorization is done.
    pub fn added_url(&self, region: Region) -> Option<String> {
        let settings = self.settings(region).ok()?;
        Some(format!("{}/app_integrations_callback", settings.base_url))
    }

    /// Turns a code into tokens. Never to be repeated: a code is good for one.
    pub async fn exchange(&self, region: Region, code: &str) -> Result<Tokens, ManageError> {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.redirect_uri),
        ];
        self.tokens(region, &form).await
    }

    /// Turns a refresh token into a new access token. Refresh tokens don't end and don't change, so it
    /// may be repeated; the access token before it may be over afterwards.
    pub async fn refresh(&self, region: Region, refresh: &Secret) -> Result<Tokens, ManageError> {
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh.expose()),
        ];
        self.tokens(region, &form).await
    }

    async fn tokens(&self, region: Region, form: &[(&str, &str)]) -> Result<Tokens, ManageError> {
        let settings = self.settings(region)?;
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .append_pair("client_id", &settings.app_key)
            .append_pair("client_secret", settings.app_secret.expose())
            .finish();
        let mut request = request(Method::POST, &format!("{}/oauth/token", settings.base_url))?;
        *request.body_mut() = body.into_bytes();
        request.headers_mut().insert(CONTENT_TYPE, FORM);
        let response = self.http.send(request).await?;
        let answer = json::parse_object(response.body());
        let error = answer.as_ref().and_then(|answer| answer.get("error"));
        match (response.status(), error.and_then(Value::as_str)) {
            (_, Some("invalid_client")) => Err(ManageError::InvalidClient),
            (_, Some("invalid_grant")) => Err(ManageError::InvalidGrant),
            (StatusCode::TOO_MANY_REQUESTS, _) => Err(ManageError::RateLimited {
                until: self.clock.now() + time::Duration::MINUTE,
            }),
            (status, _) if status.is_server_error() => Err(ManageError::Failed),
            (StatusCode::OK, None) => Tokens::read(&answer.ok_or(ManageError::Unusable)?),
            _ => Err(ManageError::Unusable),
        }
    }

    /// Revokes an access token. One that is over already is as good as revoked.
    pub async fn deauthorize(&self, region: Region, access: &Secret) -> Result<(), ManageError> {
        let settings = self.settings(region)?;
        let address = format!("{}/oauth/deauthorize", settings.base_url);
        let request = self.with_token(request(Method::POST, &address)?, access)?;
        let response = self.http.send(request).await?;
        match self.judge(&response, access) {
            Ok(()) | Err(ManageError::Unauthorized) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Whose token this is.
    pub async fn who_am_i(&self, region: Region, access: &Secret) -> Result<ClioUser, ManageError> {
        let address = format!("{}/api/v4/users/who_am_i", self.settings(region)?.base_url);
        let query = format!("fields={USER_FIELDS},time_zone,account{{id,name}}");
        let answer = self.ask(&address, &query, access).await?;
        answers::who_am_i(&answer, region)
    }

    /// A page of a firm's users: the first one, or the one that the page before named.
    pub async fn users(
        &self,
        firm: FirmKey,
        firm_name: &str,
        access: &Secret,
        page: Option<&str>,
    ) -> Result<UsersPage, ManageError> {
        let address = format!("{}/api/v4/users.json", self.settings(firm.region)?.base_url);
        let first = format!("fields={USER_FIELDS}&limit={PAGE}&order=id(asc)");
        let answer = self.ask(&address, page.unwrap_or(&first), access).await?;
        answers::users(&answer, firm, firm_name, &address)
    }

    /// Puts a question to the API.
    async fn ask(
        &self,
        address: &str,
        query: &str,
        access: &Secret,
    ) -> Result<Map<String, Value>, ManageError> {
        if let Some(until) = self.budgets.rests_until(access, self.clock.now()) {
            return Err(ManageError::RateLimited { until });
        }
        // Braces have no place in an address as they are (RFC 3986, section 2).
        let query = query.replace('{', "%7B").replace('}', "%7D");
        let request = request(Method::GET, &format!("{address}?{query}"))?;
        let response = self.http.send(self.with_token(request, access)?).await?;
        self.judge(&response, access)?;
        json::parse_object(response.body()).ok_or(ManageError::Unusable)
    }

    /// What the status says, and the headers of the budget.
    fn judge(&self, response: &HttpResponse, access: &Secret) -> Result<(), ManageError> {
        let now = self.clock.now();
        let (status, headers) = (response.status(), response.headers());
        if let Some(until) = self.budgets.learn(access, status, headers, now) {
            return Err(ManageError::RateLimited { until });
        }
        match status {
            status if status.is_success() => Ok(()),
            StatusCode::UNAUTHORIZED => Err(ManageError::Unauthorized),
            StatusCode::FORBIDDEN => Err(ManageError::Forbidden),
            StatusCode::GONE => Err(ManageError::VersionRetired),
            status if status.is_server_error() => Err(ManageError::Failed),
            _ => Err(ManageError::Unusable),
        }
    }

    fn with_token(
        &self,
        mut request: HttpRequest,
        access: &Secret,
    ) -> Result<HttpRequest, ManageError> {
        let bearer = HeaderValue::from_str(&format!("Bearer {}", access.expose()));
        let mut bearer = bearer.map_err(|_| ManageError::Unusable)?;
        bearer.set_sensitive(true);
        let headers = request.headers_mut();
        headers.insert(AUTHORIZATION, bearer);
        if let Some(version) = &self.api_version {
            headers.insert(API_VERSION, version.clone());
        }
        Ok(request)
    }

    fn settings(&self, region: Region) -> Result<&ManageRegion, ManageError> {
        let found = self
            .regions
            .iter()
            .find(|settings| settings.region == region);
        found.ok_or(ManageError::RegionOff)
    }
}

fn request(method: Method, address: &str) -> Result<HttpRequest, ManageError> {
    let request = http::Request::builder()
        .method(method)
        .uri(address)
        .header(ACCEPT, JSON);
    request.body(Vec::new()).map_err(|_| ManageError::Unusable)
}
