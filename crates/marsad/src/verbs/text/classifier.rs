//! `marsad text train`, `classify` and `card`.

use crate::cli::text::{CardArgs, Classify, Train, Weights};
use crate::exit::{Exit, Failure, given, told};
use crate::output::{Counted, Talk, counted, table};
use crate::verbs::embeddings;
use crate::verbs::export::cannot_write;
use crate::verbs::posteriors::{LABEL, Sheet, input};
use record::sentence;
use serde_json::{Map, Value, json};
use stats::Level;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use text::{
    Classifier, ClassifierError, Coded, Embedder, EmbeddingModel, Group, Identifier, Pooling, Reading, Setting, Terms, Trained, Vectors,
};

/// Groups of fewer texts stand together in the printed card; their intervals would say nothing.
const LEAST_TEXTS: u64 = 20;

/// Beyond so many different labels the column is hardly one of classes.
const MOST_CLASSES: usize = 64;

pub(super) fn train(args: &Train, talk: Talk) -> Result<Exit, Failure> {
    let sheet = Sheet::read(&args.table)?;
    let (text, label) = (sheet.column(&args.text, &args.table)?, sheet.column(&args.label, &args.table)?);
    let group = args.group.as_ref().map(|name| sheet.column(name, &args.table)).transpose()?;
    let coded: Vec<&csv::StringRecord> = sheet.rows.iter().filter(|row| !row.get(label).unwrap_or_default().is_empty()).collect();
    let cell = |row: &csv::StringRecord, at: usize| row.get(at).unwrap_or_default().to_owned();
    let mut classes: Vec<String> = coded.iter().map(|row| cell(row, label)).collect();
    classes.sort();
    classes.dedup();
    check_classes(&classes, args)?;
    let groups: Vec<String> = coded
        .iter()
        .map(|row| match group {
            Some(at) => cell(row, at),
            None => Identifier::built_in().identify(row.get(text).unwrap_or_default()).lang.to_owned(),
        })
        .collect();
    let texts: Vec<Coded<'_>> = coded
        .iter()
        .zip(&groups)
        .map(|(row, group)| {
            let name = row.get(label).unwrap_or_default();
            let class = classes.binary_search_by(|class| class.as_str().cmp(name)).unwrap_or_default();
            Coded { text: row.get(text).unwrap_or_default(), class, group }
        })
        .collect();
    let terms = args.terms.as_deref().map(read_terms).transpose()?;
    let embedder = embeddings::open(args.embeddings.as_deref())?;
    let bar = talk.spinner("learning");
    let trained = learn(&texts, &classes, &setting(args), embedder.as_deref());
    bar.finish_and_clear();
    let refused = |error: ClassifierError| input(&args.table, told(&error));
    let mut trained = trained.map_err(refused)?;
    if let Some(terms) = &terms {
        let found = text::counterfactual(&trained, &texts, terms, &args.replace_with, embedder.as_deref()).map_err(refused)?;
        trained.classifier.set_counterfactual(found);
    }
    let bytes = trained.classifier.to_bytes();
    std::fs::write(&args.out, &bytes).map_err(|error| cannot_write(&args.out, &error))?;
    if let Some(path) = &args.out_of_fold {
        let labels = texts.iter().map(|text| text.class);
        write_out_of_fold(path, &trained, labels).map_err(|error| cannot_write(path, &error))?;
    }
    let left_out = sheet.rows.len() - coded.len();
    if left_out > 0 {
        talk.note(sentence!("{} without a label left out", Counted(left_out as u64, "row")));
    }
    if talk.json {
        let mut found = card_json(&trained.classifier);
        found.insert("model".to_owned(), json!(args.out));
        found.insert("bytes".to_owned(), json!(bytes.len()));
        found.insert("without_label".to_owned(), json!(left_out));
        return talk.json_line(&Value::Object(found)).map(|()| Exit::Done);
    }
    talk.say(&card_text(&trained.classifier))?;
    Ok(Exit::Done)
}

