//! A study as the server sees it.

use super::clusters;
use crate::cli::Beside;
use crate::exit::Failure;
use crate::output::Talk;
use crate::verbs::census;
use crate::verbs::describe::OtherSeals;
use crate::verbs::report::{Asked, findings};
use crate::verbs::stance;
use lake::AsOf;
use record::sentence;
use stats::Level;
use stats::agreement::{Judgement, alpha, alpha_bootstrap, percent_agreement};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use study::{AccountCard, CardPost, Description, PostCard, Study};
use web::{
    About, Agreement, Card, ClientShare, Cluster, ClusterRow, Computed, EdgePosts, Figures, GoldenRow, ShownPost, Source, Trouble,
    direction_of,
};

/// The latest posts of an account that are shown.
const POSTS: usize = 20;
/// The clients of an account that are shown.
const CLIENTS: usize = 5;
/// Bootstrap replicates behind the interval of an agreement, and their seed.
const REPLICATES: usize = 1_000;
const SEED: u64 = 7;

/// A study that is served.
pub(super) struct Served {
    study: Study,
    /// Nothing is said while a request is answered.
    talk: Talk,
}

impl Served {
    pub(super) fn open(study: Study, talk: Talk) -> Served {
        Served { study, talk: Talk { quiet: true, ..talk } }
    }
}

fn trouble(failure: Failure) -> Trouble {
    Trouble(failure.message)
}

fn from_study(error: study::Error) -> Trouble {
    trouble(crate::verbs::status::from_study(error))
}

impl Source for Served {
    fn about(&self) -> About {
        let config = self.study.config();
        About {
            name: config.name.clone(),
            designation: config.designation.line(),
            unlisted: config.designation.is_unlisted(),
            min_cell: config.min_cell,
        }
    }

    fn folder(&self) -> &Path {
        self.study.folder()
    }

    fn card(&self, item: &str) -> Result<Option<Card>, Trouble> {
        match item.strip_prefix("post/").map(|post| post.split_once(':')) {
            None => Ok(self.study.card(item, POSTS).map_err(from_study)?.map(card_of)),
            Some(None) => Ok(None),
            Some(Some((platform, id))) => {
                let found = self.study.post_cards(platform, &BTreeSet::from([id.to_owned()])).map_err(from_study)?;
                Ok(found.into_values().next().map(post_card_of))
            }
        }
    }

    fn clusters(&self, internal: bool) -> Result<Vec<ClusterRow>, Trouble> {
        clusters::rows(&self.study, internal).map_err(from_study)
    }

    fn cluster(&self, id: u64, internal: bool) -> Result<Option<Cluster>, Trouble> {
        clusters::one(&self.study, id, internal).map_err(from_study)
    }

    fn edge(&self, a: u64, b: u64) -> Result<Option<EdgePosts>, Trouble> {
        clusters::edge(&self.study, a, b).map_err(from_study)
    }

    fn compute(&self) -> Result<Computed, Trouble> {
        let events = census::head(&self.study).map_err(trouble)?;
        let beside = Beside::default();
        let coordination = self.study.coordinate_settings().map_err(from_study)?;
        let asked = Asked {
            as_of: AsOf::Latest,
            beside: &beside,
            seals: OtherSeals::LATEST,
            events: events.as_ref(),
            coordination: coordination.as_ref(),
        };
        let (shown, _) = findings(&self.study, &asked, self.talk).map_err(trouble)?;
        let internal = study::DescribeOptions { as_of: AsOf::Latest, internal: true, window: None };
        let internal = self.study.describe(&internal).map_err(from_study)?;
        Ok(computed(shown, Some(internal)))
    }

    fn agreement(&self, census: &review::Census) -> Result<Agreement, Trouble> {
        let golden = match self.study.census(&census.frozen().census) {
            Ok(own) => own.golden_codes().map_err(from_study)?,
            // A pilot or an audit has none.
            Err(_) => BTreeMap::new(),
        };
        Ok(agreement(census, &golden))
    }

    fn estimate(&self, census: &review::Census) -> Result<Option<Figures>, Trouble> {
        let name = census.frozen().census.clone();
        if !self.study.censuses().map_err(from_study)?.contains(&name) {
            return Ok(stance::estimated(&self.study, census).map_err(trouble)?.map(figures));
        }
        let description = census::estimated(&self.study, census).map_err(trouble)?;
        Ok(description.map(figures))
    }
}

fn figures(description: Description) -> Figures {
    Figures { provenance: description.provenance, findings: description.findings }
}

