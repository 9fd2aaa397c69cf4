//! The files of the interface, which lie in the binary. A name is looked up in a list, so no path leads anywhere else.

use crate::problem::Problem;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

/// A file that was there when the crate was built.
pub(crate) struct File {
    name: &'static str,
    kind: &'static str,
    digest: &'static str,
    bytes: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/ui.rs"));

/// What is shown where the interface was not built.
const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Marsad</title>\
    <p>The interface was not built into this binary. Run <code>make ui</code>, and build Marsad again. The routes under <code>/api</code> work.";

/// Whatever is no route: a file of the interface, or its first page, which finds its own way.
pub(crate) async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    if path == "api" || path.starts_with("api/") {
        return Problem::not_found().into_response();
    }
    if method != Method::GET && method != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    match FILES.iter().find(|file| file.name == path && path != "index.html") {
        Some(file) => answer(file, &headers),
        // A name with an ending is a file, and that file is not there.
        None if path.rsplit('/').next().is_some_and(|last| last.contains('.') && last != "index.html") => {
            Problem::not_found().into_response()
        }
        None => match FILES.iter().find(|file| file.name == "index.html") {
            Some(page) => ([(header::CONTENT_TYPE, page.kind), (header::CACHE_CONTROL, "no-store")], page.bytes).into_response(),
            None => ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], NOT_BUILT).into_response(),
        },
    }
}

fn answer(file: &'static File, headers: &HeaderMap) -> Response {
    let tag = format!("\"{}\"", file.digest);
    let is_held = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).is_some_and(|held| held.contains(&tag));
    let mut response =
        if is_held { StatusCode::NOT_MODIFIED.into_response() } else { ([(header::CONTENT_TYPE, file.kind)], file.bytes).into_response() };
    // Files under `assets/` carry a digest in their names: a changed one has another name.
    let keep = if file.name.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}
