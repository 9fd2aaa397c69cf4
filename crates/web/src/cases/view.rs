//! Cases, decisions and events as they are said and heard.

use super::words::{CodeWord, CoverWord, ExemptionWord, GroundWord, LaneWord, OriginWord, ScopeWord, StateWord, SubjectWord};
use crate::time::rfc;
use record::{Instant, Private};
use review::case::{self, Case};
use review::{Entry, Event};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a case is about.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SubjectView {
    /// Its kind.
    pub(super) kind: SubjectWord,
    /// Accounts and posts: `platform:id`; clusters: their number; findings: their id.
    #[schema(max_length = 200, example = "birdsite:1234567")]
    pub(super) reference: String,
}

impl SubjectView {
    pub(super) fn of(subject: &case::Subject) -> SubjectView {
        SubjectView { kind: subject.kind.into(), reference: subject.reference.clone() }
    }

    pub(super) fn into_subject(self) -> case::Subject {
        case::Subject { kind: self.kind.into(), reference: self.reference }
    }
}

/// A part of a priority.
#[derive(Serialize, ToSchema)]
pub(super) struct FactorView {
    /// Which: a line of the formula.
    name: &'static str,
    /// Its value, in the unit that the formula says.
    value: f64,
    /// Points a unit.
    weight: f64,
    /// What it adds, in points.
    points: f64,
}

/// A case in the queue.
#[derive(Serialize, ToSchema)]
pub(super) struct CaseRow {
    /// Its number.
    pub(super) id: i64,
    subject: SubjectView,
    /// The subject in words.
    title: String,
    from: OriginWord,
    /// Points: the sum of the factors.
    priority: f64,
    factors: Vec<FactorView>,
    lane: LaneWord,
    state: StateWord,
    /// Since when it stands there, RFC 3339.
    since: String,
    /// Seconds since then.
    age: i64,
    /// When it was opened, RFC 3339.
    opened_at: String,
    /// Who holds it now.
    held_by: Option<String>,
    /// Until when, RFC 3339.
    held_until: Option<String>,
    /// 0 to 4.
    severity: u8,
    /// People reached, as far as known.
    reach: u64,
    /// 0 to 3.
    imminence: u8,
    /// The conclusion in force.
    code: Option<CodeWord>,
    /// The event of the decision in force.
    decision: Option<i64>,
    /// The conclusion that waits for a second person.
    pending: Option<CodeWord>,
    /// Who has decided about it: none of them decides again.
    involved: Vec<String>,
    /// The case in which its work goes on.
    merged_into: Option<i64>,
    /// Whether the display of the subject is covered now.
    covered: bool,
}

impl CaseRow {
    pub(super) fn of(case: &Case, now: Instant) -> CaseRow {
        let (priority, factors) = case::priority(case, now);
        let factor = |own: case::Factor| FactorView { name: own.name, value: own.value, weight: own.weight, points: own.points };
        let holder = case.holder(now).map(str::to_owned);
        CaseRow {
            id: case.id,
            subject: SubjectView::of(&case.subject),
            title: format!("{} {}", case.subject.kind.name(), case.subject.reference),
            from: case.from.into(),
            priority,
            factors: factors.into_iter().map(factor).collect(),
            lane: if case.threat_to_life { LaneWord::ThreatToLife } else { LaneWord::Ordinary },
            state: case.state.into(),
            since: rfc(case.since),
            age: (now.micros().saturating_sub(case.since.micros())).max(0) / 1_000_000,
            opened_at: rfc(case.opened_at),
            held_until: case.held.as_ref().filter(|_| holder.is_some()).map(|held| rfc(held.until)),
            held_by: holder,
            severity: case.severity,
            reach: case.reach,
            imminence: case.imminence,
            code: case.decision.as_ref().map(|ruling| ruling.code.into()),
            decision: case.decision.as_ref().map(|ruling| ruling.event),
            pending: case.pending.as_ref().map(|ruling| ruling.code.into()),
            involved: case.involved.clone(),
            merged_into: case.merged_into,
            covered: case.cover.as_ref().is_some_and(|cover| cover.is_on(now)),
        }
    }
}

