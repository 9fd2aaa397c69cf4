//! Every word of a report that does not come from data, one constant per language.
//!
//! To add a language: write its [`Language`], name it in [`Language::ALL`]; the compiler lists what is missing. Sentences with numbers
//! hold named places (`{n}`), so that a translation may order them as it needs.

/// The words, direction and number marks of one language.
#[derive(Debug, PartialEq, Eq)]
pub struct Language {
    /// The BCP 47 tag for `lang`: `en`.
    pub tag: &'static str,
    /// The direction for `dir`: `ltr` or `rtl`.
    pub dir: &'static str,
    /// The mark between whole and fraction.
    pub decimal: &'static str,
    /// The mark between groups of three digits.
    pub thousands: &'static str,
    /// What follows a percentage, its space included.
    pub percent: &'static str,
    pub(crate) words: Words,
}

impl Language {
    /// English.
    pub const ENGLISH: Language =
        Language { tag: "en", dir: "ltr", decimal: ".", thousands: "\u{202f}", percent: "\u{202f}%", words: ENGLISH };

    /// Every language a report can be written in.
    pub const ALL: [&'static Language; 1] = [&Language::ENGLISH];

    /// The language with this tag.
    pub fn by_tag(tag: &str) -> Option<&'static Language> {
        Language::ALL.into_iter().find(|language| language.tag == tag)
    }
}

/// A sentence with its named places filled in.
pub(crate) fn fill(sentence: &str, places: &[(&str, &str)]) -> String {
    // One pass over the sentence: a value that looks like a place is never filled in itself.
    let mut filled = String::with_capacity(sentence.len() + 16);
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((name, tail)) = after.split_once('}') else {
            rest = after;
            break;
        };
        if let Some((_, value)) = places.iter().find(|(place, _)| *place == name) {
            filled.push_str(value);
        }
        rest = tail;
    }
    filled.push_str(rest);
    filled
}

