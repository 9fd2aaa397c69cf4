//! Invented frames with known truth, and what the findings must say of them.

use super::design::{layers, spread};
use super::estimate::{Evidence, Figures, GoldenCounts, Judged, Unseen};
use super::findings;
use super::members::Members;
use super::sample::{Row, Sample};
use super::score::Scores;
use super::{CodeRule, CodeRules, CodeTable, Coded, Counts, Purpose, ScoreSummary, compare};
use record::{Finding, Value};
use stats::Level;
use stats::survey::{draw, neyman};
use std::collections::BTreeMap;

/// Numbers between 0 and 1 from a seed (G. Marsaglia, Xorshift RNGs, J. Stat. Softw. 8, 2003).
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Self {
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

fn rules() -> CodeRules {
    let rule = |counts, group: Option<&str>| CodeRule { counts, group: group.map(str::to_owned) };
    CodeRules(BTreeMap::from([
        ("news".to_owned(), rule(Counts::Negative, Some("journalist"))),
        ("support".to_owned(), rule(Counts::Positive, None)),
        ("unclear".to_owned(), rule(Counts::Missing, None)),
    ]))
}

fn code(is_support: bool) -> String {
    if is_support { "support" } else { "news" }.to_owned()
}

/// A frame of `n` accounts with scores that order them well and not perfectly; 12 seeds, 60 pilot codes, 20 golden items, 10 flagged accounts, 200
/// codes by stratum of which one in twenty is missing. Gives the truth beside it.
fn setting(seed: u64, n: usize) -> (Evidence, Vec<bool>) {
    let mut random = Random::new(seed);
    let linear: Vec<f64> = (0..n).map(|_| 6.0 * random.next() - 5.0).collect();
    let probability: Vec<f64> = linear.iter().map(|score| 1.0 / (1.0 + (-1.5 * score).exp())).collect();
    let truth: Vec<bool> = probability.iter().map(|p| random.next() < *p).collect();
    let mut members =
        Members { frame: "frame".to_owned(), accounts: (0..n).map(|at| format!("x:{at:06}")).collect(), ..Members::default() };
    members.levels = vec![1; n];
    let half = |at: usize| if at.is_multiple_of(3) { "ar" } else { "en" };
    members.words.insert("lang", (0..n).map(|at| Some(half(at).to_owned())).collect());
    members.words.insert("flag", (0..n).map(|at| (at % 97 == 5 && at < 970).then(|| "spam".to_owned())).collect());
    let mut scores = Scores { linear, probability: Some(probability), known: vec![None; n], is_pilot: vec![false; n] };
    let mut golden = BTreeMap::new();
    for (at, is_support) in truth.iter().copied().enumerate() {
        match at % 97 {
            // Seeds are supporters; one of them is a golden item too, and so is a pilot account.
            0 if at < 97 * 12 && is_support => scores.known[at] = Some(code(true)),
            1 if at < 97 * 60 => (scores.known[at], scores.is_pilot[at]) = (Some(code(is_support)), true),
            2 if at < 97 * 20 => drop(golden.insert(members.accounts[at].clone(), code(is_support))),
            _ => {}
        }
    }
    golden.insert(members.accounts[1].clone(), code(truth[1]));
    let is_flagged = |at: usize| members.word("flag")[at].is_some();
    let is_open = |at: &usize| scores.known[*at].is_none() && !golden.contains_key(&members.accounts[*at]) && !is_flagged(*at);
    let open: Vec<usize> = (0..n).filter(is_open).collect();
    let strata = layers(&scores, &open, 5).unwrap();
    let expected: Vec<_> = strata.iter().map(|layer| spread(layer, (0, 0))).collect();
    let codes = neyman(&expected, 200, 20).unwrap();
    let sizes: Vec<u64> = strata.iter().map(|layer| layer.places.len() as u64).collect();
    let (mut rows, mut judged, mut coded) = (Vec::new(), Vec::new(), Vec::new());
    for (stratum, own) in draw(&sizes, &codes, seed).unwrap().into_iter().enumerate() {
        for place in own.places {
            let at = strata[stratum].places[place as usize];
            let label = (random.next() > 0.05).then_some(truth[at]);
            let said = label.map_or_else(|| "unclear".to_owned(), code);
            let account = members.accounts[at].clone();
            let given =
                Coded { item: account.clone(), purpose: Purpose::Sample, coder: "a".to_owned(), first: said.clone(), code: said.clone() };
            coded.push(given);
            rows.push(Row { account, stratum: stratum as i64, chance: own.chance, coders: vec!["a".to_owned()] });
            judged.push(Judged { place: at, stratum, chance: own.chance, is_coded: true, code: Some(said), label });
        }
    }
    let from = strata.iter().map(|layer| layer.from).collect();
    let evidence = Evidence {
        card: ScoreSummary {
            frame: "frame".to_owned(),
            kind: "logistic regression".to_owned(),
            positives: 10,
            negatives: 10,
            pilot: 10,
            strength: None,
            calibration: None,
            auc: None,
            brier: None,
            reliability: Vec::new(),
            abstains_between: None,
            weights: Vec::new(),
            words: Vec::new(),
            counterfactual: None,
        },
        sample: Sample { rows, sizes, from, without_flagged: true, golden, digest: "digest".to_owned() },
        codes: CodeTable { coded, adjudicated: BTreeMap::new() },
        members,
        scores,
        judged,
        rules: rules(),
        golden: None,
        golden_counts: GoldenCounts::default(),
        is_golden_by_coders: false,
        unseen: Unseen::default(),
        claims: Vec::new(),
        level: Level::P95,
        min_cell: 10,
        window: None,
    };
    (evidence, truth)
}

/// What is to be estimated: positives of the frame without flagged accounts.
fn target(evidence: &Evidence, truth: &[bool], inside: impl Fn(usize) -> bool) -> f64 {
    let counts = |at: &usize| truth[*at] && inside(*at) && (evidence.is_open(*at) || evidence.standing(*at).is_some());
    (0..truth.len()).filter(counts).count() as f64
}

#[test]
fn intervals_of_total_and_domains_hold_the_truth() {
    let replicates: u64 = 120;
    let mut held = [0_u64; 4];
    let mut bias = 0.0;
    for seed in 1..=replicates {
        let (evidence, truth) = setting(seed, 6_000);
        let figures = evidence.figures().unwrap();
        let everybody = target(&evidence, &truth, |_| true);
        let best = figures.best();
        bias += (figures.total.estimate - everybody) / everybody / replicates as f64;
        held[0] += u64::from(figures.total.interval.low <= everybody && everybody <= figures.total.interval.high);
        held[1] += u64::from(best.1.low <= everybody && everybody <= best.1.high);
        for (place, lang) in [(2, "ar"), (3, "en")] {
            let inside = |at: usize| evidence.members.word("lang")[at].as_deref() == Some(lang);
            let wanted = target(&evidence, &truth, inside);
            let own = evidence.total_of(&inside, Level::P95).unwrap().interval;
            held[place] += u64::from(own.low <= wanted && wanted <= own.high);
        }
    }
    // 95 % less three Monte-Carlo standard errors, √(.95 × .05 / 120) = .02 each.
    assert!(held.iter().all(|held| *held as f64 / replicates as f64 >= 0.95 - 3.0 * 0.02), "{held:?}");
    assert!(bias.abs() < 0.03, "the estimate is off by {bias}");
}

#[test]
fn every_account_counts_once() {
    let (mut evidence, truth) = setting(3, 6_000);
    let n = evidence.members.len();
    let open = (0..n).filter(|at| evidence.is_open(*at)).count();
    let standing = (0..n).filter(|at| evidence.standing(*at).is_some()).count();
    let flagged = (0..n).filter(|at| evidence.members.word("flag")[*at].is_some() && evidence.standing(*at).is_none()).count();
    assert_eq!(open + standing + flagged, n);
    assert!((0..n).all(|at| !(evidence.is_open(at) && evidence.standing(at).is_some())));
    assert_eq!(open as u64, evidence.sample.sizes.iter().sum::<u64>(), "the strata hold the accounts that can be drawn");
    // Codes of everybody: the total is the truth, whether golden items correct coders or not.
    let everybody = target(&evidence, &truth, |_| true);
    evidence.judged = (0..n)
        .filter(|at| evidence.is_open(*at))
        .map(|place| {
            let stratum = evidence.sample.stratum(evidence.scores.linear[place]);
            Judged { place, stratum, chance: 1.0, is_coded: true, code: Some(code(truth[place])), label: Some(truth[place]) }
        })
        .collect();
    for golden in [None, Some(stats::survey::Golden::new(1_000_000, 1_000_000, 0, 1_000_000).unwrap())] {
        evidence.golden = golden;
        assert_eq!(evidence.headline_of(None, Level::P95).unwrap().total.estimate.round(), everybody, "{golden:?}");
        let inside = |at: usize| at.is_multiple_of(3);
        assert_eq!(evidence.total_of(&inside, Level::P95).unwrap().estimate.round(), target(&evidence, &truth, inside), "{golden:?}");
    }
}

#[test]
fn parts_of_a_comparison_add_up() {
    let (first, _) = setting(5, 6_000);
    let (mut second, _) = setting(6, 6_000);
    // The second frame lacks every fourth account of the first and holds as many others.
    for (at, key) in second.members.accounts.iter_mut().enumerate().filter(|(at, _)| at % 4 == 0) {
        *key = format!("y:{at:06}");
    }
    let pairs = compare::pairs(&first, &second).unwrap();
    for side in [|pair: &compare::Pair| pair.earlier.estimate, |pair: &compare::Pair| pair.later.estimate] {
        let [all, both, one] = [side(&pairs[0]), side(&pairs[1]), side(&pairs[2])];
        assert!((all - both - one).abs() < 1e-6, "{all} is not {both} and {one}");
        assert!(both > 0.0 && one > 0.0);
    }
}

fn column(finding: &Finding, name: &str) -> Vec<Value> {
    let at = finding.column(name).unwrap();
    finding.rows.iter().map(|row| row[at].clone()).collect()
}

#[test]
fn precision_and_false_positives_by_hand() {
    let (mut evidence, _) = setting(9, 6_000);
    // One stratum of which all 50 best and every tenth other are coded: the first 30 and none else are positive.
    let open: Vec<usize> = (0..evidence.members.len()).filter(|at| evidence.is_open(*at)).collect();
    for (rank, at) in open.iter().enumerate() {
        evidence.scores.linear[*at] = -(rank as f64);
    }
    evidence.scores.known.fill(None);
    evidence.sample.golden.clear();
    let known: Vec<usize> = (0..evidence.members.len()).filter(|at| !open.contains(at)).collect();
    for at in known {
        evidence.scores.known[at] = Some(code(false));
    }
    let size = open.len() as u64;
    evidence.sample.sizes = vec![50, size - 50];
    evidence.sample.from = vec![-49.0, -(size as f64)];
    let judge = |rank: usize, place: usize| Judged {
        place,
        stratum: usize::from(rank >= 50),
        chance: if rank < 50 { 1.0 } else { 0.1 },
        is_coded: true,
        code: Some(code(rank < 30)),
        label: Some(rank < 30),
    };
    evidence.judged = open.iter().enumerate().filter(|(rank, _)| *rank < 50 || rank % 10 == 0).map(|(rank, at)| judge(rank, *at)).collect();
    evidence.scores.probability = None;
    let figures: Figures = evidence.figures().unwrap();
    assert_eq!(figures.total.estimate, 30.0);
    let all = findings::all(&evidence, &figures).unwrap();
    let found = |id: &str| all.iter().find(|finding| finding.id == id).unwrap();
    let precision = found("census_precision");
    assert_eq!(column(precision, "k")[..2], [Value::from(50_u64), Value::from(100_u64)]);
    assert_eq!(column(precision, "precision")[..2], [Value::from(0.6), Value::from(0.3)]);
    assert_eq!(column(precision, "coded")[..2], [Value::from(50_u64), Value::from(55_u64)]);
    // The cut lets 30 through, all of them supporters: no false positive. The group of journalists is all of the negatives.
    let errors = found("census_false_positives");
    assert_eq!(column(errors, "rate"), vec![Value::from(0.0); 4], "{errors:?}");
    let negatives = evidence.judged.len() as u64 - 30;
    assert_eq!(errors.denominator.n, negatives);
    // Were ten supporters more estimated, ten accounts coded negative would be let through, each of weight 1, among 20 + 10 × others.
    let mut more = evidence.figures().unwrap();
    more.total.estimate = 40.0;
    let all = findings::all(&evidence, &more).unwrap();
    let errors = all.iter().find(|finding| finding.id == "census_false_positives").unwrap();
    let weight = 20.0 + 10.0 * (negatives - 20) as f64;
    assert_eq!(column(errors, "rate")[0], Value::from(10.0 / weight));
}

#[test]
fn gates_want_enough_codes() {
    let (mut evidence, _) = setting(11, 6_000);
    // Two coders agree on everything: on 20 accounts that is not enough, whatever the bootstrap says; on 40 it is.
    for (twice, state, needed) in [(20, "not enough data", Value::from(10_u64)), (40, "passed", Value::Null)] {
        evidence.codes.coded.retain(|coded| coded.coder == "a");
        let places: Vec<usize> = (0..evidence.codes.coded.len()).collect();
        // Both codes among them, or there would be nothing to agree on beyond chance.
        let of =
            |wanted: &str| places.iter().copied().filter(|at| evidence.codes.coded[*at].code == wanted).take(twice / 2).collect::<Vec<_>>();
        let second: Vec<Coded> = of("support")
            .into_iter()
            .chain(of("news"))
            .map(|at| Coded { coder: "b".to_owned(), ..evidence.codes.coded[at].clone() })
            .collect();
        assert_eq!(second.len(), twice);
        evidence.codes.coded.extend(second);
        for coded in &mut evidence.codes.coded {
            coded.first.clone_from(&coded.code);
        }
        let figures = evidence.figures().unwrap();
        let all = findings::all(&evidence, &figures).unwrap();
        let gates = all.iter().find(|finding| finding.id == "census_gates").unwrap();
        assert_eq!((&column(gates, "state")[0], &column(gates, "needed")[0]), (&Value::from(state), &needed), "{gates:?}");
    }
}
