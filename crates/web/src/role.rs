//! Who may do what: the answers that Cedar gave when the crate was built (`build.rs`, `policies/`).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a person is in a study; the administrator is one on the whole server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Codes the items that were given to them, blind.
    Coder,
    /// Settles disputes and decides cases.
    Reviewer,
    /// Answers for the study.
    Lead,
    /// Looks at figures.
    Analyst,
    /// Reads the record.
    Auditor,
    /// Looks after people on the server; sees no content.
    Administrator,
}

impl Role {
    /// Every role, in the order of the bits of [`Roles`].
    pub const ALL: [Role; 6] = [Role::Coder, Role::Reviewer, Role::Lead, Role::Analyst, Role::Auditor, Role::Administrator];

    /// The word.
    pub const fn name(self) -> &'static str {
        match self {
            Role::Coder => "coder",
            Role::Reviewer => "reviewer",
            Role::Lead => "lead",
            Role::Analyst => "analyst",
            Role::Auditor => "auditor",
            Role::Administrator => "administrator",
        }
    }

    /// The role of that name.
    pub fn of_name(name: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// A set of roles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Roles(u8);

impl Roles {
    /// Nobody.
    pub const NONE: Roles = Roles(0);

    /// With one more.
    #[must_use]
    pub const fn with(self, role: Role) -> Roles {
        Roles(self.0 | 1 << role as u8)
    }

    /// Whether it is among them.
    pub const fn has(self, role: Role) -> bool {
        self.0 & (1 << role as u8) != 0
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The roles, in their order.
    pub fn list(self) -> Vec<Role> {
        Role::ALL.into_iter().filter(|role| self.has(*role)).collect()
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<T: IntoIterator<Item = Role>>(roles: T) -> Roles {
        roles.into_iter().fold(Roles::NONE, Roles::with)
    }
}

/// What an API token may be used for. A token never may more than its person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Look at findings and clusters.
    Read,
    /// Code.
    Code,
    /// Work on cases.
    Decide,
    /// Report accounts and posts.
    Report,
    /// Read the record.
    Audit,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Scope; 5] = [Scope::Read, Scope::Code, Scope::Decide, Scope::Report, Scope::Audit];

    /// The word.
    pub const fn name(self) -> &'static str {
        match self {
            Scope::Read => "read",
            Scope::Code => "code",
            Scope::Decide => "decide",
            Scope::Report => "report",
            Scope::Audit => "audit",
        }
    }

    /// The scope of that name.
    pub fn of_name(name: &str) -> Option<Scope> {
        Scope::ALL.into_iter().find(|scope| scope.name() == name)
    }
}

include!(concat!(env!("OUT_DIR"), "/actions.rs"));

impl Action {
    /// The word in policies and in the record of denials.
    pub const fn name(self) -> &'static str {
        NAMES[self as usize]
    }

    /// The scope of a token that covers it; `None` where only a person who is logged in may.
    pub const fn scope(self) -> Option<Scope> {
        SCOPES[self as usize]
    }

    /// Whether it is done to the server and not to a study.
    pub const fn is_on_server(self) -> bool {
        ON_SERVER[self as usize]
    }

    /// Whether somebody with these roles may.
    pub const fn is_allowed(self, roles: Roles) -> bool {
        ALLOWED[self as usize] >> roles.0 & 1 == 1
    }
}
