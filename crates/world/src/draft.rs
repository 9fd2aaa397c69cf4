use crate::World;
use crate::account::SimulatedAccount;
use crate::camp::{COMMON_TAGS, NEIGHBOUR_TAGS};
use crate::random::{Random, below, chance, lognormal, pick, pick_weighted};
use crate::words::{Language, SIGNS, SITES};
use rand::Rng;
use record::PostKind;

/// The longest text of the time, in code points.
const MOST_CHARACTERS: u32 = 280;
/// Code points of every `t.co` link.
const LINK_CHARACTERS: u32 = 23;

/// A post before any export has given it a form.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) id: u64,
    pub(crate) ms: i64,
    pub(crate) author: u32,
    pub(crate) kind: PostKind,
    pub(crate) lang: &'static str,
    pub(crate) client: u8,
    /// The whole text; empty for a repost, whose text is made from its target.
    pub(crate) text: String,
    pub(crate) characters: u32,
    /// Code points of the leading address of a reply.
    pub(crate) lead: u32,
    pub(crate) parts: Vec<Part>,
    pub(crate) target: Option<Target>,
    pub(crate) conversation: u64,
    /// Likes in the long run; the acts of people outside the world follow from it.
    pub(crate) appeal: u32,
    /// Reposts, replies and quotes inside the world so far.
    pub(crate) acts: [u32; 3],
    /// The point it was sent from as a shift in degrees from the town, when it carries a place; the flag says whether the point shows.
    pub(crate) place: Option<(f64, f64, bool)>,
    /// Its author deletes it within hours.
    pub(crate) deleted: bool,
    /// Which routes have collected it: bits of [`crate::truth::Route`].
    pub(crate) seen: u8,
}

/// The post that a post answers, quotes or passes on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target {
    /// Its place in the [`Recent`] posts.
    pub(crate) sequence: u64,
    pub(crate) id: u64,
    pub(crate) author: u32,
}

/// Something in the text that exports list by position (code points, the end excluded).
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) what: What,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

#[derive(Clone, Debug)]
pub(crate) enum What {
    Tag(&'static str),
    Mention(u32),
    Link { code: u64, site: u8, page: u32 },
    Quoted { code: u64 },
    Photo { code: u64 },
}

impl Draft {
    /// Likes, reposts, replies and quotes at an age: they come within hours, so that a later export sees more.
    pub(crate) fn counters(&self, now_ms: i64) -> [u64; 4] {
        let age_hours = (now_ms - self.ms).max(0) as f64 / 3_600_000.0;
        let reached = 1.0 - (-age_hours / 6.0).exp();
        let likes = (f64::from(self.appeal) * reached) as u64;
        let [reposts, replies, quotes] = self.acts.map(u64::from);
        [likes, likes / 4 + reposts, likes / 9 + replies, likes / 15 + quotes]
    }

    /// Counts an act inside the world on this post.
    pub(crate) fn acted_on(&mut self, kind: PostKind) {
        let [reposts, replies, quotes] = &mut self.acts;
        match kind {
            PostKind::Repost => *reposts += 1,
            PostKind::Reply => *replies += 1,
            PostKind::Quote => *quotes += 1,
            PostKind::Original => {}
        }
    }

    pub(crate) fn photo(&self) -> Option<(&Part, u64)> {
        self.parts.iter().find_map(|part| match part.what {
            What::Photo { code } => Some((part, code)),
            _ => None,
        })
    }

    /// The text of a repost of this post, as the platform makes it, with the code points put before and the end of what was kept.
    pub(crate) fn repost_text(&self, handle: &str) -> (String, u32, u32) {
        let before = handle.len() as u32 + 6;
        let room = 140 - before;
        let mut text = format!("RT @{handle}: ");
        if self.characters <= room {
            text.push_str(&self.text);
            return (text, before, MOST_CHARACTERS + before);
        }
        text.extend(self.text.chars().take(room as usize - 1));
        text.push('…');
        (text, before, 139)
    }

