//! What posts point at: the most frequent hashtags, domains and links.

use super::Scope;
use super::accounts::Accounts;
use super::gather::Gathered;
use super::query;
use super::table::{Body, denominator, ratio, share_cells, share_columns, wilson};
use crate::Error;
use record::{Chart, Column, Finding, Kind, ObjectKind, Table, Text, Value, text};
use std::collections::BTreeSet;

/// Sites whose links and subdomains name the account that posted there. Their links stay inside the study.
const SOCIAL: [&str; 24] = [
    "bsky.app",
    "facebook.com",
    "fb.com",
    "fb.me",
    "gab.com",
    "instagram.com",
    "linkedin.com",
    "medium.com",
    "mobile.twitter.com",
    "ok.ru",
    "rumble.com",
    "snapchat.com",
    "soundcloud.com",
    "substack.com",
    "t.me",
    "telegram.me",
    "threads.net",
    "tiktok.com",
    "tumblr.com",
    "twitter.com",
    "vk.com",
    "wordpress.com",
    "x.com",
    "youtube.com",
];

/// One object with the accounts that share it.
struct Top {
    object: String,
    accounts: u64,
    posts: u64,
}

/// The kinds that have a list.
const KINDS: [ObjectKind; 3] = [ObjectKind::Hashtag, ObjectKind::Domain, ObjectKind::Url];

/// Accounts and posts with at least one object of each of [`KINDS`]. The rows of one post stand together in the lake's files, so that a post is
/// known again by the row before.
fn totals(scope: &Scope<'_>, gathered: &Gathered) -> Result<[(u64, u64); 3], Error> {
    let seal = scope.lens.reader().seal();
    let mut posts = [0; 3];
    // By account the kinds that it has, as bits; the last is for posts without an author.
    let mut has = vec![0_u8; gathered.keys.names().len() + 1];
    let (mut last, mut bits, mut place, mut key) = ((String::new(), String::new()), 0_u8, 0, String::new());
    for part in scope.lens.reader().parts(Table::PostObjects) {
        let columns = ["seal", "platform", "post_id", "account_id", "handle", "kind"];
        part.scan(&columns, None, lake::cores(), Ok::<_, Error>, |group| {
            let columns = group.columns();
            let (seals, platforms, ids) = (columns.ints(0)?, columns.texts(1)?, columns.texts(2)?);
            let (accounts, handles, kinds) = (columns.texts(3)?, columns.texts(4)?, columns.texts(5)?);
            for row in (0..columns.rows()).filter(|row| seals.get(*row).is_none_or(|own| own <= seal)) {
                let Some(kind) = kinds.get(row).and_then(|kind| KINDS.iter().position(|own| own.name() == kind)) else { continue };
                let (platform, post) = (platforms.get(row).unwrap_or_default(), ids.get(row).unwrap_or_default());
                if last.1 != post || last.0 != platform {
                    last.0.replace_range(.., platform);
                    last.1.replace_range(.., post);
                    bits = 0;
                    let account = gathered.keys.known(platform, accounts.get(row), handles.get(row), &mut key);
                    place = account.map_or(has.len() - 1, |account| account as usize);
                }
                if bits & (1 << kind) == 0 {
                    bits |= 1 << kind;
                    posts[kind] += 1;
                    if let Some(has) = has.get_mut(place) {
                        *has |= 1 << kind;
                    }
                }
            }
            Ok(())
        })?;
    }
    let accounts = |kind: usize| has.iter().filter(|has| **has & (1 << kind) != 0).count() as u64;
    Ok([0, 1, 2].map(|kind| (accounts(kind), posts[kind])))
}

pub(crate) fn findings(scope: &Scope<'_>, gathered: &Gathered, accounts: &Accounts) -> Result<Vec<Finding>, Error> {
    let totals = totals(scope, gathered)?.map(|(own, posts)| (accounts.public_part_of_authors(scope, own), posts));
    let lists = KINDS.map(|kind| top(scope, kind)).into_iter().collect::<Result<Vec<_>, Error>>()?;
    let names = if scope.internal { Names::default() } else { named(scope, &lists)? };
    Ok(KINDS.into_iter().zip(lists).zip(totals).map(|((kind, list), totals)| table(scope, kind, list, totals, &names)).collect())
}

fn top(scope: &Scope<'_>, kind: ObjectKind) -> Result<Vec<Top>, Error> {
    let limit = scope.top.to_string();
    let mut list = Vec::new();
    scope.lens.each(query::TOP_OBJECTS, &[("kind", kind.name()), ("limit", &limit)], |row| {
        list.push(Top { object: row.text(0)?.unwrap_or_default().to_owned(), accounts: row.count(1)?, posts: row.count(2)? });
        Ok(())
    })?;
    Ok(list)
}

/// Which of the words in the lists are handles in the lake.
#[derive(Default)]
struct Names {
    /// Handles of accounts whose own records the lake holds.
    collected: BTreeSet<String>,
    /// All of those, and handles that are only mentioned.
    any: BTreeSet<String>,
}

fn named(scope: &Scope<'_>, lists: &[Vec<Top>]) -> Result<Names, Error> {
    let words: BTreeSet<String> = lists.iter().flatten().flat_map(|top| words(&top.object)).collect();
    let mut names = Names::default();
    if words.is_empty() {
        return Ok(names);
    }
    // Letters, digits and underscores alone, so that they can stand in the statement as they are.
    let list = words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(", ");
    scope.lens.each(query::HANDLES, &[("words", &list)], |row| {
        let handle = row.text(0)?.unwrap_or_default();
        if words.contains(handle) {
            names.any.insert(handle.to_owned());
            if row.count(1)? > 0 {
                names.collected.insert(handle.to_owned());
            }
        }
        Ok(())
    })?;
    Ok(names)
}

