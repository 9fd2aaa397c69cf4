//! What a page carries about itself: a statement of where its figures come from, and a signature over the statement.
//!
//! Both are data blocks at the end of the page. The statement holds a hash of the page without them, so the page is made first and the blocks are
//! put into it afterwards; taking them out again gives the page that was hashed, byte for byte.

use crate::safe::data_block;

const STATEMENT: &str = "<script type=\"application/json\" id=\"statement\">";
const SIGNATURE: &str = "<script type=\"application/json\" id=\"signature\">";
const FINDING: &str = "<script type=\"application/json\" id=\"finding-";
const END: &str = "</script>\n";
/// Where the blocks stand: nothing of a page comes after it that is not the same in every page.
const PLACE: &str = "</body>";

/// A page taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carried {
    /// The page without statement and signature.
    pub page: String,
    /// The statement, as it was signed; none where the page carries none.
    pub statement: Option<String>,
    /// The signature block; none where the page is not signed.
    pub signature: Option<String>,
}

/// JSON as it stands in a page, and as it is signed: the same value, with nothing in it that could end its element.
#[must_use]
pub fn as_block(json: &str) -> String {
    data_block(json)
}

/// Puts a statement, and a signature over it, into a page of [`crate::html_in`]. Both are [`as_block`]. O(page).
#[must_use]
pub fn carry(page: &str, statement: &str, signature: Option<&str>) -> String {
    let at = page.rfind(PLACE).unwrap_or(page.len());
    let (before, after) = page.split_at(at);
    let signature = signature.map(|signature| format!("{SIGNATURE}{signature}{END}")).unwrap_or_default();
    format!("{before}{STATEMENT}{statement}{END}{signature}{after}")
}

/// Takes a page apart again. What is no page of ours comes back whole, without a statement. O(page).
#[must_use]
pub fn carried(page: &str) -> Carried {
    let (page, signature) = without(page, SIGNATURE);
    let (page, statement) = without(&page, STATEMENT);
    Carried { page, statement, signature }
}

/// The findings that stand in a page as data, as JSON, in their order. O(page).
#[must_use]
pub fn findings(page: &str) -> Vec<&str> {
    let starts = page.match_indices(FINDING).map(|(at, _)| at);
    starts
        .filter_map(|at| {
            let data = page.get(at..)?;
            let from = data.find('>')? + 1;
            let to = data.find("</script>")?;
            data.get(from..to)
        })
        .collect()
}

fn without(page: &str, start: &str) -> (String, Option<String>) {
    // The last one: data before it is escaped and cannot hold such an element, but a page that was tampered with can.
    let found = page.rfind(start).and_then(|at| {
        let inside = at + start.len();
        let length = page.get(inside..)?.find(END)?;
        Some((at, inside, inside + length))
    });
    match found {
        Some((at, from, to)) => (format!("{}{}", &page[..at], &page[to + END.len()..]), Some(page[from..to].to_owned())),
        None => (page.to_owned(), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<!doctype html>\n<body>\n<script type=\"application/json\" id=\"finding-a\">{\"id\":\"a\"}</script>\n<script>x</script>\n</body>\n</html>\n";

    #[test]
    fn what_is_put_in_comes_out_and_leaves_the_page_as_it_was() {
        let statement = as_block(r#"{"study":"</script></body>"}"#);
        for signature in [None, Some(r#"{"signature":"00"}"#)] {
            let whole = carry(PAGE, &statement, signature);
            let apart = carried(&whole);
            assert_eq!(apart.page, PAGE);
            assert_eq!(apart.statement.as_deref(), Some(statement.as_str()));
            assert_eq!(apart.signature.as_deref(), signature);
        }
    }

    #[test]
    fn a_page_without_a_statement_is_itself() {
        for page in [PAGE, "", "plain", STATEMENT, "<script type=\"application/json\" id=\"statement\">{} and no end"] {
            assert_eq!(carried(page), Carried { page: page.to_owned(), statement: None, signature: None });
        }
    }

    #[test]
    fn findings_are_read_from_their_blocks() {
        assert_eq!(findings(PAGE), [r#"{"id":"a"}"#]);
        assert!(findings("<script type=\"application/json\" id=\"finding-").is_empty());
    }
}
