//! Values made with statsmodels 0.15.0 (`proportion_confint`: wilson, beta, jeffreys, agresti_coull), scipy 1.17.1
//! (`binomtest(k, n).proportion_ci`: wilsoncc, and 99 % wilson and exact) and statsmodels' `confint_proportions_2indep(method='newcomb')`.

use crate::of;
use stats::{Error, Interval, Level, Proportion, newcombe_difference};

fn assert_close(ours: Interval, low: f64, high: f64, what: &str) {
    assert!((ours.low - low).abs() < 2e-10 && (ours.high - high).abs() < 2e-10, "{what}: {ours:?}, not {low}..{high}");
}

#[test]
fn published_shares_of_conway_and_others() {
    // Conway et al. 2017: 455 of 722 and 163 of 451 accounts suspended; intervals as computed in the methods notes.
    let supporters = of(455, 722).wilson(Level::P95);
    let others = of(163, 451).wilson(Level::P95);
    assert_eq!((format!("{:.3}", supporters.low), format!("{:.3}", supporters.high)), ("0.594".into(), "0.665".into()));
    assert_eq!((format!("{:.3}", others.low), format!("{:.3}", others.high)), ("0.318".into(), "0.407".into()));
}

#[test]
fn newcombes_own_examples() {
    // Newcombe 1998 (single proportion), table I: 81/263, 15/148, 0/20, 1/29 by methods 3, 4 and 5.
    let table = [
        (81, 263, (0.2553, 0.3662), (0.2535, 0.3682), (0.2527, 0.3676)),
        (15, 148, (0.0624, 0.1605), (0.0598, 0.1644), (0.0578, 0.1617)),
        (0, 20, (0.0000, 0.1611), (0.0000, 0.2005), (0.0000, 0.1684)),
        (1, 29, (0.0061, 0.1718), (0.0018, 0.1963), (0.0009, 0.1776)),
    ];
    for (k, n, wilson, corrected, exact) in table {
        let p = of(k, n);
        for (ours, (low, high)) in
            [(p.wilson(Level::P95), wilson), (p.wilson_corrected(Level::P95), corrected), (p.clopper_pearson(Level::P95), exact)]
        {
            assert!((ours.low - low).abs() < 5.1e-5 && (ours.high - high).abs() < 5.1e-5, "{k}/{n}: {ours:?}");
        }
    }
}

#[test]
fn wilson_agrees_with_statsmodels() {
    let golden = [
        (455, 722, 0.594378362411, 0.664631367215),
        (163, 451, 0.318423883987, 0.406755082055),
        (15, 148, 0.0623863995307, 0.160487241723),
        (0, 20, 0.0, 0.161125158053),
        (20, 20, 0.838874841947, 1.0),
        (0, 1, 0.0, 0.793450685623),
        (5, 10, 0.236593090513, 0.763406909487),
        (3, 1_000_000, 1.02027124097e-06, 8.82114977431e-06),
    ];
    for (k, n, low, high) in golden {
        assert_close(of(k, n).wilson(Level::P95), low, high, &format!("wilson {k}/{n}"));
    }
}

#[test]
fn corrected_wilson_agrees_with_scipy() {
    let golden = [
        (455, 722, 0.593676032685, 0.665306671743),
        (163, 451, 0.317353857743, 0.407883371814),
        (1, 29, 0.00180264021328, 0.19628175101),
        (0, 1, 0.0, 0.945379244471),
        (1, 1, 0.0546207555289, 1.0),
        (29, 29, 0.85438352442, 1.0),
        (3, 1_000_000, 7.7479383584e-07, 9.56004774214e-06),
    ];
    for (k, n, low, high) in golden {
        assert_close(of(k, n).wilson_corrected(Level::P95), low, high, &format!("corrected {k}/{n}"));
    }
}

