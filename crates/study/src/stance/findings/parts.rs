//! Tables by country, language, time and client.

use super::super::domains::{By, Dimension, Domains, Label, Part};
use super::super::estimate::Evidence;
use super::super::selection::Selection;
use super::{Sheet, ends};
use crate::census::domain_words;
use crate::describe::table::WITHHELD;
use record::{Chart, Finding, Kind, Reference, Text, Value, text};

const fn id(by: By) -> &'static str {
    match by {
        By::Country => "stance_countries",
        By::Language => "stance_languages",
        By::Time => "stance_times",
        By::Client => "stance_clients",
    }
}

fn heading(by: By) -> (&'static str, Text, Kind) {
    match by {
        By::Country => ("country", text!("Country"), Kind::Label),
        By::Language => ("language", text!("Detected language"), Kind::Label),
        By::Time => ("time", text!("From"), Kind::Time),
        By::Client => ("client", text!("Client"), Kind::Label),
    }
}

fn label(selection: &Selection, by: By, label: &Label) -> Value {
    match label {
        Label::Step(step) => Value::Time(selection.start(*step)),
        Label::Word(None) if by == By::Time => Value::Null,
        Label::Word(None) => text!("not known").into(),
        Label::Word(Some(word)) => {
            let column = match by {
                By::Country => "place",
                By::Language => "lang",
                By::Client | By::Time => "client",
            };
            domain_words(column, word).into()
        }
    }
}

/// Label, accounts, posts, with what `more` adds; suppressed parts stand in one row without a label.
fn rows(selection: &Selection, dimension: &Dimension, width: usize, more: impl Fn(&Part) -> Vec<Value>) -> (Vec<Vec<Value>>, u64) {
    let Some(parts) = &dimension.parts else { return (Vec::new(), 1) };
    let mut rows: Vec<Vec<Value>> = Vec::new();
    // A step of time tells nobody; what others are called does.
    for part in parts.iter().filter(|part| !part.is_hidden || dimension.by == By::Time) {
        let mut row = vec![label(selection, dimension.by, &part.label)];
        if part.is_hidden {
            row.resize(width, Value::Null);
        } else {
            row.extend([Value::from(part.accounts), Value::from(part.posts)]);
            row.extend(more(part));
        }
        rows.push(row);
    }
    let hidden = parts.iter().filter(|part| part.is_hidden).count() as u64;
    if hidden > 0 && dimension.by != By::Time {
        let mut row = vec![WITHHELD.into()];
        row.resize(width, Value::Null);
        rows.push(row);
    }
    (rows, hidden)
}

/// The parts of a selection that nobody has coded yet.
pub(super) fn counts(selection: &Selection, dimension: &Dimension) -> Finding {
    let (rows, suppressed) = rows(selection, dimension, 3, |_| Vec::new());
    let sheet = Sheet {
        selection,
        id: id(dimension.by).to_owned(),
        title: match dimension.by {
            By::Country => text!("Posts on topic by country"),
            _ => text!("Posts on topic by language"),
        },
        note: note(dimension.by),
        method: (text!("count"), "selection"),
        level: None,
        rule: text!("query: {query}", query = selection.fact("query")),
    };
    let columns = [heading(dimension.by), ("accounts", text!("Accounts"), Kind::Count), ("posts", text!("Posts"), Kind::Count)];
    sheet.finding(&columns, rows, suppressed, Chart::None)
}

fn note(by: By) -> Text {
    match by {
        By::Country => text!(
            "The country of a post's place object or coordinates, else what its author's profile states; never where a person is from."
        ),
        By::Language => text!("The language that the words of a post are in."),
        By::Time => text!("Steps of time are counted from the event where there is one, else from midnight."),
        By::Client => text!("The program that a post was sent from, by family."),
    }
}

fn title(by: By, class: &str) -> Text {
    match by {
        By::Country => text!("Share coded {class}, by country", class = class),
        By::Language => text!("Share coded {class}, by language", class = class),
        By::Time => text!("Share coded {class}, over time", class = class),
        By::Client => text!("Share coded {class}, by client", class = class),
    }
}