fn computed(shown: Description, internal: Option<Description>) -> Computed {
    Computed { shown: figures(shown), internal: internal.map(figures) }
}

/// Stores what a report has shown as a version that the server shows too. None, with a note, where the study cannot be written: a report of it can be all the same.
pub(crate) fn store_version(study: &Study, description: &Description, talk: Talk) -> Option<String> {
    let shown = Figures { provenance: description.provenance.clone(), findings: description.findings.clone() };
    let folder = study.folder();
    match web::version::store(folder, &Computed { shown, internal: None }, crate::verbs::now()) {
        Ok(id) => Some(id),
        Err(error) => {
            talk.note(sentence!(
                "`{}` cannot be written, so `marsad serve` will not show these findings: {}",
                web::version::folder(folder).display(),
                error
            ));
            None
        }
    }
}

fn card_of(card: AccountCard) -> Card {
    let all: u64 = card.clients.iter().map(|(_, posts)| posts).sum();
    let share = |(name, posts): (String, u64)| ClientShare { name, share: posts as f64 / all.max(1) as f64 };
    let posts: Vec<ShownPost> = card.posts.into_iter().map(shown).collect();
    let language = most_used(posts.iter().filter_map(|post| post.lang.as_deref()).filter(|lang| *lang != "und"));
    let from_the_right = posts.iter().filter(|post| post.dir == "rtl").count() * 2 > posts.len();
    let profile = match (card.bio, card.url) {
        (Some(bio), Some(url)) => Some(format!("{bio}\n{url}")),
        (bio, url) => bio.or(url),
    };
    Card {
        handle: card.handle,
        name: card.name,
        profile,
        place: card.place,
        created_at: card.created_at.map(|at| at.to_string()),
        followers: card.followers,
        clients: card.clients.into_iter().take(CLIENTS).map(share).collect(),
        language,
        direction: Some(if from_the_right { "rtl" } else { "ltr" }),
        posts,
    }
}

/// A post alone: a code is of its words, and of nothing else, so who wrote it is not there.
fn post_card_of(card: PostCard) -> Card {
    let post = clusters::shown_post(card);
    Card { language: post.lang.clone().filter(|lang| lang != "und"), direction: Some(post.dir), posts: vec![post], ..Card::default() }
}

fn shown(post: CardPost) -> ShownPost {
    ShownPost { at: Some(post.at.to_string()), dir: direction_of(&post.text), text: post.text, lang: post.lang, media: Vec::new() }
}

fn most_used<'a>(words: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    words.for_each(|word| *counts.entry(word).or_default() += 1);
    counts.into_iter().max_by_key(|(_, count)| *count).map(|(word, _)| word.to_owned())
}

/// On first codes: one that was revised after the coders talked is no second opinion.
fn agreement(census: &review::Census, golden: &BTreeMap<String, String>) -> Agreement {
    let rows = census.codes();
    let items: BTreeMap<&str, u32> = census.items().keys().map(String::as_str).zip(0..).collect();
    let coders: BTreeMap<&str, u32> = census.frozen().coders.iter().map(String::as_str).zip(0..).collect();
    let codes: BTreeMap<&str, u32> = census.frozen().codebook.codes().iter().map(|code| code.name.as_str()).zip(0..).collect();
    let judgement = |row: &review::CodeRow| {
        let item = *items.get(row.item.as_str())?;
        Some(Judgement { item, coder: *coders.get(row.coder.as_str())?, category: *codes.get(row.first.as_str())? })
    };
    let judgements: Vec<Judgement> = rows.iter().filter_map(judgement).collect();
    let interval = Level::new(0.95).ok().and_then(|level| alpha_bootstrap(&judgements, REPLICATES, level, SEED).ok());
    let of = |coder: &String| {
        let own = rows.iter().filter(|row| row.coder == *coder).filter_map(|row| Some((row, golden.get(&row.item)?)));
        let judged: Vec<bool> = own.map(|(row, right)| row.first == *right).collect();
        GoldenRow { coder: coder.clone(), coded: judged.len() as u64, right: judged.iter().filter(|right| **right).count() as u64 }
    };
    Agreement {
        items: census.items().values().filter(|item| item.codes.len() > 1).count() as u64,
        alpha: alpha(&judgements).ok().and_then(|alpha| alpha.alpha),
        low: interval.as_ref().map(|interval| interval.low),
        high: interval.as_ref().map(|interval| interval.high),
        percent: percent_agreement(&judgements).ok(),
        golden: census.frozen().coders.iter().map(of).collect(),
    }
}
