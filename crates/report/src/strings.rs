//! The page's own words: what stands in the templates and is no sentence with a number in it. Those are [`record::text!`] where they are used.

/// Declares the words once: the struct, and how it is made in a language. `scripts/messages.py` reads the English from here.
macro_rules! words {
    ($($(#[$about:meta])* $name:ident: $english:literal,)*) => {
        /// The words themselves, in the order in which a report uses them.
        #[derive(Debug, PartialEq, Eq)]
        pub(crate) struct Words {
            $($(#[$about])* pub(crate) $name: &'static str,)*
        }

        impl Words {
            /// The words, each as `say` has it for its English.
            pub(crate) fn in_language(say: impl Fn(&'static str) -> &'static str) -> Words {
                Words { $($name: say($english),)* }
            }
        }
    };
}

words! {
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
    configuration: "Configuration (SHA-256)",
    hero: "The figure",
    hero_none: "How many accounts overtly supported the organisation cannot be said here",
    hero_claims: "Claims stand as published, with ranges of their own where they give any.",
    hero_not: "What this figure is not",
    hero_limits_1: "It is not a share of a population or of a platform: it speaks of the accounts in this frame and of no others.",
    hero_limits_2: "It is not a list: a score chose which accounts coders were shown, and acted on nobody.",
    hero_limits_3: "It is not a number of people: an account is not a person, and one person may hold several.",
    hero_unseen_plain: "It does not cover what could not be seen, such as accounts closed before the export was made.",
    hero_picture: "The picture of these rows stands at the head of the report.",
    figures: "Key figures",
    accounts: "Accounts",
    posts: "Posts",
    sources: "Sources",
    window: "Time covered",
    window_none: "no times",
    window_detail: "first to last instant of any finding, UTC",
    to: "to",
    about: "What this report can and cannot say",
    can: "It can say",
    can_say_1: "how many accounts and posts the listed source files hold, and what they share, link and mention;",
    can_say_2: "for each figure, of how many, over which time and by which method, so that anyone with the same files can repeat it;",
    can_say_3: "how far a share could be off by chance alone: that is the interval beside it.",
    cannot: "It cannot say",
    cannot_say_1: "how large support is beyond these files: an export is seldom a random sample, and no interval here covers how it was collected;",
    cannot_say_2: "that an account in a table supports anyone: journalists, researchers and opponents use the same words, tags and links;",
    cannot_say_3: "anything about a person: an account is not a person, and one person may hold several;",
    cannot_say_4: "what closed accounts did: what a platform removed before the export is not in it.",
    internal_say: "In this internal copy nothing is withheld: small cells are shown and may point at people.",
    unlisted_say: "The organisation studied is on no designation list. Every page carries a mark that says so.",
    contents: "Contents",
    section_census: "The census",
    section_census_note: "How many accounts in the frame overtly support the organisation, how that was found, and how far it can be trusted.",
    section_stance: "The talk",
    section_stance_note: "Which share of the posts on a topic says what, where and when, how that was found, and how far it can be trusted.",
    section_sources: "What was read",
    section_sources_note: "The files behind this report and the days they cover.",
    section_accounts: "The accounts",
    section_accounts_note: "Who is in the data, as counts: platforms, language settings, ages, reach.",
    section_posts: "The posts",
    section_posts_note: "How much was posted, when, and with what.",
    section_objects: "What posts point at",
    section_objects_note: "Hashtags, links and the sites behind them.",
    section_coordination: "Who acts together",
    section_coordination_note: "Accounts that shared the same things within moments of each other, more often than chance explains; no sign of bad faith.",
    section_quality: "How far to trust the data",
    section_quality_note: "Gaps, repeats and input that could not be used.",
    no_findings: "This report has no findings yet.",
    noscript: "The chart needs JavaScript; the table holds the same figures.",
    chart_log: "The upright scale is logarithmic.",
    chart_log_zero: "The upright scale is logarithmic; zero stands at its foot.",
    chart_log_across: "The scale across is logarithmic.",
    chart_root: "Bars stand on a square-root scale, so that small steps can be seen; the numbers say how much.",
    chart_diagonal: "The dashed line is where both shares would be equal.",
    chart_spans: "A thick bar is a range without a figure of its own.",
    chart_bound: "An arrow to zero: no more than its end mark, and possibly none.",
    unknown_label: "(not known)",
    interval_plain: "interval",
    no_rows: "Nothing to show: no record in the sources bears on this.",
    all_withheld: "Nothing to show: every row rests on too few accounts and was withheld.",
    empty_legend: "not known, or does not apply",
    yes: "yes",
    no: "no",
    n: "n",
    counted: "Counted",
    method: "Method",
    level: "Level",
    withheld: "Withheld",
    no_data: "no data",
    rule: "Rule or query",
    provenance: "Sources",
    provenance_say: "Each file is named by the SHA-256 of its bytes: the same file has the same hash wherever it is kept.",
    sha256: "SHA-256 of the file",
    format: "Format",
    records: "Records",
    rejects: "Rejects",
    cite: "How to cite",
    verify_say: "Every finding stands in this page a second time as data (JSON), under its figure, so that a program can check what is drawn.",
    statement_say: "At the end of the page stands a statement of its inputs, configuration, program and seeds, most of them by hash; “marsad verify” checks it and works every figure out again.",
}

impl Words {
    pub(crate) fn hero_limits(&self) -> [&'static str; 3] {
        [self.hero_limits_1, self.hero_limits_2, self.hero_limits_3]
    }

    pub(crate) fn can_say(&self) -> [&'static str; 3] {
        [self.can_say_1, self.can_say_2, self.can_say_3]
    }

    pub(crate) fn cannot_say(&self) -> [&'static str; 4] {
        [self.cannot_say_1, self.cannot_say_2, self.cannot_say_3, self.cannot_say_4]
    }

    /// Section name in findings, heading, one sentence.
    pub(crate) fn sections(&self) -> [(&'static str, &'static str, &'static str); 8] {
        [
            ("census", self.section_census, self.section_census_note),
            ("stance", self.section_stance, self.section_stance_note),
            ("sources", self.section_sources, self.section_sources_note),
            ("accounts", self.section_accounts, self.section_accounts_note),
            ("posts", self.section_posts, self.section_posts_note),
            ("objects", self.section_objects, self.section_objects_note),
            ("coordination", self.section_coordination, self.section_coordination_note),
            ("quality", self.section_quality, self.section_quality_note),
        ]
    }
}
