//! The classifier against its definition, written out with strings instead of hashes; what it keeps and refuses; its card.

use stats::learn::{Multinomial, Options, Rows, balanced_weights};
use stats::score::ClassCalibration;
use std::collections::BTreeMap;
use text::*;

const SHARED: [&str; 8] =
    ["the river today", "by the old bridge", "water and wind", "we saw it", "at noon!", "near the mill", "again :)", "#river"];
const OWN: [[&str; 4]; 3] = [
    ["lovely reeds", "we like the reeds", "high and green", "reeds are welcome"],
    ["cut the reeds", "the reeds must go", "too many of them", "nobody wants reeds"],
    ["reeds were counted", "a report says", "twelve boats passed", "according to the board"],
];

/// Invented texts of three classes, the more of the first; the classes share most of their words.
fn texts(n: usize) -> Vec<(String, usize)> {
    let made = (0..n).map(|i| {
        let class = [0, 1, 0, 2, 0, 1][i % 6];
        let own = OWN[class][(i * 7 + i / 5) % 4];
        let noise = OWN[(i * 5 + i / 3) % 3][(i * 3) % 4];
        (format!("{} {own} {} {noise} @friend{i} https://example.org/{i}", SHARED[(i * 3 + i / 4) % 8], SHARED[(i * 5 + 1) % 8]), class)
    });
    made.collect()
}

fn coded(texts: &[(String, usize)]) -> Vec<Coded<'_>> {
    texts.iter().enumerate().map(|(i, (text, class))| Coded { text, class: *class, group: if i % 2 == 0 { "en" } else { "ar" } }).collect()
}

fn names() -> Vec<String> {
    ["for", "against", "news"].map(str::to_owned).to_vec()
}

/// The features of a text by their names, with counts: runs of characters and words apart.
fn by_hand(text: &str) -> [BTreeMap<String, f64>; 2] {
    let (mut runs, mut words) = (BTreeMap::new(), BTreeMap::new());
    let mut before: Option<String> = None;
    for piece in normalise(text, Normalisation::SEARCH).split(' ').filter(|piece| !piece.is_empty()) {
        let (piece, is_name) = match piece {
            name if name.contains('@') => ("\u{2}", true),
            link if link.contains("://") || link.starts_with("www.") => ("\u{3}", true),
            other => (other, false),
        };
        let marked: Vec<char> = format!("\u{1}{piece}\u{1}").chars().collect();
        for length in 1..=5 {
            for run in marked.windows(length).filter(|run| *run != ['\u{1}']) {
                *runs.entry(run.iter().collect()).or_insert(0.0) += 1.0;
            }
        }
        let cut = piece.replace('#', " #");
        let found = if is_name { vec![piece.to_owned()] } else { cut.split([' ', '!', ':', ')', '.', ',']).map(str::to_owned).collect() };
        for word in found.into_iter().filter(|word| !word.is_empty()) {
            *words.entry(word.clone()).or_insert(0.0) += 1.0;
            if let Some(before) = before {
                *words.entry(format!("{before} {word}")).or_insert(0.0) += 1.0;
            }
            before = Some(word);
        }
    }
    [runs, words]
}

/// An invented vector for a text: it leans towards its class, and has a mean and a spread of its own.
fn vector(at: usize, class: usize) -> [f32; 4] {
    let noise = |salt: usize| ((at * 37 + salt * 11) % 17) as f32 / 40.0 - 0.2;
    let lean = |own: usize| if class == own { 0.4 } else { 0.0 };
    [3.0 + lean(0) + noise(1), lean(1) + noise(2), -1.0 + lean(2) + noise(3), 0.5 * noise(4)]
}

fn vectors(texts: &[(String, usize)]) -> Vec<f32> {
    texts.iter().enumerate().flat_map(|(at, (_, class))| vector(at, *class)).collect()
}

const MODEL: EmbeddingModel = EmbeddingModel { model: [7; 32], tokenizer: [8; 32], dimensions: 4, pooling: Pooling::Mean, tokens: 128 };

#[test]
fn posteriors_are_those_of_the_definition() {
    agree_with_the_definition(false);
}

#[test]
fn posteriors_with_vectors_are_those_of_the_definition() {
    agree_with_the_definition(true);
}

