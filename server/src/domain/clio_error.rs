//! What an error that Clio sends back means for the person (Clio's guide, "Handling errors").

/// The kinds of error that people are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClioError {
    /// `access_denied`: the person chose Deny.
    Declined,
    /// `invalid_credentials` of a firm login: it can't use single sign-on yet.
    NotReady,
    /// `invalid_credentials` of a login of the client portal.
    ClientPortal,
    /// `temporarily_unavailable`: Clio says it is away.
    Unavailable,
    /// Any other error.
    Other,
}

impl ClioError {
    /// Classifies the error parameters of the redirect URI.
    ///
    /// Clio's hint is a JSON text such as `{"email":"…","clio_connect":true}`; newer versions of the
    /// software behind it append the hint to the description instead. Only the flag is looked for,
    /// and neither text is shown or kept.
    pub fn classify(error: &str, description: Option<&str>, hint: Option<&str>) -> Self {
        match error {
            "access_denied" => Self::Declined,
            "invalid_credentials" => {
                if [hint, description]
                    .into_iter()
                    .flatten()
                    .any(says_client_portal)
                {
                    Self::ClientPortal
                } else {
                    Self::NotReady
                }
            }
            "temporarily_unavailable" => Self::Unavailable,
            _ => Self::Other,
        }
    }

    /// The word for the audit.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Declined => "clio.access_denied",
            Self::NotReady => "clio.invalid_credentials",
            Self::ClientPortal => "clio.client_portal",
            Self::Unavailable => "clio.temporarily_unavailable",
            Self::Other => "clio.error",
        }
    }
}

/// Whether a text holds the member `clio_connect` with the value true, whatever its spacing and
/// however often its quotes are escaped.
fn says_client_portal(text: &str) -> bool {
    let plain: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '\\' && *c != '"')
        .collect();
    plain.contains("clio_connect:true")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_error_is_told_apart() {
        let classify = ClioError::classify;
        assert_eq!(classify("access_denied", None, None), ClioError::Declined);
        assert_eq!(
            classify("temporarily_unavailable", None, None),
            ClioError::Unavailable
        );
        assert_eq!(classify("server_error", None, None), ClioError::Other);
        assert_eq!(classify("", None, None), ClioError::Other);
    }

    #[test]
    fn invalid_credentials_depend_on_the_hint_wherever_it_stands() {
        let portal = r#"{"email":"a@b.test","clio_connect": true}"#;
        let firm = r#"{"email":"a@b.test","clio_connect":false}"#;
        let escaped = r#""{\"email\":\"a@b.test\",\"clio_connect\":true}""#;
        let classify =
            |description, hint| ClioError::classify("invalid_credentials", description, hint);
        assert_eq!(classify(None, Some(portal)), ClioError::ClientPortal);
        assert_eq!(classify(None, Some(escaped)), ClioError::ClientPortal);
        assert_eq!(classify(Some(portal), None), ClioError::ClientPortal);
        assert_eq!(classify(None, Some(firm)), ClioError::NotReady);
        assert_eq!(
            classify(Some("Your email/password is invalid."), None),
            ClioError::NotReady
        );
        assert_eq!(classify(None, Some("not json")), ClioError::NotReady);
    }
}