/// The words themselves, in the order in which a report uses them.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Words {
    pub kind_of_page: &'static str,
    pub skip: &'static str,
    pub internal_banner: &'static str,
    pub internal_mark: &'static str,
    pub unlisted_mark: &'static str,
    pub unlisted: &'static str,
    pub designation: &'static str,
    pub seal: &'static str,
    pub sealed_at: &'static str,
    pub not_sealed: &'static str,
    pub version: &'static str,
    pub min_cell: &'static str,
    pub min_cell_value: &'static str,
    pub min_cell_off: &'static str,
    pub configuration: &'static str,
    /// The heading of the census figure, then the sentences that it may take.
    pub hero: &'static str,
    pub hero_estimate: &'static str,
    pub hero_at_most: &'static str,
    pub hero_none: &'static str,
    pub hero_bound_because: &'static str,
    pub hero_none_because: &'static str,
    pub hero_interval: &'static str,
    pub hero_one_sided: &'static str,
    pub hero_of: &'static str,
    pub hero_coded: &'static str,
    pub hero_claims: &'static str,
    pub hero_not: &'static str,
    pub hero_limits: [&'static str; 3],
    pub hero_unseen: &'static str,
    pub hero_unseen_plain: &'static str,
    pub hero_link: &'static str,
    pub hero_picture: &'static str,
    /// Between parts of a sentence, and between items of which a part may hold commas.
    pub comma: &'static str,
    pub semicolon: &'static str,
    pub figures: &'static str,
    pub accounts: &'static str,
    pub posts: &'static str,
    pub sources: &'static str,
    pub sources_detail: &'static str,
    pub window: &'static str,
    pub window_none: &'static str,
    pub window_detail: &'static str,
    pub to: &'static str,
    pub about: &'static str,
    pub can: &'static str,
    pub can_say: [&'static str; 3],
    pub cannot: &'static str,
    pub cannot_say: [&'static str; 4],
    pub withheld_say: &'static str,
    pub internal_say: &'static str,
    pub unlisted_say: &'static str,
    pub contents: &'static str,
    /// Section name in findings, heading, one sentence.
    pub sections: [(&'static str, &'static str, &'static str); 6],
    pub no_findings: &'static str,
    pub link_here: &'static str,
    pub noscript: &'static str,
    pub chart_of: &'static str,
    pub chart_cut: &'static str,
    pub chart_first: &'static str,
    pub chart_series_cut: &'static str,
    pub chart_left_out: &'static str,
    pub chart_log: &'static str,
    pub chart_log_zero: &'static str,
    pub chart_log_across: &'static str,
    pub chart_root: &'static str,
    pub chart_diagonal: &'static str,
    pub chart_band: &'static str,
    pub chart_whiskers: &'static str,
    pub chart_spans: &'static str,
    pub chart_bound: &'static str,
    pub at_most: &'static str,
    pub unknown_label: &'static str,
    pub interval: &'static str,
    pub interval_plain: &'static str,
    pub no_rows: &'static str,
    pub all_withheld: &'static str,
    pub table_rows: &'static str,
    pub table_of: &'static str,
    pub withheld_legend: &'static str,
    pub empty_legend: &'static str,
    pub yes: &'static str,
    pub no: &'static str,
    pub n: &'static str,
    pub counted: &'static str,
    pub method: &'static str,
    pub level: &'static str,
    pub withheld: &'static str,
    pub rule: &'static str,
    pub provenance: &'static str,
    pub provenance_say: &'static str,
    pub sha256: &'static str,
    pub format: &'static str,
    pub records: &'static str,
    pub rejects: &'static str,
    pub cite: &'static str,
    pub citation: &'static str,
    pub citation_say: &'static str,
    pub verify_say: &'static str,
}

const ENGLISH: Words = Words {
    kind_of_page: "Marsad study report",
    skip: "Skip to the findings",
    internal_banner: "Internal copy. Small cells are shown and people may be recognisable. Do not pass it on.",
    internal_mark: "Internal",
    unlisted_mark: "Unlisted study: not a designated organisation",
    unlisted: "On no designation list; the reason stated",
    designation: "Designation",
    seal: "Seal",
    sealed_at: "Sealed",
    not_sealed: "not sealed yet",
    version: "Marsad version",
    min_cell: "Smallest cell shown",
    min_cell_value: "{n} accounts",
    min_cell_off: "{n} accounts (not applied in this internal copy)",
    configuration: "Configuration (SHA-256)",
    hero: "The figure",
    hero_estimate: "About {n} accounts in the frame overtly supported the organisation when they were coded",
    hero_at_most: "At most {n} accounts in the frame overtly supported the organisation when they were coded",
    hero_none: "How many accounts overtly supported the organisation cannot be said here",
    hero_bound_because: "Only a bound can be given: {says}.",
    hero_none_because: "The reason: {says}.",
    hero_interval: "{interval} {low} to {high}",
    hero_one_sided: "{level} one-sided limit",
    hero_of: "of {n} {of}",
    hero_coded: "{n} coded",
    hero_claims: "Claims stand as published, with ranges of their own where they give any.",
    hero_not: "What this figure is not",
    hero_limits: [
        "It is not a share of a population or of a platform: it speaks of the accounts in this frame and of no others.",
        "It is not a list: a score chose which accounts coders were shown, and acted on nobody.",
        "It is not a number of people: an account is not a person, and one person may hold several.",
    ],
    hero_unseen: "It does not cover what could not be seen: {what}.",
    hero_unseen_plain: "It does not cover what could not be seen, such as accounts closed before the export was made.",
    hero_link: "Figures as computed, claims and range: “{title}”",
    hero_picture: "The picture of these rows stands at the head of the report.",
    comma: ", ",
    semicolon: "; ",
    figures: "Key figures",
    accounts: "Accounts",
    posts: "Posts",
    sources: "Sources",
    sources_detail: "{records} records, {rejects} rejects",
    window: "Time covered",
    window_none: "no times",
    window_detail: "first to last instant of any finding, UTC",
    to: "to",
    about: "What this report can and cannot say",
    can: "It can say",
    can_say: [
        "how many accounts and posts the listed source files hold, and what they share, link and mention;",
        "for each figure, of how many, over which time and by which method, so that anyone with the same files can repeat it;",
        "how far a share could be off by chance alone: that is the interval beside it.",
    ],
    cannot: "It cannot say",
    cannot_say: [
        "how large support is beyond these files: an export is seldom a random sample, and no interval here covers how it was collected;",
        "that an account in a table supports anyone: journalists, researchers and opponents use the same words, tags and links;",
        "anything about a person: an account is not a person, and one person may hold several;",
        "what closed accounts did: what a platform removed before the export is not in it.",
    ],
    withheld_say: "Cells that would rest on fewer than {n} accounts are withheld, and so are others from which they could be worked out.",
    internal_say: "In this internal copy nothing is withheld: small cells are shown and may point at people.",
    unlisted_say: "The organisation studied is on no designation list. Every page carries a mark that says so.",
    contents: "Contents",
    sections: [
        (
            "census",
            "The census",
            "How many accounts in the frame overtly support the organisation, how that was found, and how far it can be trusted.",
        ),
        ("sources", "What was read", "The files behind this report and the days they cover."),
        ("accounts", "The accounts", "Who is in the data, as counts: platforms, language settings, ages, reach."),
        ("posts", "The posts", "How much was posted, when, and with what."),
        ("objects", "What posts point at", "Hashtags, links and the sites behind them."),
        ("quality", "How far to trust the data", "Gaps, repeats and input that could not be used."),
    ],
    no_findings: "This report has no findings yet.",
    link_here: "Link to “{title}”",
    noscript: "The chart needs JavaScript; the table holds the same figures.",
    chart_of: "Chart: {title}. The table holds the same figures.",
    chart_cut: "The chart shows the {shown} largest of {rows} rows; the table has them all.",
    chart_first: "The chart shows the first {shown} of {rows} rows; the table has them all.",
    chart_series_cut: "The chart shows the {shown} largest of {series} series; the table has them all.",
    chart_left_out: "Rows without a figure are not drawn: {n}.",
    chart_log: "The upright scale is logarithmic.",
    chart_log_zero: "The upright scale is logarithmic; zero stands at its foot.",
    chart_log_across: "The scale across is logarithmic.",
    chart_root: "Bars stand on a square-root scale, so that small steps can be seen; the numbers say how much.",
    chart_diagonal: "The dashed line is where both shares would be equal.",
    chart_band: "The band is the {interval}.",
    chart_whiskers: "Lines with end marks are the {interval}.",
    chart_spans: "A thick bar is a range without a figure of its own.",
    chart_bound: "An arrow to zero: no more than its end mark, and possibly none.",
    at_most: "at most {n}",
    unknown_label: "(not known)",
    interval: "{level} interval",
    interval_plain: "interval",
    no_rows: "Nothing to show: no record in the sources bears on this.",
    all_withheld: "Nothing to show: every row rests on too few accounts and was withheld.",
    table_rows: "Table: all {n} rows",
    table_of: "Table: {title}",
    withheld_legend: "withheld: fewer than {n} accounts, or a cell that would give such a one away",
    empty_legend: "not known, or does not apply",
    yes: "yes",
    no: "no",
    n: "n",
    counted: "Counted",
    method: "Method",
    level: "Level",
    withheld: "Withheld",
    rule: "Rule or query",
    provenance: "Sources",
    provenance_say: "Each file is named by the SHA-256 of its bytes: the same file has the same hash wherever it is kept.",
    sha256: "SHA-256 of the file",
    format: "Format",
    records: "Records",
    rejects: "Rejects",
    cite: "How to cite",
    citation: "“{study}”, seal {seal} ({date}), configuration {configuration}. Made with Marsad {version}.",
    citation_say: "Cite a single figure by its name after the citation, as in: figure “{id}”.",
    verify_say: "Every finding stands in this page a second time as data (JSON), under its figure, so that a program can check what is drawn.",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_filled_once() {
        assert_eq!(fill("{b} of {a}", &[("a", "{b}"), ("b", "2")]), "2 of {b}");
        assert_eq!(fill("no {such place", &[]), "no such place");
    }

    #[test]
    fn a_language_is_found_by_its_tag() {
        assert_eq!(Language::by_tag("en"), Some(&Language::ENGLISH));
        assert_eq!(Language::by_tag("xx"), None);
    }
}