    /// For a post beyond 140 characters the beginning that old readers see: its bytes and code points, cut at a space.
    pub(crate) fn beginning(&self) -> (&str, u32) {
        let limit = self.text.char_indices().nth(116).map_or(self.text.len(), |(byte, _)| byte);
        let head = self.text.get(..limit).unwrap_or_default();
        let head = head.rsplit_once(' ').map_or(head, |(words, _)| words);
        (head, head.chars().count() as u32)
    }
}

/// Recent posts that others can still answer, quote or pass on; older ones are forgotten, so memory does not grow with the days.
pub(crate) struct Recent {
    slots: Vec<Draft>,
    capacity: u64,
    next: u64,
}

impl Recent {
    pub(crate) fn new(accounts: usize) -> Self {
        Recent { slots: Vec::new(), capacity: (accounts as u64 * 4).clamp(1_024, 65_536), next: 0 }
    }

    pub(crate) fn push(&mut self, draft: Draft) -> u64 {
        let sequence = self.next;
        match self.slots.get_mut((sequence % self.capacity) as usize) {
            Some(slot) => *slot = draft,
            None => self.slots.push(draft),
        }
        self.next += 1;
        sequence
    }

    pub(crate) fn get(&self, sequence: u64) -> Option<&Draft> {
        let is_kept = sequence < self.next && sequence + self.capacity >= self.next;
        is_kept.then(|| self.slots.get((sequence % self.capacity) as usize)).flatten()
    }

    pub(crate) fn get_mut(&mut self, sequence: u64) -> Option<&mut Draft> {
        let is_kept = sequence < self.next && sequence + self.capacity >= self.next;
        if is_kept { self.slots.get_mut((sequence % self.capacity) as usize) } else { None }
    }

    /// A sequence number drawn from the last `most` posts.
    pub(crate) fn draw(&self, random: &mut Random, most: usize) -> Option<u64> {
        let kept = self.slots.len().min(most);
        (kept > 0).then(|| self.next - 1 - below(random, kept) as u64)
    }
}

/// Builds the text word by word and keeps the positions.
struct Composer {
    text: String,
    characters: u32,
    parts: Vec<Part>,
}

impl Composer {
    fn fits(&self, characters: u32) -> bool {
        self.characters + characters < MOST_CHARACTERS
    }

    /// Appends a word of `characters` code points after a space; returns where it stands.
    fn word(&mut self, word: &str, characters: u32) -> (u32, u32) {
        if !self.text.is_empty() {
            self.text.push(' ');
            self.characters += 1;
        }
        self.text.push_str(word);
        let start = self.characters;
        self.characters += characters;
        (start, self.characters)
    }

    fn words(&mut self, random: &mut Random, language: Language, count: usize) {
        for _ in 0..count {
            let word = if chance(random, 0.006) { "&amp;" } else { pick(random, language.words()).copied().unwrap_or("tea") };
            let characters = word.chars().count() as u32;
            if self.characters + characters > 200 {
                break;
            }
            self.word(word, characters);
        }
    }

    fn tag(&mut self, tag: &'static str) {
        let characters = tag.chars().count() as u32 + 1;
        // A tag stands once in a post, so that posts with a tag and uses of a tag are the same number.
        let is_there = self.parts.iter().any(|part| matches!(part.what, What::Tag(other) if other.eq_ignore_ascii_case(tag)));
        if is_there || !self.fits(characters) {
            return;
        }
        let (start, _) = self.word("#", 1);
        self.text.push_str(tag);
        self.characters += characters - 1;
        self.parts.push(Part { what: What::Tag(tag), start, end: self.characters });
    }

    fn mention(&mut self, world: &World, account: u32) {
        let Some(other) = world.accounts().get(account as usize) else { return };
        let characters = other.handle.len() as u32 + 1;
        if !self.fits(characters) {
            return;
        }
        let (start, _) = self.word("@", 1);
        self.text.push_str(&other.handle);
        self.characters += characters - 1;
        self.parts.push(Part { what: What::Mention(account), start, end: self.characters });
    }