fn agree_with_the_definition(has_vectors: bool) {
    let texts = texts(90);
    let numbers = vectors(&texts);
    let dense = has_vectors.then_some(Vectors { model: MODEL, rows: &numbers });
    // Less the mean, over the root of the mean square of what is left.
    let means: Vec<f64> = (0..4).map(|own| numbers.iter().skip(own).step_by(4).map(|x| f64::from(*x)).sum::<f64>() / 90.0).collect();
    let spread = numbers.iter().enumerate().map(|(at, x)| (f64::from(*x) - means[at % 4]).powi(2)).sum::<f64>() / 90.0;
    let framed = |vector: &[f32]| -> Vec<f32> {
        vector.iter().zip(&means).map(|(x, mean)| (DENSE_LENGTH * (f64::from(*x) - mean) / spread.sqrt()) as f32).collect()
    };
    let setting = Setting { strengths: vec![0.3], calibration: ClassCalibration::None, folds: 3, ..Setting::default() };
    let trained = train_with(&coded(&texts), dense, &names(), &setting).unwrap();
    let cut: Vec<[BTreeMap<String, f64>; 2]> = texts.iter().map(|(text, _)| by_hand(text)).collect();
    let mut frequency: [BTreeMap<&str, f64>; 2] = Default::default();
    for (block, frequency) in frequency.iter_mut().enumerate() {
        cut.iter().flat_map(|cut| cut[block].keys()).for_each(|name| *frequency.entry(name).or_insert(0.0) += 1.0);
    }
    let column = |block: usize, name: &str| {
        frequency[block].keys().position(|known| *known == name).map(|at| (at + block * frequency[0].len()) as u32)
    };
    let features = frequency[0].len() + frequency[1].len();
    let row = |cut: &[BTreeMap<String, f64>; 2], vector: &[f32]| {
        let mut row = Vec::new();
        for block in 0..2 {
            let weighed: Vec<(u32, f64, f64)> = cut[block]
                .iter()
                .filter_map(|(name, count)| {
                    Some((column(block, name)?, *count, ((1.0 + 90.0) / (1.0 + frequency[block][name.as_str()])).ln() + 1.0))
                })
                .collect();
            let length = weighed.iter().map(|(_, count, idf)| count * idf * idf).sum::<f64>().sqrt();
            row.extend(weighed.iter().map(|(column, count, idf)| (*column, (count * idf / length) as f32)));
        }
        if has_vectors {
            row.extend((features as u32..).zip(framed(vector)));
        }
        row
    };
    let mut rows = Rows::empty(features + if has_vectors { 4 } else { 0 });
    cut.iter().zip(numbers.chunks_exact(4)).for_each(|(cut, vector)| rows.push(&row(cut, vector)).unwrap());
    let labels: Vec<usize> = texts.iter().map(|text| text.1).collect();
    let options = Options { strength: 0.3, tolerance: 1e-4, ..Options::default() };
    let model = Multinomial::fit(&rows, &labels, 3, &balanced_weights(&labels, 3), &options).unwrap();
    assert_eq!(trained.classifier.features(), features);
    let mut reading = Reading::default();
    let unseen =
        ["the reeds must go!", "lovely reeds by the old bridge @somebody", "unknown", "twelve boats, twelve boats www.example.org"];
    for (at, text) in unseen.iter().enumerate() {
        let vector = if has_vectors { &vector(at + 1_000, at % 3)[..] } else { &[] };
        let mut wanted = model.scores(row(&by_hand(text), vector).into_iter().map(|(column, value)| (column as usize, f64::from(value))));
        stats::learn::softmax(&mut wanted);
        let found = trained.classifier.posteriors_with(text, vector, &mut reading).unwrap();
        assert!(found.iter().zip(&wanted).all(|(a, b)| (a - b).abs() < 2e-3), "{text}: {found:?} {wanted:?}");
    }
}

/// What words do not say: of three texts with the same words each has a class of its own.
#[test]
fn vectors_say_what_words_do_not() {
    let texts: Vec<(String, usize)> =
        (0..120).map(|i| (format!("{} {}", SHARED[(i / 3) % 8], OWN[(i / 3) % 3][(i / 9) % 4]), i % 3)).collect();
    let numbers = vectors(&texts);
    let held = |dense: Option<Vectors<'_>>| {
        train_with(&coded(&texts), dense, &names(), &Setting::default()).unwrap().classifier.card().whole("").macro_f1()
    };
    let (without, with) = (held(None), held(Some(Vectors { model: MODEL, rows: &numbers })));
    assert!(without < 0.5 && with > 0.75, "{without} {with}");
    // Vectors that are all alike say nothing, and learn nothing that is not finite.
    let alike = [0.25_f32, 0.5, -0.5, 0.1].repeat(120);
    assert_eq!(held(Some(Vectors { model: MODEL, rows: &alike })), without);
}