fn learn(texts: &[Coded<'_>], classes: &[String], setting: &Setting, embedder: Option<&Embedder>) -> Result<Trained, ClassifierError> {
    let Some(embedder) = embedder else { return text::train(texts, classes, setting) };
    let read: Vec<&str> = texts.iter().map(|own| own.text).collect();
    let rows = embedder.vectors(&read, lake::cores())?;
    text::train_with(texts, Some(Vectors { model: *embedder.model(), rows: &rows }), classes, setting)
}

/// Refuses a column that is hardly one of classes.
pub(super) fn check_class_count(classes: &[String], column: &str, path: &Path) -> Result<(), Failure> {
    if classes.len() <= MOST_CLASSES {
        return Ok(());
    }
    let why = sentence!(
        "column `{}` holds `{}` different labels, more than `{}`; it is probably not the column of classes",
        given(column),
        classes.len(),
        MOST_CLASSES
    );
    Err(input(path, why))
}

fn check_classes(classes: &[String], args: &Train) -> Result<(), Failure> {
    check_class_count(classes, &args.label, &args.table)?;
    if classes.iter().any(|class| class == LABEL || class == ANSWER) {
        let why =
            sentence!("a class is named `{}` or `{}`, which are columns of tables of posteriors; give it another name", LABEL, ANSWER);
        return Err(input(&args.table, why));
    }
    Ok(())
}

fn setting(args: &Train) -> Setting {
    let mut setting = Setting {
        is_balanced: args.weights == Weights::Balanced,
        calibration: args.calibrate.into(),
        folds: args.folds,
        wrong: args.wrong.unwrap_or(1.0),
        seed: args.seed,
        ..Setting::default()
    };
    if !args.strength.is_empty() {
        setting.strengths.clone_from(&args.strength);
    }
    setting
}

fn read_terms(path: &Path) -> Result<Terms, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| input(path, sentence!("it cannot be read: {}", error)))?;
    let terms = Terms::new(text.lines());
    if terms.is_empty() {
        return Err(input(path, "it holds no word; give one term a line"));
    }
    Ok(terms)
}

fn write_out_of_fold(path: &Path, trained: &Trained, labels: impl Iterator<Item = usize>) -> io::Result<()> {
    let classes = trained.classifier.classes();
    let mut out = csv::Writer::from_path(path)?;
    out.write_record(classes.iter().map(String::as_str).chain([LABEL]))?;
    for (row, label) in trained.out_of_fold.chunks_exact(classes.len()).zip(labels) {
        out.write_record(row.iter().map(|posterior| number(*posterior)).chain([classes[label].clone()]))?;
    }
    out.flush()
}

/// Twelve digits: a row then sums to one far within what a table of posteriors is checked for.
fn number(posterior: f64) -> String {
    format!("{posterior:.12}")
}

/// The column of what a text is taken for.
const ANSWER: &str = "answer";

pub(super) fn classify(args: &Classify, talk: Talk) -> Result<Exit, Failure> {
    let classifier = open(&args.model)?;
    let sheet = Sheet::read(&args.table)?;
    let text = sheet.column(&args.text, &args.table)?;
    let kept = args.keep.iter().map(|name| sheet.column(name, &args.table)).collect::<Result<Vec<_>, _>>()?;
    let named = |name: &String| classifier.classes().contains(name) || name == ANSWER || name == LABEL;
    if let Some(name) = args.keep.iter().find(|name| named(name)) {
        return Err(Failure::usage(sentence!(
            "`--keep {}`: the posteriors have a column of this name; rename it in the table",
            given(name)
        )));
    }
    let mut counts = vec![0_u64; classifier.classes().len() + 1];
    let embedder = embeddings::open(args.embeddings.as_deref())?;
    let embedder = embedder.as_deref();
    classifier.fits(embedder.map(Embedder::model)).map_err(|error| input(&args.model, told(&error)))?;
    let rows = Rows { classifier: &classifier, embedder, sheet: &sheet, text, kept: &kept, has_answer: args.answer };
    let not_written = |path: &Path, trouble: Trouble| trouble.said(&args.table, |error| cannot_write(path, error));
    match &args.out {
        Some(path) => {
            let file = std::fs::File::create(path).map_err(|error| cannot_write(path, &error))?;
            rows.csv(BufWriter::new(file), &mut counts).map_err(|trouble| not_written(path, trouble))?;
        }
        None if talk.json => rows.json(&mut counts).map_err(|trouble| trouble.said(&args.table, crate::exit::from_output))?,
        None => rows
            .csv(BufWriter::new(io::stdout().lock()), &mut counts)
            .map_err(|trouble| trouble.said(&args.table, crate::exit::from_output))?,
    }
    let Some(path) = &args.out else { return Ok(Exit::Done) };
    let withheld = counts.pop().unwrap_or_default();
    if talk.json {
        let answers: Map<String, Value> = classifier.classes().iter().cloned().zip(counts.iter().map(|count| json!(count))).collect();
        talk.json_line(&json!({
            "out": path, "rows": sheet.rows.len(), "answers": answers, "withheld": withheld, "prior": by_class(&classifier, classifier.prior()),
        }))?;
    }
    talk.say(&format!("posteriors of {} stand in {}", counted(sheet.rows.len() as u64, "text"), path.display()))?;
    Ok(Exit::Done)
}

