use crate::{Error, Graph};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// Which edges a frame grew along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// Follows.
    Follows,
    /// Reposts, replies, mentions and quotes.
    Interactions,
}

impl Via {
    /// A stable name for tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Via::Follows => "follows",
            Via::Interactions => "interactions",
        }
    }
}

/// Settings of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameOptions {
    /// The last level: 0 for the seeds alone, at most 3.
    pub levels: u8,
    /// An account with more edges out than this is a member but brings in nobody.
    pub cap: usize,
    /// What the edges are; they only name the frame.
    pub via: Via,
}

/// An account of a frame and how it was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// The account.
    pub node: u32,
    /// 0 for a seed, else the fewest steps from one.
    pub level: u8,
    /// The least account of the level before that chose this one; nothing for a seed.
    pub parent: Option<u32>,
    /// The seed at the beginning of the chain of parents.
    pub seed: u32,
}

/// The accounts under study: seeds, accounts they chose, and so on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The accounts, ascending.
    pub members: Vec<Member>,
    /// Settings it was made with.
    pub options: FrameOptions,
    /// How many members were not expanded because of the cap.
    pub capped: usize,
    /// SHA-256 over settings and the names and levels of members, 16 hexadecimal digits: measures carry it with the frame's size.
    pub id: String,
}

impl Frame {
    /// Grows a frame from seeds along edges out: towards those an account chose, never towards those who chose it.
    ///
    /// `name` gives the name of a node, so that the id does not depend on numbering. Time: edges of members.
    ///
    /// # Errors
    /// [`Error::NoSeeds`], [`Error::NoSuchNode`], [`Error::Setting`].
    pub fn expand(outgoing: &Graph, seeds: &[u32], options: FrameOptions, name: impl Fn(u32) -> String) -> Result<Frame, Error> {
        if options.levels > 3 {
            return Err(Error::Setting { name: "the levels", value: f64::from(options.levels), wanted: "a whole number from 0 to 3" });
        }
        if let Some(node) = seeds.iter().copied().find(|seed| *seed as usize >= outgoing.nodes()) {
            return Err(Error::NoSuchNode { node, nodes: outgoing.nodes() });
        }
        let mut edge: Vec<u32> = seeds.to_vec();
        edge.sort_unstable();
        edge.dedup();
        if edge.is_empty() {
            return Err(Error::NoSeeds);
        }
        let mut reached: Vec<Option<Member>> = vec![None; outgoing.nodes()];
        for seed in &edge {
            reached[*seed as usize] = Some(Member { node: *seed, level: 0, parent: None, seed: *seed });
        }
        let mut capped = 0;
        for level in 1..=options.levels {
            let mut next = Vec::new();
            // Parents come in ascending order, so the first to reach an account is the least.
            for parent in &edge {
                if outgoing.degree(*parent) > options.cap {
                    capped += 1;
                    continue;
                }
                let seed = reached[*parent as usize].map_or(*parent, |member| member.seed);
                for node in outgoing.neighbours(*parent) {
                    let slot = &mut reached[*node as usize];
                    if slot.is_none() {
                        *slot = Some(Member { node: *node, level, parent: Some(*parent), seed });
                        next.push(*node);
                    }
                }
            }
            next.sort_unstable();
            edge = next;
        }
        let members: Vec<Member> = reached.into_iter().flatten().collect();
        let id = id(&members, options, name);
        Ok(Frame { members, options, capped, id })
    }

    /// The nodes of members, ascending.
    #[must_use]
    pub fn nodes(&self) -> Vec<u32> {
        self.members.iter().map(|member| member.node).collect()
    }
}

fn id(members: &[Member], options: FrameOptions, name: impl Fn(u32) -> String) -> String {
    let mut lines: Vec<String> = members.iter().map(|member| format!("{}\t{}\n", name(member.node), member.level)).collect();
    lines.sort_unstable();
    let mut hash = Sha256::new();
    hash.update(format!("frame 1\nlevels {}\ncap {}\nvia {}\n", options.levels, options.cap, options.via.name()));
    lines.iter().for_each(|line| hash.update(line));
    hash.finalize().iter().take(8).fold(String::new(), |mut id, byte| {
        // Writing to a text cannot fail.
        let _ = write!(id, "{byte:02x}");
        id
    })
}