#[test]
fn a_classifier_with_vectors_is_kept_and_read_with_its_own_model_only() {
    let texts = texts(120);
    let numbers = vectors(&texts);
    let trained = train_with(&coded(&texts), Some(Vectors { model: MODEL, rows: &numbers }), &names(), &Setting::default()).unwrap();
    let mut reading = Reading::default();
    for (at, (text, class)) in texts.iter().enumerate() {
        let classifier = &trained.fold_classifiers[trained.folds[at]];
        let found = classifier.posteriors_with(text, &vector(at, *class), &mut reading).unwrap();
        assert!(found.iter().zip(&trained.out_of_fold[at * 3..][..3]).all(|(a, b)| (a - b).abs() < 1e-4), "{at}");
    }
    let bytes = trained.classifier.to_bytes();
    let opened = Classifier::from_bytes(&bytes).unwrap();
    assert!(opened == trained.classifier && opened.embedding() == Some(&MODEL));
    assert_eq!(opened.fits(Some(&MODEL)), Ok(()));
    let others = [
        EmbeddingModel { model: [9; 32], ..MODEL },
        EmbeddingModel { tokenizer: [9; 32], ..MODEL },
        EmbeddingModel { tokens: 64, ..MODEL },
        EmbeddingModel { pooling: Pooling::Own, ..MODEL },
    ];
    for other in others {
        assert_eq!(opened.fits(Some(&other)), Err(ClassifierError::OtherEmbedding(MODEL)));
    }
    assert_eq!(opened.posteriors("reeds", None, &mut reading).unwrap_err(), ClassifierError::NeedsEmbedding(MODEL));
    assert_eq!(opened.posteriors_with("reeds", &[], &mut reading), Err(ClassifierError::Vectors { found: 0, wanted: 4 }));
    let plain = train(&coded(&texts), &names(), &Setting::default()).unwrap().classifier;
    assert_eq!(plain.fits(Some(&MODEL)), Err(ClassifierError::NoEmbedding));
    assert_eq!(plain.to_bytes()[8], 1, "a model without vectors is the file that it was");
    let wrong = train_with(&coded(&texts), Some(Vectors { model: MODEL, rows: &numbers[1..] }), &names(), &Setting::default());
    assert_eq!(wrong.err(), Some(ClassifierError::Vectors { found: 479, wanted: 480 }));
    for end in 0..bytes.len().min(4_000) {
        assert!(Classifier::from_bytes(&bytes[..end]).is_err());
    }
    let said = ClassifierError::NeedsEmbedding(MODEL).to_string();
    assert!(said.contains(&"07".repeat(32)) && said.contains("--embeddings"), "{said}");
}

/// See `dense.rs`.
const DENSE_LENGTH: f64 = 1.0;

#[test]
fn out_of_fold_posteriors_are_what_the_fold_s_classifier_says() {
    let texts = texts(120);
    let trained = train(&coded(&texts), &names(), &Setting::default()).unwrap();
    let mut reading = Reading::default();
    for (at, (text, _)) in texts.iter().enumerate() {
        let found = trained.fold_classifiers[trained.folds[at]].posteriors(text, None, &mut reading).unwrap();
        let kept = &trained.out_of_fold[at * 3..][..3];
        assert!(found.iter().zip(kept).all(|(a, b)| (a - b).abs() < 1e-4), "{at}: {found:?} {kept:?}");
    }
    // The shares that posteriors assume are those of the codes, and so is their mean.
    let mean: Vec<f64> = (0..3).map(|class| trained.out_of_fold.iter().skip(class).step_by(3).sum::<f64>() / 120.0).collect();
    assert!(mean.iter().zip(trained.classifier.prior()).all(|(a, b)| (a - b).abs() < 0.01), "{mean:?}");
    assert_eq!(trained.classifier.prior(), [0.5, 2.0 / 6.0, 1.0 / 6.0]);
    assert!(trained == train(&coded(&texts), &names(), &Setting::default()).unwrap());
}