/// The share asked for in every part of a dimension; of countries also as a map.
pub(super) fn shares(evidence: &Evidence, dimension: &Dimension) -> Vec<Finding> {
    let shown = Shown { has_ranks: dimension.by != By::Time, is_pooled: dimension.pooling.is_some() };
    let columns = shown.columns(dimension.by);
    let (rows, suppressed) = rows(&evidence.selection, dimension, columns.len(), |part| shown.cells(part));
    let class = evidence.asked_name();
    let sheet = |id: &str, title: Text, note: Text| Sheet {
        selection: &evidence.selection,
        id: id.to_owned(),
        title,
        note,
        method: (text!("quantification, put right by the codes of the parts"), "domains"),
        level: Some(evidence.level.get()),
        rule: text!("query: {query}", query = evidence.selection.fact("query")),
    };
    let words = words(evidence, dimension, &shown);
    let table = sheet(id(dimension.by), title(dimension.by, &class), words);
    let mut findings = vec![table.finding(&columns, rows, suppressed, chart(evidence, dimension))];
    if dimension.by == By::Country && dimension.has_shares() {
        let title = text!("Map of the share coded {class}", class = class.as_str());
        let note = text!("Shades are estimates whose intervals stand in the table; countries in white have none.");
        let cells = map_cells(&evidence.selection, dimension);
        let [_, _, _, share, low, high, ..] = columns.as_slice() else { return findings };
        let columns = [heading(By::Country), share.clone(), low.clone(), high.clone()];
        let chart = Chart::Map { country: "country".to_owned(), value: "support".to_owned() };
        findings.push(sheet("stance_map", title, note).finding(&columns, cells, 0, chart));
    }
    findings
}

/// Which columns a table has beside the usual ones.
struct Shown {
    has_ranks: bool,
    is_pooled: bool,
}

impl Shown {
    fn columns(&self, by: By) -> Vec<(&'static str, Text, Kind)> {
        let mut columns = vec![
            heading(by),
            ("accounts", text!("Accounts"), Kind::Count),
            ("posts", text!("Posts"), Kind::Count),
            ("support", text!("Share of posts"), Kind::Share),
            ("low", text!("from"), Kind::Low),
            ("high", text!("to"), Kind::High),
        ];
        if self.has_ranks {
            columns.push(("rank_best", text!("Best rank"), Kind::Number));
            columns.push(("rank_worst", text!("Worst rank"), Kind::Number));
        }
        columns.push(("own", text!("By the part's own codes"), Kind::Share));
        columns.push(("own_low", text!("from"), Kind::Low));
        columns.push(("own_high", text!("to"), Kind::High));
        columns.push(("method", text!("By the method alone"), Kind::Share));
        columns.push(("method_low", text!("from"), Kind::Low));
        columns.push(("method_high", text!("to"), Kind::High));
        columns.push(("apart", text!("Checks apart, in standard errors"), Kind::Number));
        if self.is_pooled {
            columns.push(("pooled", text!("Pooled share"), Kind::Share));
            columns.push(("pooled_low", text!("from"), Kind::Low));
            columns.push(("pooled_high", text!("to"), Kind::High));
        }
        columns
    }

    /// The cells of a part after label, accounts and posts.
    fn cells(&self, part: &Part) -> Vec<Value> {
        let own = part.share.as_ref();
        let three = |share: Option<f64>, interval: Option<stats::Interval>| {
            [share.into(), Value::from(interval.map(|own| own.low)), Value::from(interval.map(|own| own.high))]
        };
        let mut cells = three(own.map(|own| own.share), own.map(|own| own.interval)).to_vec();
        if self.has_ranks {
            cells.push(Value::from(part.ranks.map(|ranks| ranks.from as u64)));
            cells.push(Value::from(part.ranks.map(|ranks| ranks.to as u64)));
        }
        let codes = own.and_then(super::super::domains::PartShare::own);
        cells.extend(three(codes.map(|codes| codes.share), codes.map(|codes| codes.interval)));
        cells.extend(three(own.map(|own| own.method.share), own.map(|own| own.method.interval)));
        cells.push(Value::from(own.map(|own| own.apart).filter(|apart| apart.is_finite())));
        if self.is_pooled {
            cells.extend(three(part.pooled.map(|(value, _)| value), part.pooled.map(|(_, interval)| interval)));
        }
        cells
    }
}