/// The cover of an item.
#[derive(Serialize, ToSchema)]
pub(super) struct CoverView {
    /// Its number.
    pub(super) id: i64,
    /// The case of the item.
    case: i64,
    item: SubjectView,
    /// Since when, RFC 3339.
    since: String,
    /// When it ends by itself, RFC 3339.
    until: String,
    state: CoverWord,
    /// Whether it covers now.
    in_force: bool,
    /// Whether somebody asked for it to be looked at.
    appealed: bool,
}

impl CoverView {
    pub(super) fn of(case: &Case, now: Instant) -> Option<CoverView> {
        let cover = case.cover.as_ref()?;
        Some(CoverView {
            id: cover.number,
            case: case.id,
            item: SubjectView::of(&case.subject),
            since: rfc(cover.since),
            until: rfc(cover.until),
            state: cover.state.into(),
            in_force: cover.is_on(now),
            appealed: cover.appealed,
        })
    }
}

/// Something that happened to a case.
#[derive(Serialize, ToSchema)]
pub(super) struct EventView {
    /// Its number in the log.
    seq: i64,
    /// When, RFC 3339.
    at: String,
    /// Who.
    actor: String,
    /// What; none where it was erased.
    kind: Option<&'static str>,
    /// What was said; none where it was erased. The reporter of a report is left out.
    #[schema(value_type = Option<Object>)]
    payload: Option<serde_json::Value>,
}

impl EventView {
    pub(super) fn of(entry: &Entry) -> EventView {
        let event = match &entry.event {
            Some(Event::Case(event)) => Some(event),
            _ => None,
        };
        let payload = event.map(|event| {
            let mut payload = event.to_json();
            if let Some(payload) = payload.as_object_mut() {
                payload.remove("reporter");
            }
            payload
        });
        EventView { seq: entry.seq, at: rfc(entry.at), actor: entry.actor.clone(), kind: event.map(case::CaseEvent::kind), payload }
    }
}

/// What a decision rests on.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GroundView {
    kind: GroundWord,
    /// The provision or clause, as people quote it.
    #[schema(max_length = 300, min_length = 1)]
    reference: String,
}

/// Which exemption was considered.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ExemptionView {
    kind: ExemptionWord,
    /// Why it applies, or why it does not.
    #[serde(default)]
    #[schema(max_length = 4000)]
    note: String,
}

/// What a person concludes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewDecision {
    code: CodeWord,
    /// Must be there for `violating` and `exempt`.
    #[serde(default)]
    ground: Option<GroundView>,
    scope: ScopeWord,
    /// ISO 3166 codes of the countries in which it holds, sorted; empty: everywhere.
    #[serde(default)]
    #[schema(max_items = 250)]
    territory: Vec<String>,
    /// Which exemption was considered. The field must be there; null says that none applies.
    #[serde(deserialize_with = "asked")]
    #[schema(required)]
    exemption: Option<ExemptionView>,
    #[schema(min_length = 1, max_length = 4000)]
    reason: String,
}

/// A field that may be null and may not be left out.
fn asked<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<ExemptionView>, D::Error> {
    Option::deserialize(deserializer)
}

impl NewDecision {
    pub(super) fn into_decision(self) -> case::Decision {
        let ExemptionView { kind, note } = self.exemption.unwrap_or(ExemptionView { kind: ExemptionWord::None, note: String::new() });
        case::Decision {
            code: self.code.into(),
            ground: self.ground.map(|ground| case::Ground { kind: ground.kind.into(), reference: ground.reference }),
            scope: self.scope.into(),
            territory: self.territory,
            exemption: case::Exemption { kind: kind.into(), note: Private::new(note) },
            reason: Private::new(self.reason),
        }
    }
}

/// Why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Reason {
    /// One sentence that others can check.
    #[schema(min_length = 1, max_length = 4000)]
    pub(super) reason: String,
}

/// What came of it.
#[derive(Serialize, ToSchema)]
pub(super) struct Done {
    /// The case.
    pub(super) case: Option<i64>,
    /// The event that says so; null where nothing was added.
    pub(super) event: Option<i64>,
    /// How many cases it was about.
    pub(super) count: u64,
    /// Whether it was known already, or joined to a case that waits.
    pub(super) known: bool,
}

impl From<case::Answer> for Done {
    fn from(answer: case::Answer) -> Done {
        Done { case: answer.case, event: answer.event, count: answer.count, known: answer.known }
    }
}