#[test]
fn a_saved_classifier_says_the_same_and_its_bytes_hold_no_word() {
    let texts = texts(60);
    let mut trained = train(&coded(&texts), &names(), &Setting { wrong: 0.2, ..Setting::default() }).unwrap();
    let found = counterfactual(&trained, &coded(&texts), &Terms::new(["reeds"]), "boats", None).unwrap();
    trained.classifier.set_counterfactual(found);
    let bytes = trained.classifier.to_bytes();
    let opened = Classifier::from_bytes(&bytes).unwrap();
    assert!(opened == trained.classifier);
    let mut reading = Reading::default();
    let posteriors = opened.posteriors("lovely reeds", None, &mut reading).unwrap().to_vec();
    assert_eq!(posteriors, trained.classifier.posteriors("lovely reeds", None, &mut reading).unwrap());
    assert!(!bytes.windows(5).any(|window| window == b"reeds" || window == b"bridg"));
}

#[test]
fn another_version_is_refused_in_a_sentence_and_damage_is_told() {
    let texts = texts(60);
    let bytes = train(&coded(&texts), &names(), &Setting::default()).unwrap().classifier.to_bytes();
    for (place, what, found, wanted) in [(8, "the model file", 3, 2), (12, "the features", 2, 1)] {
        let mut other = bytes.clone();
        other[place] = found;
        let error = Classifier::from_bytes(&other).unwrap_err();
        assert!(matches!(error, ClassifierError::Version { .. }));
        assert!(
            error.to_string().starts_with(&format!("it was made under version `{found}` of {what} and this program has `{wanted}`")),
            "{error}"
        );
    }
    assert_eq!(Classifier::from_bytes(b"label,text\n"), Err(ClassifierError::NotAModel));
    assert_eq!(Classifier::from_bytes(&bytes[..8]), Err(ClassifierError::Damaged));
    for cut in [20, bytes.len() / 2, bytes.len() - 1] {
        assert_eq!(Classifier::from_bytes(&bytes[..cut]), Err(ClassifierError::Damaged));
        let mut turned = bytes.clone();
        turned[cut] ^= 4;
        assert_eq!(Classifier::from_bytes(&turned), Err(ClassifierError::Damaged));
    }
}

/// A file whose checksum holds but whose lengths lie must not make the program fall over.
#[test]
fn a_forged_length_is_damage() {
    let texts = texts(60);
    let bytes = train(&coded(&texts), &names(), &Setting::default()).unwrap().classifier.to_bytes();
    for place in (16..bytes.len().min(400)).step_by(4) {
        let mut forged = bytes[..bytes.len() - 8].to_vec();
        forged[place..place + 4].copy_from_slice(&u32::MAX.to_le_bytes());
        let sum = xxhash_rust::xxh3::xxh3_64(&forged).to_le_bytes();
        forged.extend(sum);
        // Numbers may be forged into other numbers; nothing may panic.
        let _ = Classifier::from_bytes(&forged);
    }
}

#[test]
fn the_card_counts_every_text_once() {
    let texts = texts(120);
    let trained = train(&coded(&texts), &names(), &Setting { wrong: 0.1, ..Setting::default() }).unwrap();
    let card = trained.classifier.card();
    assert_eq!(card.items, [60, 40, 20]);
    assert_eq!(card.groups.iter().map(|group| (group.name.as_str(), group.items())).collect::<Vec<_>>(), [("ar", 60), ("en", 60)]);
    let whole = card.whole("all");
    for class in 0..3 {
        assert_eq!(whole.rates(class).recall.trials(), card.items[class]);
    }
    let answers = trained.out_of_fold.chunks_exact(3).map(|row| trained.classifier.label(row));
    let right = answers.zip(&texts).filter(|(answer, text)| *answer == text.1).count() as u64;
    assert_eq!((0..3).map(|class| whole.confusion[class * 4]).sum::<u64>(), right);
    let wrong_answers = trained.out_of_fold.chunks_exact(3).zip(&texts).filter(|(row, text)| {
        let answer = trained.classifier.answer(row);
        answer.is_some() && (0..3).max_by(|a, b| row[*a].total_cmp(&row[*b])) != Some(text.1)
    });
    let given = 120 - whole.withheld;
    assert!(given > 0 && wrong_answers.count() as f64 <= 0.1 * given as f64);
}