fn chart(evidence: &Evidence, dimension: &Dimension) -> Chart {
    match dimension.by {
        _ if !dimension.has_shares() => Chart::None,
        By::Time => {
            let (x, y) = ("time".to_owned(), "support".to_owned());
            let reference = evidence.selection.event().map(Reference::Event);
            Chart::Curve { x, y, interval: Some(ends()), series: None, reference, log_x: false }
        }
        by => {
            let (label, value) = (heading(by).0.to_owned(), "support".to_owned());
            Chart::Ranges { label, value, interval: ends(), at_most: None, kind: None }
        }
    }
}

/// What stands under a table's heading.
fn words(evidence: &Evidence, dimension: &Dimension, shown: &Shown) -> Text {
    let shares = dimension.parts.iter().flatten().filter_map(|part| part.share.as_ref());
    let alarms = shares.filter(|own| own.apart > stats::quantify::ALARM).count() as u64;
    let alarm = (alarms > 0).then(|| {
        text!(
            "{n, plural, one {In # part} other {In # parts}} a check lies more than two standard errors from the method alone: there posts of a code may look another way than those coded.",
            n = alarms
        )
    });
    let ranks = shown
        .has_ranks
        .then(|| text!("The ranks are those that differences which hold together leave open: where sets overlap, the order is not known."));
    let limits = text!("Parts of fewer than {n} posts have no share of their own.", n = evidence.least);
    let righted = dimension.has_shares().then(|| {
        text!(
            "Shares are the method's, put right by what the codes of the parts say of its errors; intervals hold how far it goes astray from part to part."
        )
    });
    Text::sentences([Some(note(dimension.by)), righted, ranks, alarm, Some(limits)].into_iter().flatten())
}

/// Country, share and interval of every country that has a share.
fn map_cells(selection: &Selection, dimension: &Dimension) -> Vec<Vec<Value>> {
    let parts = dimension.parts.iter().flatten();
    let row = |part: &Part| {
        let own = part.share.as_ref()?;
        Some(vec![label(selection, By::Country, &part.label), own.share.into(), own.interval.low.into(), own.interval.high.into()])
    };
    parts.filter_map(row).collect()
}

/// The change from the event on.
pub(super) fn change(evidence: &Evidence, domains: &Domains) -> Option<Finding> {
    let (change, before, after) = domains.change.as_ref()?;
    let event = evidence.selection.event()?;
    let row = vec![
        Value::Time(event),
        Value::from(change.effect),
        Value::from(change.interval.low),
        Value::from(change.interval.high),
        Value::from(change.placebos.len() as u64),
        Value::from(change.p),
    ];
    let sheet = Sheet {
        selection: &evidence.selection,
        id: "stance_change".to_owned(),
        title: text!("Change after the event, share coded {class}", class = evidence.asked_name()),
        note: text!(
            "How far the first step after the event lies from the level before it, in parts of one, and how often dates before the event show as large a change. A difference in time, not a cause."
        ),
        method: (text!("interrupted series with placebo dates"), "domains"),
        level: Some(evidence.level.get()),
        rule: text!("level of {before} steps before, {after} after", before = *before, after = *after),
    };
    let columns = [
        ("event", text!("Event"), Kind::Time),
        ("effect", text!("Change"), Kind::Number),
        ("low", text!("from"), Kind::Low),
        ("high", text!("to"), Kind::High),
        ("placebos", text!("Placebo dates"), Kind::Number),
        ("p", text!("Share of dates with as large a change"), Kind::Number),
    ];
    Some(sheet.finding(&columns, vec![row], 0, Chart::None))
}
