//! The server of `marsad serve`: findings to look at, samples to code, cases to decide, for several people at once.
//!
//! It listens and never connects. What it shows of a study comes through one trait, [`Source`]; what people do goes into the study's events
//! (`review`); who they are is kept in a database of its own (`people`). Findings are served from versions that were stored, never worked out in a request.
//!
//! Where to look: `role` who may do what (`policies/` has the rules), `caller` who is asking, `state` what a request can reach, `routes` and
//! `cases` the routes, `serve` connections, `ui` the files of the interface.

mod caller;
mod cases;
mod error;
mod extract;
mod headers;
mod json;
mod limits;
/// What the server says of itself.
pub mod log;
mod metrics;
mod page;
mod password;
mod people;
mod problem;
mod role;
mod routes;
mod secret;
mod serve;
mod source;
mod state;
mod time;
mod tongue;
mod totp;
mod ui;
/// Findings as they are stored.
pub mod version;

pub use error::Error;
pub use problem::{ErrorBody, ErrorDetail, Problem};
pub use role::{Action, Role, Roles, Scope};
pub use routes::description;
pub use serve::{Options, Server, Tls};
pub use source::{
    About, Agreement, Card, ClientShare, Cluster, ClusterRow, Computed, DayCount, EdgeKind, EdgePosts, Explained, Figures, GoldenRow,
    MediaNote, Member, PairOfPosts, Part, ShownPost, Source, Tie, Trouble, direction_of,
};
