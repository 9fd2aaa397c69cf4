//! The sample of posts that people code: stratified by language and country, with the chance of every post on record.

use super::selection::Selection;
use super::{Aspect, Problem, Stance};
use crate::Error;
use crate::census::{self, FrozenAs, Item, Purpose, SampleRow};
use lake::{AsOf, Derived, DerivedColumn};
use record::{Sentence, sentence};
use stats::survey::{Expected, draw, neyman};
use std::collections::BTreeMap;

pub(super) const FILE: &str = "sample.parquet";

/// The file of a draw, from 1. The first is shared by both aspects; later ones look at the codes of one.
pub(super) fn file(aspect: Aspect, draw: usize) -> String {
    match (draw, aspect) {
        (0 | 1, _) => FILE.to_owned(),
        (draw, Aspect::Stance) => format!("sample-{draw}.parquet"),
        (draw, Aspect::Kind) => format!("sample-kind-{draw}.parquet"),
    }
}

/// Whether a file of a stance holds a draw.
pub(super) fn is_draw(name: &str) -> bool {
    name == FILE || name.starts_with("sample-") && name.ends_with(".parquet")
}

/// Posts that a part of the talk needs to be a stratum of its own.
const LEAST: usize = 20;

/// What a sample is drawn by.
#[derive(Clone, Debug)]
pub struct StanceSampleRequest {
    /// How many posts are drawn.
    pub codes: u64,
    /// Strata at most.
    pub strata: usize,
    /// Posts in every stratum at least.
    pub minimum: u64,
    /// The seed of the draw.
    pub seed: u64,
    /// Who codes.
    pub coders: Vec<String>,
    /// Share of the sample that a second coder codes too.
    pub overlap: f64,
}

/// One stratum.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct StanceStratum {
    /// Detected language; none where it is not known, or in the stratum of all the rest.
    pub language: Option<String>,
    /// Country; none where it is not known, or in the stratum of all the rest.
    pub country: Option<String>,
    /// Whether it is all the rest.
    pub rest: bool,
    /// Posts in it.
    pub posts: u64,
    /// Posts drawn.
    pub codes: u64,
}

/// What a later draw is made by.
#[derive(Clone, Debug)]
pub struct NextRequest {
    /// How many posts are drawn.
    pub codes: usize,
    /// The seed of the draw.
    pub seed: u64,
    /// Who codes.
    pub coders: Vec<String>,
    /// Share of the draw that a second coder codes too.
    pub overlap: f64,
}

/// A sample, drawn and written.
#[derive(Clone, Debug, PartialEq)]
pub struct StanceSampled {
    /// The selection's id.
    pub selection: String,
    /// SHA-256 of what was drawn: posts, strata, chances and coders.
    pub digest: String,
    /// The strata, the largest first and the rest last.
    pub strata: Vec<StanceStratum>,
    /// The items, in the order of their keys.
    pub items: Vec<Item>,
}

/// The sample as it lies in the folder.
pub(super) struct Sample {
    pub(super) rows: Vec<SampleRow>,
    pub(super) digest: String,
    pub(super) selection: String,
    /// The name of its file.
    file: String,
}

fn item(row: &SampleRow) -> Item {
    Item { account: row.account.clone(), purpose: Purpose::Sample, coders: row.coders.clone() }
}