#[test]
fn clopper_pearson_agrees_with_statsmodels() {
    let golden = [
        (455, 722, 0.59381346864, 0.665505720313),
        (163, 451, 0.31700878405, 0.407660322712),
        (1, 29, 0.00087264688358, 0.177644295489),
        (0, 1, 0.0, 0.975),
        (29, 29, 0.88055513093, 1.0),
        (3, 1_000_000, 6.18672550191e-07, 8.76724778807e-06),
        (300_000, 1_000_000, 0.299101911934, 0.300899246642),
        (999_998, 1_000_000, 0.999992775331, 0.999999757791),
    ];
    for (k, n, low, high) in golden {
        assert_close(of(k, n).clopper_pearson(Level::P95), low, high, &format!("exact {k}/{n}"));
    }
}

#[test]
fn jeffreys_and_agresti_coull_agree_with_statsmodels() {
    let jeffreys = [
        (455, 722, 0.594516755983, 0.664829583076),
        (1, 29, 0.00374617364906, 0.150077686002),
        (5, 10, 0.223528670253, 0.776471329747),
        // statsmodels keeps the lower end 2.4e-05 here; Brown, Cai and DasGupta set it to zero, and so do we.
        (0, 20, 0.0, 0.116638982905),
        (20, 20, 0.883361017095, 1.0),
    ];
    for (k, n, low, high) in jeffreys {
        assert_close(of(k, n).jeffreys(Level::P95), low, high, &format!("jeffreys {k}/{n}"));
    }
    let agresti_coull = [
        (455, 722, 0.594371640711, 0.664638088914),
        (1, 29, 0.0, 0.186286508562),
        (20, 20, 0.810190439458, 1.0),
        (0, 1, 0.0, 0.832500514521),
    ];
    for (k, n, low, high) in agresti_coull {
        assert_close(of(k, n).agresti_coull(Level::P95), low, high, &format!("agresti-coull {k}/{n}"));
    }
}

#[test]
fn other_levels_agree_with_scipy() {
    let p99 = Level::new(0.99).unwrap();
    assert_close(of(81, 263).wilson(p99), 0.240136902688, 0.385282502318, "wilson 99 %");
    assert_close(of(81, 263).clopper_pearson(p99), 0.236837358166, 0.38625832567, "exact 99 %");
    assert_close(of(20, 20).clopper_pearson(p99), 0.767270499011, 1.0, "exact 99 %, all");
}

#[test]
fn newcombes_difference_agrees_with_statsmodels_and_his_table() {
    let golden = [
        ((56, 70), (48, 80), 0.0524314724024, 0.333872654037),
        ((9, 10), (3, 10), 0.170522723935, 0.809017973535),
        ((6, 7), (2, 7), 0.0582279274823, 0.806249637524),
        ((5, 56), (0, 29), -0.0381371479035, 0.192560013855),
        ((0, 10), (0, 20), -0.161125158053, 0.277532799863),
        ((10, 10), (0, 20), 0.679086037142, 1.0),
    ];
    for ((k1, n1), (k2, n2), low, high) in golden {
        assert_close(newcombe_difference(of(k1, n1), of(k2, n2), Level::P95), low, high, &format!("{k1}/{n1} less {k2}/{n2}"));
    }
}

#[test]
fn the_ends_of_the_range_are_values_and_nonsense_is_an_error() {
    let nothing = of(0, 0);
    assert_eq!(nothing.share(), None);
    for interval in [
        nothing.wilson(Level::P95),
        nothing.wilson_corrected(Level::P95),
        nothing.clopper_pearson(Level::P95),
        nothing.jeffreys(Level::P95),
        nothing.agresti_coull(Level::P95),
    ] {
        assert_eq!(interval, Interval { low: 0.0, high: 1.0 });
    }
    assert_eq!(newcombe_difference(nothing, of(1, 2), Level::P95), Interval { low: -1.0, high: 1.0 });
    let error = Proportion::new(3, 2).unwrap_err();
    assert_eq!(error, Error::MoreSuccessesThanTrials { successes: 3, trials: 2 });
    assert_eq!(error.to_string(), "`3` successes among `2` trials; the numerator probably counts things that the denominator leaves out");
}