/// The runs of letters, digits and underscores in a text, in lower case: what could be a handle.
fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|sign: char| !sign.is_alphanumeric() && sign != '_').filter(|word| !word.is_empty()).map(str::to_lowercase)
}

/// Whether an object may leave the study as a label: nothing that is, or names, an account.
fn may_leave(kind: ObjectKind, object: &str, names: &Names) -> bool {
    match kind {
        ObjectKind::Hashtag => !names.collected.contains(&object.to_lowercase()),
        ObjectKind::Domain => !is_below_social(object),
        ObjectKind::Url => {
            let host = record::url_domain(object).unwrap_or_default();
            let after_host = object.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map_or("", |(_, path)| path);
            let is_on_social = SOCIAL.iter().any(|site| host.strip_suffix(site).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')));
            !is_on_social && !object.contains(['@', '~']) && !words(after_host).any(|word| names.any.contains(&word))
        }
        _ => false,
    }
}

/// Whether a host lies under a social site, as `someone.tumblr.com` does.
fn is_below_social(host: &str) -> bool {
    SOCIAL.iter().any(|site| host.strip_suffix(site).is_some_and(|rest| rest.ends_with('.') && rest != "m." && rest != "mobile."))
}

fn table(scope: &Scope<'_>, kind: ObjectKind, list: Vec<Top>, (accounts, posts): (u64, u64), names: &Names) -> Finding {
    let (id, title, what, rule) = match kind {
        ObjectKind::Hashtag => (
            "top_hashtags",
            text!("Hashtags shared by most accounts"),
            text!("a hashtag"),
            text!("hashtags in lower case; one that is also a handle in the lake does not leave the study"),
        ),
        ObjectKind::Domain => (
            "top_domains",
            text!("Domains shared by most accounts"),
            text!("a link"),
            text!("hosts of links without `www.`; a host under a social site, which names an account, does not leave the study"),
        ),
        _ => (
            "top_links",
            text!("Links shared by most accounts"),
            text!("a link"),
            text!("links in normal form; one on a social site, or with a handle in it, does not leave the study"),
        ),
    };
    let body = body(scope, kind, list, (accounts, posts), names);
    // The number may stand for the accounts with any post, where fewer than `min_cell` of them lack such an object.
    let of = if scope.internal {
        text!("accounts with a post that has {what}", what = what)
    } else {
        text!("accounts with a post that has {what}, give or take fewer than {n}", what = what, n = scope.min_cell)
    };
    Finding {
        id: id.into(),
        section: "objects".into(),
        title,
        note: Text::sentences([
            text!(
                "By distinct accounts, then by posts; reposts count, because passing on is an act of its own. What is much shared is not thereby approved of."
            ),
            if scope.internal { Text::empty() } else { text!("Rows of fewer than {n} accounts are left out.", n = scope.min_cell) },
        ]),
        unit: text!("accounts"),
        denominator: denominator(scope, accounts, of),
        window: scope.window("posts"),
        method: wilson(scope, text!("the {n} with most distinct accounts: {rule}", n = scope.top, rule = rule)),
        columns: share_columns(Column::new(kind.name(), title_of(kind), Kind::Label), true),
        rows: body.rows,
        suppressed: body.suppressed,
        chart: Chart::Bars { label: kind.name().into(), value: "accounts".into(), interval: None },
    }
}

const fn title_of(kind: ObjectKind) -> Text {
    match kind {
        ObjectKind::Hashtag => text!("Hashtag"),
        ObjectKind::Domain => text!("Domain"),
        _ => text!("Link"),
    }
}

fn body(scope: &Scope<'_>, kind: ObjectKind, list: Vec<Top>, (accounts, posts): (u64, u64), names: &Names) -> Body {
    let mut body = Body::default();
    for top in list {
        let is_shown =
            scope.internal || (top.accounts >= scope.min_cell && accounts >= scope.min_cell && may_leave(kind, &top.object, names));
        if !is_shown {
            body.suppressed += 1;
            continue;
        }
        let mut row = vec![Value::from(top.object)];
        row.extend(share_cells(scope, Some(top.accounts), accounts));
        row.extend([Value::from(top.posts), ratio(Some(top.posts), posts)]);
        body.rows.push(row);
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(collected: &[&str], mentioned: &[&str]) -> Names {
        let collected: BTreeSet<String> = collected.iter().map(|name| (*name).to_owned()).collect();
        let any = mentioned.iter().map(|name| (*name).to_owned()).chain(collected.iter().cloned()).collect();
        Names { collected, any }
    }

    #[test]
    fn what_names_an_account_stays_inside() {
        let names = names(&["reed_warbler"], &["heron"]);
        for link in [
            "https://twitter.com/someone/status/1",
            "https://m.facebook.com/someone",
            "https://someone.tumblr.com/post",
            "https://example.org/users/Reed_Warbler/page",
            "https://example.org/@someone",
            "https://example.org/~someone",
            "https://example.org/a?by=heron",
        ] {
            assert!(!may_leave(ObjectKind::Url, link, &names), "{link}");
        }
        for link in ["https://example.org/a", "https://heron.example/birds", "https://example.org"] {
            assert!(may_leave(ObjectKind::Url, link, &names), "{link}");
        }
        assert!(!may_leave(ObjectKind::Hashtag, "reed_warbler", &names));
        assert!(may_leave(ObjectKind::Hashtag, "heron", &names), "a mention alone does not make a word a name");
        assert!(!may_leave(ObjectKind::Domain, "someone.wordpress.com", &names));
        assert!(may_leave(ObjectKind::Domain, "twitter.com", &names) && may_leave(ObjectKind::Domain, "m.facebook.com", &names));
    }

    #[test]
    fn the_sites_are_sorted() {
        assert!(SOCIAL.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