/// Texts whose vectors are worked out at once, on every core.
const AT_ONCE: usize = 4_096;

/// Why rows are not written.
enum Trouble {
    Write(io::Error),
    Read(ClassifierError),
}

impl Trouble {
    fn said(self, table: &Path, write: impl FnOnce(&io::Error) -> Failure) -> Failure {
        match self {
            Trouble::Write(error) => write(&error),
            Trouble::Read(error) => input(table, told(&error)),
        }
    }
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Trouble::Write(error)
    }
}

impl From<ClassifierError> for Trouble {
    fn from(error: ClassifierError) -> Self {
        Trouble::Read(error)
    }
}

/// What is written of a table of texts.
struct Rows<'a> {
    classifier: &'a Classifier,
    embedder: Option<&'a Embedder>,
    sheet: &'a Sheet,
    text: usize,
    kept: &'a [usize],
    has_answer: bool,
}

impl Rows<'_> {
    /// Calls `each` with a row's kept cells, posteriors and answer; counts the answers, and last the rows without one.
    fn each(&self, counts: &mut [u64], mut each: impl FnMut(Vec<&str>, &[f64], Option<usize>) -> io::Result<()>) -> Result<(), Trouble> {
        let mut reading = Reading::default();
        for part in self.sheet.rows.chunks(AT_ONCE) {
            let texts: Vec<&str> = part.iter().map(|row| row.get(self.text).unwrap_or_default()).collect();
            let vectors = self.embedder.map(|own| own.vectors(&texts, lake::cores())).transpose().map_err(ClassifierError::from)?;
            let vectors = vectors.unwrap_or_default();
            let size = self.embedder.map_or(0, |own| own.model().dimensions as usize);
            for (at, (row, text)) in part.iter().zip(&texts).enumerate() {
                let posteriors = self.classifier.posteriors_with(text, &vectors[at * size..][..size], &mut reading)?;
                let answer = self.classifier.answer(posteriors);
                counts[answer.unwrap_or(self.classifier.classes().len())] += 1;
                each(self.kept.iter().map(|at| row.get(*at).unwrap_or_default()).collect(), posteriors, answer)?;
            }
        }
        Ok(())
    }

    fn name(&self, answer: Option<usize>) -> &str {
        answer.and_then(|class| self.classifier.classes().get(class)).map_or("", String::as_str)
    }

    fn csv(&self, out: impl Write, counts: &mut [u64]) -> Result<(), Trouble> {
        let mut out = csv::Writer::from_writer(out);
        let kept = self.kept.iter().map(|at| self.sheet.head[*at].as_str());
        let head: Vec<&str> = kept.chain(self.classifier.classes().iter().map(String::as_str)).collect();
        out.write_record(head.iter().copied().chain(self.has_answer.then_some(ANSWER))).map_err(io::Error::from)?;
        self.each(counts, |kept, posteriors, answer| {
            let cells = kept.into_iter().map(str::to_owned).chain(posteriors.iter().map(|posterior| number(*posterior)));
            out.write_record(cells.chain(self.has_answer.then(|| self.name(answer).to_owned()))).map_err(io::Error::from)
        })?;
        out.flush()?;
        Ok(())
    }

    fn json(&self, counts: &mut [u64]) -> Result<(), Trouble> {
        let mut out = BufWriter::new(io::stdout().lock());
        self.each(counts, |kept, posteriors, answer| {
            let kept: Map<String, Value> =
                self.kept.iter().zip(kept).map(|(at, cell)| (self.sheet.head[*at].clone(), json!(cell))).collect();
            let answer = answer.map(|class| self.classifier.classes()[class].as_str());
            writeln!(out, "{}", json!({ "kept": kept, "posteriors": by_class(self.classifier, posteriors), "answer": answer }))
        })?;
        out.flush()?;
        Ok(())
    }
}

