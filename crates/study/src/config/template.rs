//! The text of a new configuration.

use super::{DesignationSource, IngestLimits, LEAST_MIN_CELL, LEAST_MIN_CELL_UNLISTED, ReportSettings};
use record::Designation;
use std::fmt::Write;

pub(super) fn write(name: &str, designation: &DesignationSource) -> String {
    let mut text = String::new();
    text.push_str(
        "# The configuration of a Marsad study. Every output carries the SHA-256 of this file, so a change of it can be seen.\n\n",
    );
    text.push_str("# The study's name, as reports show it.\n");
    let _ = writeln!(text, "name = {}\n", quoted(name));
    min_cell(&mut text, designation.is_unlisted());
    match designation {
        DesignationSource::Listed(listed) => {
            text.push_str(
                "# Only for an organisation that is on no list: the reason for studying it, in place of the table `designation`.\n",
            );
            text.push_str("# Every output is watermarked then, and nothing about single accounts can be exported.\n");
            text.push_str("# unlisted = \"why this organisation is studied although no list names it\"\n\n");
            listing(&mut text, listed);
        }
        DesignationSource::Unlisted(reason) => {
            text.push_str(
                "# The organisation is on no list; this is the reason for studying it. Every output is watermarked, and nothing about\n",
            );
            text.push_str("# single accounts can be exported. Once a list names it, replace this line by a table `designation` with `list`, `reference`,\n");
            text.push_str("# `name`, `aliases`, `listed_on` and `legal_basis`.\n");
            let _ = writeln!(text, "unlisted = {}\n", quoted(reason));
        }
    }
    for (_, write) in SECTIONS {
        write(&mut text);
    }
    text
}

fn min_cell(text: &mut String, unlisted: bool) {
    text.push_str("# Table cells that fewer accounts stand behind are left out of everything that leaves the study, and so is what would give them away.\n");
    let _ =
        writeln!(text, "# At least {LEAST_MIN_CELL}; at least {LEAST_MIN_CELL_UNLISTED} in a study of an organisation that is on no list.");
    let _ = writeln!(text, "min_cell = {}\n", if unlisted { 50 } else { 10 });
}

fn listing(text: &mut String, listed: &Designation) {
    text.push_str(
        "# The legal listing of the organisation that the study is about. Always an organisation, never a person.\n[designation]\n",
    );
    text.push_str("# The list.\n");
    let _ = writeln!(text, "list = {}", quoted(&listed.list));
    text.push_str("# The reference on that list.\n");
    let _ = writeln!(text, "reference = {}", quoted(&listed.reference));
    text.push_str("# The organisation's name as listed.\n");
    let _ = writeln!(text, "name = {}", quoted(&listed.name));
    text.push_str("# Other names as listed.\n");
    let aliases: Vec<String> = listed.aliases.iter().map(|alias| quoted(alias)).collect();
    if aliases.is_empty() {
        text.push_str("aliases = []\n");
    } else {
        let _ = writeln!(text, "aliases = [\n    {},\n]", aliases.join(",\n    "));
    }
    text.push_str("# The date of listing, YYYY-MM-DD, where the list gives it.\n");
    match &listed.listed_on {
        Some(date) => {
            let _ = writeln!(text, "listed_on = {}", quoted(date));
        }
        None => text.push_str("# listed_on = \"2000-01-01\"\n"),
    }
    text.push_str("# The legal basis: the regime or instrument.\n");
    let _ = writeln!(text, "legal_basis = {}\n", quoted(&listed.legal_basis));
}