    fn link(&mut self, code: u64, what: What) {
        if !self.fits(LINK_CHARACTERS) {
            return;
        }
        let (start, end) = self.word("https://t.co/", LINK_CHARACTERS);
        push_code(&mut self.text, code);
        self.parts.push(Part { what, start, end });
    }
}

/// Ten letters and digits, as in a `t.co` link.
pub(crate) fn push_code(text: &mut String, mut code: u64) {
    const DIGITS: &[u8; 62] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    for _ in 0..10 {
        text.push(char::from(DIGITS.get((code % 62) as usize).copied().unwrap_or(b'0')));
        code /= 62;
    }
}

/// What the day has decided about a post before its words are chosen.
pub(crate) struct Plan {
    pub(crate) id: u64,
    pub(crate) ms: i64,
    pub(crate) author: u32,
    pub(crate) kind: PostKind,
    pub(crate) target: Option<Target>,
    pub(crate) conversation: u64,
    /// Of the post passed on: a repost has its words.
    pub(crate) lang: Option<&'static str>,
}

/// Writes the post.
pub(crate) fn compose(random: &mut Random, world: &World, account: &SimulatedAccount, plan: Plan) -> Draft {
    let mut composer = Composer { text: String::with_capacity(160), characters: 0, parts: Vec::new() };
    let mut lead = 0;
    // Most people write one language; some posts are in English all the same.
    let language = if chance(random, 0.05) { Language::English } else { account.language };
    if plan.kind != PostKind::Repost {
        if let Some(target) = plan.target.filter(|_| plan.kind == PostKind::Reply) {
            composer.mention(world, target.author);
            lead = composer.characters + 1;
        }
        write_words(random, world, account, language, &plan, &mut composer);
    }
    let geo = account.geo_enabled && plan.kind != PostKind::Repost && chance(random, 0.16);
    let place = geo
        .then(|| (f64::from(random.next_u32() % 2_000) / 1e4 - 0.1, f64::from(random.next_u32() % 2_000) / 1e4 - 0.1, chance(random, 0.4)));
    let label = if language == Language::Indonesian { "in" } else { language.code() };
    let [main, second] = account.clients;
    Draft {
        id: plan.id,
        ms: plan.ms,
        author: plan.author,
        kind: plan.kind,
        lang: plan.lang.unwrap_or(if chance(random, 0.03) { "und" } else { label }),
        client: if chance(random, 0.12) { second } else { main },
        text: composer.text,
        characters: composer.characters,
        lead,
        parts: composer.parts,
        target: plan.target,
        conversation: plan.conversation,
        appeal: (lognormal(random, -0.9, 1.5) * (1.0 + f64::from(account.followers) / 300.0)).min(200_000.0) as u32,
        acts: [0; 3],
        place,
        deleted: chance(random, 0.004),
        seen: 0,
    }
}

fn write_words(random: &mut Random, world: &World, account: &SimulatedAccount, language: Language, plan: &Plan, composer: &mut Composer) {
    let behaviour = account.camp.behaviour();
    let count = if chance(random, 0.18) { 20 + below(random, 16) } else { 3 + below(random, 12) };
    composer.words(random, language, count);
    if chance(random, 0.08) {
        let sign = pick(random, &SIGNS).copied().unwrap_or("☕");
        composer.word(sign, sign.chars().count() as u32);
    }
    // A bot that passes on what supporters post also uses their tags.
    let tags = if account.circle == account.camp { behaviour.tags } else { account.circle.behaviour().tags };
    // A neighbour of the supporters often speaks of what they speak of.
    let tags = if account.neighbour && chance(random, 0.4) { &NEIGHBOUR_TAGS } else { tags };
    if chance(random, behaviour.tagging)
        && let Some(tag) = pick_weighted(random, tags)
    {
        composer.tag(tag);
        if chance(random, 0.2)
            && let Some(tag) = pick_weighted(random, tags)
        {
            composer.tag(tag);
        }
    }
    if chance(random, 0.1)
        && let Some(tag) = pick_weighted(random, &COMMON_TAGS)
    {
        composer.tag(tag);
    }
    if chance(random, 0.14)
        && let Some(other) = pick(random, world.follows(plan.author as usize))
    {
        let is_answered = plan.kind == PostKind::Reply && plan.target.is_some_and(|target| target.author == *other);
        if !is_answered {
            composer.mention(world, *other);
        }
    }
    if chance(random, behaviour.linking) {
        let code = random.next_u64();
        let what = What::Link { code, site: below(random, SITES.len()) as u8, page: random.next_u32() % 400 };
        composer.link(code, what);
    }
    if plan.kind == PostKind::Quote {
        let code = random.next_u64();
        composer.link(code, What::Quoted { code });
    } else if chance(random, 0.1) {
        let code = random.next_u64();
        composer.link(code, What::Photo { code });
    }
}