fn open(path: &Path) -> Result<Classifier, Failure> {
    let bytes = std::fs::read(path).map_err(|error| input(path, sentence!("it cannot be read: {}", error)))?;
    Classifier::from_bytes(&bytes).map_err(|error| input(path, told(&error)))
}

pub(super) fn card(args: &CardArgs, talk: Talk) -> Result<Exit, Failure> {
    let classifier = open(&args.model)?;
    if talk.json {
        talk.json_line(&Value::Object(card_json(&classifier)))?;
    }
    talk.say(&card_text(&classifier))?;
    Ok(Exit::Done)
}

fn by_class(classifier: &Classifier, values: &[f64]) -> Value {
    Value::Object(classifier.classes().iter().cloned().zip(values.iter().map(|value| json!(value))).collect())
}

fn card_json(classifier: &Classifier) -> Map<String, Value> {
    let card = classifier.card();
    let groups: Vec<Value> = card.groups.iter().map(|group| group_json(classifier, group)).collect();
    let counterfactual = card.counterfactual.as_ref().map(|found| {
        let changed = found.changed();
        let interval = changed.wilson(Level::P95);
        json!({
            "terms": found.terms, "texts": changed.trials(), "changed": changed.successes(), "share": changed.share(),
            "interval": [interval.low, interval.high], "moves": square(classifier, &found.moves),
        })
    });
    let value = json!({
        "features_version": text::GRAMS_VERSION,
        "classes": classifier.classes(),
        "items": classifier.classes().iter().cloned().zip(card.items.iter().map(|n| json!(n))).collect::<Map<_, _>>(),
        "prior": by_class(classifier, classifier.prior()),
        "weights": if classifier.is_balanced() { "balanced" } else { "even" },
        "strength": classifier.strength(),
        "losses": card.losses,
        "log_loss": card.log_loss,
        "calibration": {
            "method": classifier.calibration().name(), "scale": classifier.calibrator().scale,
            "biases": by_class(classifier, &classifier.calibrator().biases),
        },
        "abstains_below": classifier.caution().least,
        "features": classifier.features(),
        "embedding": embeddings::json(classifier.embedding()),
        "folds": card.folds,
        "seed": card.seed,
        "level": Level::P95.get(),
        "all": group_json(classifier, &card.whole("")),
        "groups": groups,
        "counterfactual": counterfactual,
    });
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// Counts by the class of the row, then that of the column.
fn square(classifier: &Classifier, counts: &[u64]) -> Value {
    let names = classifier.classes();
    let row = |counts: &[u64]| names.iter().cloned().zip(counts.iter().map(|count| json!(count))).collect::<Map<_, _>>();
    Value::Object(names.iter().cloned().zip(counts.chunks_exact(names.len()).map(|counts| Value::Object(row(counts)))).collect())
}

fn group_json(classifier: &Classifier, group: &Group) -> Value {
    let rates = classifier.classes().iter().enumerate().map(|(class, name)| {
        let rates = group.rates(class);
        let [precision, recall] = rates.intervals(Level::P95);
        let of = json!({
            "precision": rates.precision.share(), "precision_interval": [precision.low, precision.high],
            "recall": rates.recall.share(), "recall_interval": [recall.low, recall.high], "f1": rates.f1(),
        });
        (name.clone(), of)
    });
    json!({
        "group": if group.name.is_empty() { Value::Null } else { json!(group.name) },
        "n": group.items(), "withheld": group.withheld, "macro_f1": group.macro_f1(),
        "rates": rates.collect::<Map<_, _>>(), "confusion": square(classifier, &group.confusion),
    })
}

fn embedding_line(own: &EmbeddingModel) -> String {
    let pooled = if own.pooling == Pooling::Mean { "the mean over the tokens" } else { "put together by the model itself" };
    let (dimensions, tokens, digest) = (own.dimensions, own.tokens, own.model_digest());
    format!("sentence embeddings of {dimensions} numbers, {pooled}, at most {tokens} tokens; SHA-256 of the model: {digest}")
}

fn card_text(classifier: &Classifier) -> String {
    let card = classifier.card();
    let counts: Vec<String> = classifier.classes().iter().zip(&card.items).map(|(name, n)| format!("{name} {n}")).collect();
    let prior: Vec<String> =
        classifier.classes().iter().zip(classifier.prior()).map(|(name, share)| format!("{name}={share:.6}")).collect();
    let mut lines = vec![
        format!("coded texts: {}", counts.join(", ")),
        format!("training prior: {}", prior.join(",")),
        format!(
            "{} features, strength {}, classes weigh {}, calibration {}, held-out log-loss {:.4}",
            classifier.features(),
            classifier.strength(),
            if classifier.is_balanced() { "alike" } else { "as coded" },
            classifier.calibration().name(),
            card.log_loss
        ),
    ];
    lines.extend(classifier.embedding().map(embedding_line));
    lines.push("every figure below is of answers by a classifier that had not seen the text; intervals at 95 % (Wilson)".to_owned());
    lines.push(String::new());
    let head = ["group", "class", "texts", "precision", "low", "high", "recall", "low", "high", "F1"].map(str::to_owned);
    let mut rows = Vec::new();
    for group in card.at_least(LEAST_TEXTS, "other").iter().chain((card.groups.len() != 1).then_some(&card.whole("all"))) {
        for (class, name) in classifier.classes().iter().enumerate() {
            let rates = group.rates(class);
            let [precision, recall] = rates.intervals(Level::P95);
            let of = |share: Option<f64>| share.map_or_else(|| "-".to_owned(), |share| format!("{share:.3}"));
            let mut row = vec![group.name.clone(), name.clone(), rates.recall.trials().to_string(), of(rates.precision.share())];
            row.extend([of(Some(precision.low)), of(Some(precision.high)), of(rates.recall.share())]);
            row.extend([of(Some(recall.low)), of(Some(recall.high)), of(rates.f1())]);
            rows.push(row);
        }
    }
    let right = [false, false, true, true, true, true, true, true, true, true];
    lines.push(table(&head, &rows, &right));
    lines.push(String::new());
    lines.push("coded (row) and taken for (column), all groups:".to_owned());
    lines.push(confusion_text(classifier, &card.whole("all").confusion));
    if let Some(found) = &card.counterfactual {
        let changed = found.changed();
        let interval = changed.wilson(Level::P95);
        lines.push(String::new());
        lines.push(format!(
            "counterfactual: {} of {} with one of {} change their label when it is replaced ({:.3}, {:.3} to {:.3})",
            changed.successes(),
            counted(changed.trials(), "text"),
            counted(found.terms, "term"),
            changed.share().unwrap_or(0.0),
            interval.low,
            interval.high
        ));
    }
    lines.join("\n")
}

fn confusion_text(classifier: &Classifier, counts: &[u64]) -> String {
    let names = classifier.classes();
    let head: Vec<String> = std::iter::once(String::new()).chain(names.iter().cloned()).collect();
    let rows: Vec<Vec<String>> = names
        .iter()
        .zip(counts.chunks_exact(names.len()))
        .map(|(name, row)| std::iter::once(name.clone()).chain(row.iter().map(u64::to_string)).collect())
        .collect();
    let right: Vec<bool> = (0..=names.len()).map(|at| at > 0).collect();
    table(&head, &rows, &right)
}