impl Stance<'_> {
    /// Draws a sample of the posts selected that are no reposts. Writes `sample.parquet`; the caller freezes it and writes the sheets.
    ///
    /// # Errors
    /// [`Problem::Refused`] where there is a sample already, no selection, or fewer posts than codes.
    pub fn sample(&self, request: &StanceSampleRequest) -> Result<StanceSampled, Error> {
        let _work = self.study.at_work();
        if self.folder.join(FILE).exists() {
            let why = sentence!(
                "the stance `{}` has a sample already, and its codes rest on it; start another one with `--stance NAME`",
                Sentence::given(&self.name)
            );
            return Err(Problem::Refused(why).into());
        }
        let selection = self.selection()?;
        let (strata, members) = strata(&selection, request.strata);
        let expected: Vec<Expected> = members.iter().map(|own| Expected { size: own.len() as u64, spread: 0.5 }).collect();
        let posts: u64 = expected.iter().map(|own| own.size).sum();
        if request.codes > posts {
            let why = sentence!("`-n {}` are more than the `{}` posts selected; draw fewer, or widen the query", request.codes, posts);
            return Err(Problem::Refused(why).into());
        }
        let minimum = request.minimum.min(request.codes / (members.len() as u64).max(1));
        let codes = neyman(&expected, request.codes, minimum).map_err(census::statistics)?;
        let sizes: Vec<u64> = expected.iter().map(|own| own.size).collect();
        let drawn = draw(&sizes, &codes, request.seed).map_err(census::statistics)?;
        let mut rows = Vec::new();
        for (stratum, (members, drawn)) in members.iter().zip(&drawn).enumerate() {
            rows.extend(drawn.places.iter().map(|place| SampleRow {
                account: selection.posts[members[*place as usize]].key.to_string(),
                stratum: stratum as i64,
                chance: drawn.chance,
                coders: Vec::new(),
            }));
        }
        let facts = [
            ("selection", selection.id.clone()),
            ("seed", request.seed.to_string()),
            ("strata", request.strata.to_string()),
            ("coders", request.coders.join(",")),
        ];
        let strata = strata.into_iter().zip(&codes).map(|(own, codes)| StanceStratum { codes: *codes, ..own }).collect();
        self.write_draw(FILE, rows, (&request.coders, request.overlap, request.seed), facts.into(), strata)
    }

    /// Hands the posts out, writes the file of the draw, and says what was drawn.
    pub(super) fn write_draw(
        &self,
        file: &str,
        mut rows: Vec<SampleRow>,
        (coders, overlap, seed): (&[String], f64, u64),
        facts: BTreeMap<&str, String>,
        strata: Vec<StanceStratum>,
    ) -> Result<StanceSampled, Error> {
        census::assign(&mut rows, coders, overlap, seed);
        rows.sort_by(|a, b| a.account.cmp(&b.account));
        let selection = facts.get("selection").cloned().unwrap_or_default();
        let facts = facts.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        Self::table(&rows, facts).write(&self.folder.join(file), self.study.cipher())?;
        let digest = census::sample_digest_of(&rows, &BTreeMap::new());
        Ok(StanceSampled { selection, digest, strata, items: rows.iter().map(item).collect() })
    }

    fn table(rows: &[SampleRow], facts: BTreeMap<String, String>) -> Derived {
        let text = |value: &dyn Fn(&SampleRow) -> String| DerivedColumn::Text(rows.iter().map(|row| Some(value(row))).collect());
        Derived {
            facts,
            columns: vec![
                ("post".to_owned(), text(&|row| row.account.clone())),
                ("stratum".to_owned(), DerivedColumn::Int(rows.iter().map(|row| Some(row.stratum)).collect())),
                ("chance".to_owned(), DerivedColumn::Real(rows.iter().map(|row| Some(row.chance)).collect())),
                ("coders".to_owned(), text(&|row| row.coders.join(","))),
            ],
        }
    }

    /// Takes away a draw, by its number from 1, that was made and never frozen: the step was cut short.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn discard_draw(&self, aspect: Aspect, draw: usize) -> Result<(), Error> {
        let path = self.folder.join(file(aspect, draw));
        if path.exists() { std::fs::remove_file(&path).map_err(Error::io("remove", path)) } else { Ok(()) }
    }

    /// The items of the sample that was drawn, for sheets of another aspect.
    ///
    /// # Errors
    /// [`Problem::Refused`] without a sample.
    pub fn drawn(&self) -> Result<StanceSampled, Error> {
        let sample = self.read_draw(Aspect::Stance, 1)?;
        let items = sample.rows.iter().map(item).collect();
        Ok(StanceSampled { selection: sample.selection, digest: sample.digest, strata: Vec::new(), items })
    }

    /// A draw by its number, from 1.
    pub(super) fn read_draw(&self, aspect: Aspect, draw: usize) -> Result<Sample, Error> {
        let path = self.folder.join(file(aspect, draw));
        if !path.exists() && draw > 1 {
            let why = sentence!("{} is not there, and codes of its posts are; put back the file as it was", path.display());
            return Err(Problem::Changed(why).into());
        }
        if !path.exists() {
            let given = Sentence::given(&self.name);
            return Err(Problem::Refused(sentence!("the stance `{}` has no sample; draw one with `marsad stance sample`", given)).into());
        }
        let table = Derived::read(&path, self.study.cipher())?;
        let rows = rows_of(&table).ok_or_else(|| {
            Error::from(Problem::Changed(sentence!(
                "{} is no sample of this version, or damaged; put back the file as it was",
                path.display()
            )))
        })?;
        let digest = census::sample_digest_of(&rows, &BTreeMap::new());
        Ok(Sample { rows, digest, selection: table.facts.get("selection").cloned().unwrap_or_default(), file: file(aspect, draw) })
    }

    /// Refuses a stance whose query, selection or sample is not the one that was frozen, but for what was erased since.
    pub(super) fn check_frozen(&self, frozen: &FrozenAs, frame: &str, selection: &Selection, sample: &Sample) -> Result<(), Error> {
        let changed = |file: &str| {
            let path = self.folder.join(file);
            Err(Problem::Changed(sentence!(
                "{} is not what was frozen before the codes came in; put back the file as it was",
                path.display()
            ))
            .into())
        };
        if frozen.query != super::selection::asked_digest(&selection.facts) || frame != self.study.original_digest(selection.id.clone())? {
            return changed(super::selection::FILE);
        }
        if frozen.sample != self.study.original_digest(sample.digest.clone())? { changed(&sample.file) } else { Ok(()) }
    }

    /// What coders see of posts: the text and the day, in the order of the keys given; inside a study only.
    ///
    /// # Errors
    /// Those of the lake.
    pub fn cards(&self, posts: &[String]) -> Result<Vec<[String; 2]>, Error> {
        let selection = self.selection()?;
        let lake = self.study.lake()?;
        let reader = lake.read(AsOf::Seal(selection.seal()))?;
        let mut cards = vec![[String::new(), String::new()]; posts.len()];
        let places: hashbrown::HashMap<&str, usize> = posts.iter().enumerate().map(|(at, key)| (key.as_str(), at)).collect();
        for post in &selection.posts {
            if let (Some(at), Some(time)) = (places.get(&*post.key), post.at) {
                cards[*at][1] = record::Instant::from_micros(time).to_string().chars().take(10).collect();
            }
        }
        let wanted = super::classify::wanted(posts.iter().map(String::as_str));
        super::classify::each_text(&reader, &wanted, |_, text, (): &mut ()| text.to_owned(), |at, text| cards[at as usize][0] = text)?;
        Ok(cards)
    }
}

