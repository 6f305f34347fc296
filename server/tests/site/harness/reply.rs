//! What came back to a browser.

use http::{HeaderMap, StatusCode, header};

/// An answer, read to its end.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: String,
}

impl Reply {
    /// A header as text; empty when there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// Where the answer sends the browser; empty when it sends it nowhere.
    pub fn location(&self) -> &str {
        self.header("location")
    }

    /// What is read of a page, without the marks between pieces of text and the places where a line may be
    /// broken.
    pub fn read(&self) -> String {
        self.body.replace("<!>", "").replace("<wbr>", "")
    }

    /// Fails unless the answer is 303 to that place.
    #[track_caller]
    pub fn leads_to(&self, place: &str) {
        assert_eq!(
            (self.status, self.location()),
            (StatusCode::SEE_OTHER, place),
            "{self:?}"
        );
    }

    /// The `Set-Cookie` line for a cookie.
    pub fn set_cookie(&self, name: &str) -> Option<&str> {
        let lines = self.headers.get_all(header::SET_COOKIE).iter();
        lines
            .filter_map(|line| line.to_str().ok())
            .find(|line| line.split('=').next() == Some(name))
    }
}

/// Where two answers lead, whichever of the two came first.
pub fn sorted_landings(replies: [Reply; 2]) -> [String; 2] {
    let mut landings = replies.map(|reply| reply.location().to_owned());
    landings.sort();
    landings
}
