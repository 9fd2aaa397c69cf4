//! The words of ours that stand in cells for names which programs know.

use record::{Text, text};

/// A name that programs know with its words; a name that is none of ours is data.
///
/// Files hold the name as it is, whatever language people read.
pub(crate) fn word(name: &str) -> Text {
    post_or_tie(name).or_else(|| status(name)).or_else(|| reject(name)).map_or_else(|| Text::data(name), |words| Text::code(name, words))
}

fn post_or_tie(name: &str) -> Option<Text> {
    Some(match name {
        "original" => text!("original"),
        "repost" => text!("repost"),
        "reply" => text!("reply"),
        "quote" => text!("quote"),
        "follow" => text!("follow"),
        "mention" => text!("mention"),
        _ => return None,
    })
}

fn status(name: &str) -> Option<Text> {
    Some(match name {
        "active" => text!("active"),
        "suspended" => text!("suspended"),
        "deleted" => text!("deleted"),
        "protected" => text!("protected"),
        "renamed" => text!("renamed"),
        "withheld" => text!("withheld in a country"),
        "unavailable" => text!("unavailable"),
        _ => return None,
    })
}

/// Reasons of rejects, and kinds of records without a table.
fn reject(name: &str) -> Option<Text> {
    Some(match name {
        "not_json" => text!("not JSON"),
        "not_text" => text!("not text"),
        "too_long" => text!("too long"),
        "truncated" => text!("cut off"),
        "wrong_field_count" => text!("wrong number of fields"),
        "missing_field" => text!("a field is missing"),
        "bad_time" => text!("no valid time"),
        "bad_number" => text!("no valid number"),
        "bad_status" => text!("no known status"),
        "unknown_shape" => text!("of no known shape"),
        "platform_error" => text!("an error message of the platform"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::{EdgeKind, PostKind, Reason, Said, Status};

    const REASONS: [Reason; 11] = [
        Reason::NotJson,
        Reason::NotText,
        Reason::TooLong,
        Reason::Truncated,
        Reason::WrongFieldCount,
        Reason::MissingField,
        Reason::BadTime,
        Reason::BadNumber,
        Reason::BadStatus,
        Reason::UnknownShape,
        Reason::PlatformError,
    ];

    #[test]
    fn every_name_has_words() {
        let posts = [PostKind::Original, PostKind::Repost, PostKind::Reply, PostKind::Quote].map(PostKind::name);
        let ties = [EdgeKind::Follow, EdgeKind::Repost, EdgeKind::Reply, EdgeKind::Mention, EdgeKind::Quote].map(EdgeKind::name);
        let names = posts.into_iter().chain(ties).chain(Status::ALL.iter().map(|own| own.name())).chain(REASONS.map(Reason::name));
        for name in names {
            let text = word(name);
            assert!(matches!(text.made_of(), Said::Code(_)), "{name}");
            assert_eq!(text, name);
        }
        assert!(matches!(word("some other thing").made_of(), Said::Data));
    }
}
