use record::Sentence;
use std::path::PathBuf;

/// What stands in the way of a step of a census.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// A census needs a plain name.
    #[error("`{0}` is no name for a census; use up to 20 lower-case letters, digits and hyphens, a letter first")]
    Name(Sentence),
    /// A list audit needs a plain name.
    #[error("`{0}` is no name for a list audit; use up to 12 lower-case letters, digits and hyphens, a letter first")]
    AuditName(Sentence),
    /// There is no frame yet.
    #[error("the census `{0}` has no frame; make one with `marsad census frame`")]
    NoFrame(Sentence),
    /// There is no score yet.
    #[error("the census `{0}` has no score; make one with `marsad census score`")]
    NoScore(Sentence),
    /// There is no sample yet.
    #[error("the census `{0}` has no sample; draw one with `marsad census sample`")]
    NoSample(Sentence),
    /// There is no such audit.
    #[error("there is no list audit `{0}` in this census; draw one with `marsad census audit-list DIR FILE --codes N`")]
    NoAudit(Sentence),
    /// The step is done, and what follows rests on it.
    #[error(
        "the census `{census}` has a {what} already, and what follows rests on it; start another census with `--census NAME` to use other settings"
    )]
    Exists {
        /// The census.
        census: Sentence,
        /// The step's product.
        what: &'static str,
    },
    /// A list cannot be opened.
    #[error("`{path}` cannot be read as a list of accounts: {why}; check the path and whose file it is")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        why: Sentence,
    },
    /// A list has no line that names an account.
    #[error("`{path}` names no account; give one id or handle a line, or a CSV with a column `item`, `account_id` or `handle`")]
    EmptyList {
        /// The file.
        path: PathBuf,
    },
    /// A line of a list cannot be read.
    #[error("`{path}`, line {line}: {problem}")]
    List {
        /// The file.
        path: PathBuf,
        /// The line.
        line: u64,
        /// What is wrong, and what to do.
        problem: Sentence,
    },
    /// None of the listed accounts is in the lake.
    #[error(
        "none of the accounts in `{path}` ({accounts}) is in the lake; check that the list uses the ids or handles of the exports, and its platform"
    )]
    NoneInLake {
        /// The file.
        path: PathBuf,
        /// How many it lists.
        accounts: usize,
    },
    /// None of the seeds is coded as a supporter.
    #[error(
        "none of the seeds in the lake ({seeds}) has a code that counts as support; a frame grows from supporters, so code some seeds first"
    )]
    NoPositiveSeed {
        /// Seeds found.
        seeds: usize,
    },
    /// A list must say the platform.
    #[error("the lake holds accounts of {platforms}, and `{path}` does not say of which; add a column `platform`, or give `--platform`")]
    WhichPlatform {
        /// The platforms.
        platforms: Sentence,
        /// The file.
        path: PathBuf,
    },
    /// The lake holds no ties of the kind.
    #[error("the lake holds no {0}; ingest an export that has them, or grow the frame `--via` the other kind")]
    NoTies(&'static str),
    /// The frame has nobody but seeds.
    #[error(
        "the frame holds nobody but seeds ({0}); whom they chose is not in the lake: ingest their follows, or raise `--levels` or `--cap`"
    )]
    EmptyFrame(usize),
    /// Nothing to learn from.
    #[error(
        "the score needs at least {least} accounts of each kind to learn from, and has {positives} coded positive and {negatives} negative; code a pilot (`marsad census sample --pilot --codes N`), or use `--baseline`"
    )]
    TooFewToLearn {
        /// Coded positive.
        positives: usize,
        /// Coded negative.
        negatives: usize,
        /// Needed of each.
        least: usize,
    },
    /// More codes than accounts.
    #[error("`{codes}` codes were asked for, and there are `{accounts}` accounts to draw from; ask for at least one and at most that many")]
    TooManyCodes {
        /// Asked for.
        codes: u64,
        /// There are.
        accounts: u64,
    },
    /// Everybody is coded already.
    #[error("every account of the frame has a code already, so there is nobody to draw; grow a wider frame in another census")]
    NobodyToDraw,
    /// A file of the census is not the one that was frozen.
    #[error(
        "`{path}` is not the one that was frozen: it was changed after the sample was drawn; put it back from a copy, or start another census"
    )]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// No code yet.
    #[error("no account of the sample has a code yet; fill in the sheets and give them to `marsad census import-codes`")]
    NoCodes,
    /// Codes that decide nothing.
    #[error(
        "no coded account ({0}) has a code that decides, for all are unclear, unavailable or disputed, and nothing can be estimated; settle disputes with `marsad census adjudicate`, or give coders more to look at and import their new codes with `--revise`"
    )]
    NothingDecided(u64),
    /// A stratum without a usable code.
    #[error(
        "stratum {stratum} ({accounts} accounts) has no code that decides among its {drawn} drawn accounts, so its part of the frame is unknown; code them, settle disputes with `marsad census adjudicate`, or draw again in another census with fewer `--strata`"
    )]
    EmptyStratum {
        /// The stratum, from 1.
        stratum: usize,
        /// Accounts in it.
        accounts: u64,
        /// Accounts drawn.
        drawn: u64,
    },
    /// A code that the codebook does not have.
    #[error("`{code}` is no code of the codebook; its codes are {known}")]
    UnknownCode {
        /// The code.
        code: Sentence,
        /// The codes.
        known: Sentence,
    },
    /// The claims cannot be read.
    #[error("`{path}` cannot be read as a list of claims: {problem}")]
    Claims {
        /// The file.
        path: PathBuf,
        /// What is wrong, and what to do.
        problem: Sentence,
    },
    /// No time between two censuses.
    #[error("`{0}` is no number of days between two censuses; give a positive one")]
    Days(f64),
    /// Two censuses that cannot be set side by side.
    #[error("`{0}` cannot be compared with itself; name two censuses")]
    Same(Sentence),
    /// A statistical routine refused.
    #[error("{0}")]
    Statistics(Sentence),
}