pub(super) fn rows_of(table: &Derived) -> Option<Vec<SampleRow>> {
    use DerivedColumn::{Int, Real, Text};
    let (Some(Text(posts)), Some(Int(strata)), Some(Real(chances)), Some(Text(coders))) =
        (table.column("post"), table.column("stratum"), table.column("chance"), table.column("coders"))
    else {
        return None;
    };
    let rows = posts.iter().zip(strata).zip(chances).zip(coders).map(|(((post, stratum), chance), coders)| {
        let coders = coders.as_ref()?.split(',').map(str::to_owned).collect();
        Some(SampleRow { account: post.clone()?, stratum: (*stratum)?, chance: (*chance)?, coders })
    });
    rows.collect()
}

/// The strata with the places of their posts: the largest cells of language and country, and all the rest.
fn strata(selection: &Selection, most: usize) -> (Vec<StanceStratum>, Vec<Vec<usize>>) {
    let mut cells: BTreeMap<(Option<&str>, Option<&str>), Vec<usize>> = BTreeMap::new();
    for at in selection.written() {
        let post = &selection.posts[at];
        cells.entry((selection.word(post.lang), selection.word(post.country))).or_default().push(at);
    }
    let mut order: Vec<_> = cells.into_iter().collect();
    // The sort is stable, so cells of one size stay in the order of their names.
    order.sort_by_key(|(_, members)| std::cmp::Reverse(members.len()));
    let own = order.iter().take(most.max(1) - 1).take_while(|(_, members)| members.len() >= LEAST).count();
    let rest: Vec<usize> = {
        let mut rest: Vec<usize> = order.split_off(own).into_iter().flat_map(|(_, members)| members).collect();
        rest.sort_unstable();
        rest
    };
    let stratum = |(language, country): (Option<&str>, Option<&str>), rest, posts| StanceStratum {
        language: language.map(str::to_owned),
        country: country.map(str::to_owned),
        rest,
        posts,
        codes: 0,
    };
    let mut strata: Vec<StanceStratum> = order.iter().map(|(cell, members)| stratum(*cell, false, members.len() as u64)).collect();
    let mut members: Vec<Vec<usize>> = order.into_iter().map(|(_, members)| members).collect();
    if !rest.is_empty() {
        strata.push(stratum((None, None), true, rest.len() as u64));
        members.push(rest);
    }
    (strata, members)
}