#[test]
fn rates_of_a_confusion_by_hand() {
    let group = Group { name: String::new(), confusion: vec![6, 2, 0, 1, 5, 2, 0, 0, 4], withheld: 0 };
    let rates = group.rates(0);
    assert_eq!((rates.precision.share(), rates.recall.share()), (Some(6.0 / 7.0), Some(0.75)));
    assert_eq!(rates.f1(), Some(12.0 / 15.0));
    let mean = (12.0 / 15.0 + 10.0 / 15.0 + 8.0 / 10.0) / 3.0;
    assert!((group.macro_f1() - mean).abs() < 1e-12);
    let none = Group { name: String::new(), confusion: vec![3, 0, 0, 0], withheld: 0 };
    assert_eq!((none.rates(1).f1(), none.macro_f1()), (None, 1.0));
}

#[test]
fn a_label_that_hangs_on_a_term_falls_with_it() {
    // The class is whether the text names the heron; nothing else differs.
    let texts: Vec<(String, usize)> =
        (0..80).map(|i| (format!("{} {} today", SHARED[i % 8], if i % 2 == 0 { "grey heron" } else { "old boat" }), i % 2)).collect();
    let trained = train(&coded(&texts), &names()[..2], &Setting::default()).unwrap();
    let terms = Terms::new(["Grey Heron"]);
    let found = counterfactual(&trained, &coded(&texts), &terms, "old boat", None).unwrap();
    assert_eq!((found.changed().trials(), found.changed().successes()), (40, 40));
    assert_eq!(found.moves, [0, 40, 0, 0]);
    let other = counterfactual(&trained, &coded(&texts), &Terms::new(["today"]), "", None).unwrap();
    assert_eq!((other.changed().trials(), other.changed().successes()), (80, 0));
}

#[test]
fn labels_without_a_sign_in_the_texts_are_not_learned() {
    let texts: Vec<(String, usize)> = texts(300).into_iter().enumerate().map(|(i, (text, _))| (text, (i * i + i / 7) % 2)).collect();
    let trained = train(&coded(&texts), &names()[..2], &Setting { strengths: vec![3.0], ..Setting::default() }).unwrap();
    let share = texts.iter().filter(|text| text.1 == 0).count() as f64 / 300.0;
    let entropy = -(share * share.ln() + (1.0 - share) * (1.0 - share).ln());
    assert!(trained.classifier.card().log_loss > entropy - 0.02, "{} {entropy}", trained.classifier.card().log_loss);
}

#[test]
fn what_cannot_be_learned_is_said_in_a_sentence() {
    let texts = texts(60);
    let refused = |texts: &[Coded<'_>], classes: &[String]| train(texts, classes, &Setting::default()).unwrap_err().to_string();
    assert!(refused(&coded(&texts), &names()[..1]).starts_with("the codes name `1` class"));
    let few = refused(&coded(&texts[..12]), &names());
    assert_eq!(few.split(';').next(), Some("`2` of `3` classes have fewer coded texts than the `5` folds, the smallest `2`"));
    let empty: Vec<Coded<'_>> = (0..20).map(|i| Coded { text: " ", class: i % 2, group: "" }).collect();
    assert!(refused(&empty, &names()[..2]).starts_with("none of the `20` texts holds a word"));
    let zero = train(&coded(&texts), &names(), &Setting { strengths: vec![0.0], ..Setting::default() });
    assert_eq!(zero, Err(ClassifierError::Learn(stats::learn::Error::Strength(0.0))));
}

#[test]
fn names_and_links_leave_a_mark_and_no_feature() {
    let read = |text: &str| {
        let mut grams = Grams::default();
        grams.read(text);
        (grams.characters, grams.words)
    };
    assert_eq!(read("see @one and https://a.example/x"), read("see @another and www.b.example"));
    assert_ne!(read("see @one"), read("see www.one.example"));
    // Runs of `^ab!^`: 3 of one (the marks alone are none), 4 of two, 3 of three, 2 of four, 1 of five; the word `ab`.
    let (runs, words) = read("Ab!");
    assert_eq!((runs.len(), words.len()), (13, 1));
    // Two words, their pair; a mark counts as a word.
    assert_eq!(read("one two @three").1.len(), 5);
    assert_eq!(read(" \n "), (vec![], vec![]));
}

#[test]
fn terms_are_replaced_and_the_rest_stays() {
    let terms = Terms::new(["Grey Heron", "الحداد"]);
    let replaced = |text: &str, with: &str| terms.replace(text, with);
    assert_eq!(replaced("See: the Grey heron! @grey_heron :)", "boat").as_deref(), Some("see: the boat! @grey_heron :)"));
    assert_eq!(replaced("#GreyHeron, and «والحداد»", "").as_deref(), Some(", and «»"));
    assert_eq!(replaced("a grey day", "boat"), None);
}