/// The name of a table of settings, and what writes it.
type Section = (&'static str, fn(&mut String));

/// The tables of settings.
pub(super) const SECTIONS: [Section; 6] = [
    ("report", report),
    ("ingest", ingest),
    ("privacy", privacy),
    ("retention", retention),
    ("coordinate", coordinate),
    ("review", review),
];

fn report(text: &mut String) {
    let report = ReportSettings::default();
    text.push_str("# How reports are made.\n[report]\n# The confidence level of intervals, between 0 and 1.\n");
    let _ = writeln!(text, "level = {}", report.level);
    text.push_str("# Rows in a list of the most frequent hashtags, domains and links, from 1 to 1000.\n");
    let _ = writeln!(text, "top = {}", report.top);
    text.push_str("# The language of reports and tables for people: ar, de, en, fr, it or tr; `--lang` goes before it.\n");
    text.push_str("# language = \"en\"\n\n");
}

fn ingest(text: &mut String) {
    let limits = IngestLimits::default();
    text.push_str(
        "# Limits that protect this machine from damaged or hostile exports. Raise them for files that are honestly large.\n[ingest]\n",
    );
    text.push_str("# A compressed file may grow by this factor.\n");
    let _ = writeln!(text, "max_ratio = {}", limits.max_ratio);
    text.push_str("# Bytes of one file after decompression (default: one tebibyte).\n");
    let _ = writeln!(text, "max_decoded_bytes = {}", limits.max_decoded_bytes);
    text.push_str("# Bytes of one line; a longer line is a reject (default: 64 mebibytes).\n");
    let _ = writeln!(text, "max_line_bytes = {}\n", limits.max_line_bytes);
}

fn privacy(text: &mut String) {
    text.push_str("# What is not sealed in clear. A change holds for what is ingested after it.\n[privacy]\n");
    text.push_str("# Telephone numbers, e-mail addresses, bank, card and wallet numbers and invitations to chats are masked: what stays is the kind, the\n");
    text.push_str("# country or service, and a keyed hash by which equal ones are still seen to be equal.\n");
    text.push_str("mask = true\n");
    text.push_str("# What stays in clear all the same: \"wallets\", \"invitations\". Only with a ground.\n");
    text.push_str("keep = []\n");
    text.push_str("# The legal or ethical ground on which it stays, or on which nothing is masked.\n");
    text.push_str("ground = \"\"\n");
    text.push_str("# Ids and handles are replaced by keyed hashes, and display names left out. To be decided before the first ingest: afterwards it\n");
    text.push_str("# cannot be changed.\n");
    text.push_str("pseudonymise = false\n");
    text.push_str(
        "# The most that the privacy losses (epsilon) of all series published with noise may add up to, for as long as the study lasts.\n",
    );
    text.push_str("epsilon = 1.0\n\n");
}

fn retention(text: &mut String) {
    text.push_str("# How long rows are kept, counted from the seal that added them, in days, weeks, months or years of the calendar. What has no clock is\n");
    text.push_str("# kept until it is erased by hand. Nothing goes by itself: `marsad retain` shows what is due, `marsad retain --apply` erases it.\n");
    text.push_str("[retention]\n# Profiles.\n# accounts = \"24 months\"\n");
    text.push_str("# Posts, with their links, hashtags and mentions, and the ties that they show.\n# posts = \"24 months\"\n");
    text.push_str("# Ties: follows, and those that posts show where this is shorter.\n# edges = \"24 months\"\n");
    text.push_str("# Statuses of accounts.\n# sightings = \"24 months\"\n");
    text.push_str("# Where lines stood that could not be read.\n# rejects = \"24 months\"\n");
    text.push_str("# Clocks of sources, by format or by name of the file (`*` stands for any letters): for everything that was sealed from them. Of several\n");
    text.push_str("# clocks that apply the shortest counts.\n# sources = { \"ira_tweets*\" = \"12 months\" }\n\n");
}

fn coordinate(text: &mut String) {
    text.push_str("# Who acts together (`marsad coordinate`).\n[coordinate]\n");
    text.push_str("# A table in this folder of what is known to be harmless, with the columns kind (account, client or domain), value and note: accounts, posts\n");
    text.push_str("# by these clients and links to these domains are left out, counted, and named in the findings by their note.\n");
    text.push_str("# known = \"known.csv\"\n");
    text.push('\n');
}

/// The defaults are those of `review::case::Settings`, which this room may not use; a test of the binary compares them.
fn review(text: &mut String) {
    text.push_str("# How cases are decided, and what reports of users can do (docs/methods/community-reports.md).\n[review]\n");
    text.push_str("# Whether a second person must agree before a decision is in force.\nsecond = false\n");
    text.push_str("# Minutes for which a person who took a case has it alone.\nhold_minutes = 30\n");
    text.push_str("# The weight of reports that covers an item until somebody has looked, in fully trusted independent reports.\ncover_weight = 2.0\n");
    text.push_str("# The least number of independent reporters that covers one.\ncover_reporters = 3\n");
    text.push_str("# Hours after which a cover that nobody looked at ends.\ncover_hours = 24\n");
    text.push_str("# How many of a reporter's reports must be decided before they count alone.\ntried = 5\n");
    text.push_str("# Reporters who reported this many other items close in time count once.\ntogether_items = 2\n");
    text.push_str("# Minutes within which two reports are close in time.\ntogether_minutes = 60\n");
    text.push_str("# The most reports taken from one reporter in an hour.\nreports_per_hour = 60\n");
    text.push_str("# The most cases that only one new reporter raised and that wait.\nreports_waiting = 5\n");
}

/// A TOML string.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
