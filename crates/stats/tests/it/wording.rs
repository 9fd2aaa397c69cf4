//! What the errors of estimators say.

use insta::assert_snapshot;
use stats::{learn, quantify, score, survey};

#[test]
fn of_quantification() {
    use quantify::Error;
    assert_snapshot!(Error::Empty, @"the table of posteriors is empty; at least one item is needed");
    assert_snapshot!(Error::Classes(1), @"`1` class is not enough; shares are estimated between at least two classes");
    assert_snapshot!(Error::Shape { found: 7, classes: 3 }, @"`7` values do not fit `3` classes; every item needs one posterior per class");
    assert_snapshot!(Error::NotShares(4), @"the posteriors of item `4` (from 0) are not shares that sum to 1; give calibrated probabilities, one per class");
    assert_snapshot!(Error::Label { label: 3, classes: 3 }, @"label `3` is beyond the `3` classes; labels count from 0");
    assert_snapshot!(Error::MissingClass(2), @"class `2` (from 0) has no training item; code some, or leave the class out of both tables");
    assert_snapshot!(Error::Weights { items: 3 }, @"the weights do not fit the `3` coded items; every item needs one above 0");
    assert_snapshot!(Error::Groups { given: 2, items: 3 }, @"`2` groups were given for `3` coded items; name the group of every item");
    assert_snapshot!(Error::FewGroups(2), @"`2` groups have coded items, and how far groups differ shows from three on; name smaller groups, or leave them out");
    assert_snapshot!(Error::Levels(0), @"`0` levels of sureness cannot be told apart; give 1 to 50, or leave it out for as many as the codes allow");
    assert_snapshot!(Error::Prior, @"the training prior is not a share above 0 for every class that sums to 1; give the class shares of the training items");
    assert_snapshot!(Error::NotBinary(3), @"this method compares two classes and the tables have `3`; choose `emq`, `pacc` or `kdey-ml`");
    assert_snapshot!(Error::Setting { name: "bandwidth", value: 0.0 }, @"`0` is no valid bandwidth; give a larger number");
}

#[test]
fn of_scores() {
    use score::Error;
    assert_snapshot!(Error::Lengths { scores: 3, labels: 2, weights: 3 }, @"`3` scores, `2` labels and `3` weights do not belong together; give one of each per item");
    assert_snapshot!(Error::Score(4), @"the score of item `4` (from 0) is no finite number; leave out items without a score");
    assert_snapshot!(Error::Weight(4), @"the weight of item `4` (from 0) is no number above 0; leave out items that count for nothing");
    assert_snapshot!(Error::OneClass(12), @"the `12` items are all of one class; code items of both, or there is nothing to tell apart");
    assert_snapshot!(Error::NotProbability(4), @"item `4` (from 0) has a score outside 0 to 1, which is no probability; calibrate with `platt` or `isotonic` first");
    assert_snapshot!(Error::Folds { items: 3, folds: 5 }, @"`3` items of one class do not fill `5` folds; code more, or score without calibration");
    assert_snapshot!(Error::Top { k: 200, items: 120 }, @"the top `200` of `120` items cannot be read; give a number from 1 to the number of items");
    assert_snapshot!(Error::Bins, @"`0` bins hold no item; give at least 1");
}

#[test]
fn of_learning() {
    use learn::Error;
    assert_snapshot!(Error::Lengths { rows: 3, labels: 2, weights: 3 }, @"`3` rows, `2` labels and `3` weights do not belong together; give one of each per coded item");
    assert_snapshot!(Error::OneClass(12), @"the `12` items that weigh anything are all of one class; code items of both, or there is nothing to learn");
    assert_snapshot!(Error::Weight(4), @"the weight of item `4` (from 0) is no number of 0 or more; give design weights");
    assert_snapshot!(Error::Row(4), @"row `4` (from 0) of the features has a column out of range, a value that is no finite number, or ends before it begins; this is how the rows were built, not what was coded");
    assert_snapshot!(Error::Strength(0.0), @"`0` is no strength of the penalty; give numbers above 0, such as `0.1`, `1` and `10`");
    assert_snapshot!(Error::NoStrength, @"the grid of strengths is empty; give at least one number above 0");
    assert_snapshot!(Error::Folds { items: 3, folds: 5 }, @"`3` items of one class do not fill `5` folds of 2 or more; code more of them");
    assert_snapshot!(Error::Unsettled(1000), @"the model did not settle in `1000` steps; a stronger penalty or features of like scale settle sooner");
}

#[test]
fn of_strata() {
    assert_snapshot!(survey::Error::Strata(1), @"`1` strata; give at least `2`, the tail and the rest");
}
