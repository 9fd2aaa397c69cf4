//! How far the shares can be trusted: drift, agreement of coders, the model's card.

use super::super::estimate::Evidence;
use super::{Sheet, over};
use crate::Error;
use crate::census::{agreement_of, domain_words};
use record::{Chart, Finding, Kind, Text, Value, text};
use stats::domains::Shift;
use std::collections::{BTreeMap, BTreeSet};

/// Whether the posts are still what was coded.
pub(super) fn drift(evidence: &Evidence) -> Finding {
    let found = &evidence.drift;
    let verdict = match found.shift {
        Shift::None => text!("Nothing shows that the posts differ from those coded."),
        Shift::Prior => text!("The shares of the codes differ from those coded, and nothing beyond shows: quantification repairs this."),
        Shift::Covariate => {
            text!(
                "Posts of a code look another way than those coded: shares rest on codes of something else. Code a draw of these posts and train again."
            )
        }
    };
    let row = |what: Text, auc: &stats::score::Auc| {
        let ends = auc.interval.map(|own| [own.low, own.high]);
        vec![what.into(), Value::from(auc.area), Value::from(ends.map(|own| own[0])), Value::from(ends.map(|own| own[1]))]
    };
    let rows = vec![
        row(text!("coded and selected posts told apart"), &found.any),
        row(text!("the same, with codes weighted to the estimated shares"), &found.beyond),
    ];
    let sheet = Sheet {
        selection: &evidence.selection,
        id: "stance_drift".to_owned(),
        title: text!("Are the posts still what was coded?"),
        note: verdict,
        method: (text!("classifier two-sample test"), "drift"),
        level: Some(evidence.level.get()),
        rule: text!("area under the curve, of posts not seen; one half is no difference"),
    };
    let columns = [
        ("test", text!("Test"), Kind::Label),
        ("area", text!("Area"), Kind::Number),
        ("low", text!("from"), Kind::Low),
        ("high", text!("to"), Kind::High),
    ];
    sheet.finding(&columns, rows, 0, Chart::None)
}

/// Agreement of coders, by detected language.
pub(super) fn agreement(evidence: &Evidence) -> Result<Finding, Error> {
    let selection = &evidence.selection;
    let langs: BTreeMap<&str, Option<&str>> = selection.posts.iter().map(|post| (&*post.key, selection.word(post.lang))).collect();
    let mut coders: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for coded in &evidence.codes.coded {
        coders.entry(&coded.item).or_default().insert(&coded.coder);
    }
    let mut first: BTreeMap<String, Vec<(&str, &str, &str)>> = BTreeMap::new();
    for coded in evidence.codes.coded.iter().filter(|coded| coders.get(coded.item.as_str()).is_some_and(|own| own.len() > 1)) {
        let lang = langs.get(coded.item.as_str()).copied().flatten().unwrap_or("not known");
        let row = (coded.item.as_str(), coded.coder.as_str(), coded.first.as_str());
        for name in ["all", lang] {
            first.entry(name.to_owned()).or_default().push(row);
        }
    }
    let mut rows = Vec::new();
    let mut items = 0;
    for (lang, judged) in &first {
        let own = agreement_of(judged, evidence.level)?;
        items = items.max(own.items);
        if own.items < evidence.min_cell {
            continue;
        }
        let name = if lang == "all" { text!("all") } else { domain_words("lang", lang) };
        rows.push(vec![
            name.into(),
            Value::from(own.items),
            Value::from(own.coders),
            Value::from(own.alpha),
            Value::from(own.interval.map(|own| own.low)),
            Value::from(own.interval.map(|own| own.high)),
            Value::from(own.kappa),
        ]);
    }
    let sheet = Sheet {
        selection,
        id: "stance_agreement".to_owned(),
        title: text!("Agreement of coders on posts"),
        note: text!(
            "On posts that several people coded, by detected language: 1 is perfect, 0 is chance. The codes are those given first, before any talk."
        ),
        method: (text!("Krippendorff's alpha with bootstrap interval"), "agreement"),
        level: Some(evidence.level.get()),
        rule: text!("nominal codes; posts with two codes or more"),
    };
    let columns = [
        ("language", text!("Detected language"), Kind::Label),
        ("items", text!("Posts"), Kind::Count),
        ("coders", text!("Coders"), Kind::Count),
        ("alpha", text!("Alpha"), Kind::Number),
        ("low", text!("from"), Kind::Low),
        ("high", text!("to"), Kind::High),
        ("kappa", text!("Cohen's kappa"), Kind::Number),
    ];
    Ok(over(sheet.finding(&columns, rows, 0, Chart::None), items, text!("posts that two or more people coded")))
}

/// What the model was learned from, and how good it was on posts that it had not seen.
pub(super) fn card(evidence: &Evidence) -> Finding {
    let card = evidence.classifier.card();
    let mut groups = vec![(text!("all"), card.whole("all"))];
    // Languages of few coded posts are taken together.
    let least = evidence.min_cell.max(20);
    groups.extend(card.at_least(least, "others").into_iter().map(|group| match group.name.as_str() {
        "others" => (text!("others"), group),
        tag => (domain_words("lang", tag), group),
    }));
    let mut rows = Vec::new();
    for (name, group) in &groups {
        for (class, code) in evidence.classes.iter().enumerate() {
            let rates = group.rates(class);
            let [precision, recall] = rates.intervals(evidence.level);
            let ends = |share: Option<f64>, own: stats::Interval| {
                [share.into(), Value::from(share.map(|_| own.low)), Value::from(share.map(|_| own.high))]
            };
            let mut row = vec![name.into(), Value::from(code.as_str()), Value::from(rates.recall.trials())];
            row.extend(ends(rates.precision.share(), precision));
            row.extend(ends(rates.recall.share(), recall));
            rows.push(row);
        }
    }
    let learned = text!(
        "{folds} folds; strength {strength}; held-out log-loss {loss}",
        folds = u64::from(card.folds),
        strength = record::Arg::real(evidence.classifier.strength(), 2),
        loss = record::Arg::real(card.log_loss, 3)
    );
    let sheet = Sheet {
        selection: &evidence.selection,
        id: "stance_model".to_owned(),
        title: text!("Card of the classifier"),
        note: text!(
            "Of coded posts, each read by a classifier that was learned without it: of those taken for a code, how many are of it (precision); of those of a code, how \
             many were taken for it (recall). It reads words, not meaning: irony and quotation escape it. Its answers act on nobody."
        ),
        method: (text!("share with Wilson interval"), "classifier"),
        level: Some(evidence.level.get()),
        rule: super::with(learned, super::embedding(evidence).into_iter()),
    };
    let columns = [
        ("language", text!("Detected language"), Kind::Label),
        ("class", text!("Code"), Kind::Label),
        ("coded", text!("Coded posts"), Kind::Count),
        ("precision", text!("Precision"), Kind::Share),
        ("low", text!("from"), Kind::Low),
        ("high", text!("to"), Kind::High),
        ("recall", text!("Recall"), Kind::Share),
        ("recall_low", text!("from"), Kind::Low),
        ("recall_high", text!("to"), Kind::High),
    ];
    over(sheet.finding(&columns, rows, 0, Chart::None), evidence.coded.iter().sum(), text!("coded posts"))
}
