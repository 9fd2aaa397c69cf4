// What the server takes and gives, as its contract has it.
export type Role = "coder" | "reviewer" | "lead" | "analyst" | "auditor" | "administrator";
export interface WhoAmI { person: { id: number; name: string; totp: boolean }; csrf: string; administrator: boolean; studies: { id: string; name: string; roles: Role[] }[] }
export interface Settings { language: string | null; theme: "system" | "light" | "dark"; cover: boolean; greyscale: boolean; blur: boolean; mute: boolean; break_minutes: number }
export interface Exposure { today: number; since: string; break_due: boolean }
export interface SessionRow { id: number; made_at: string; seen_at: string; current: boolean }
export interface TokenRow { id: number; name: string; scopes: string[]; made_at: string; expires_at: string }
export interface StudyView { id: string; name: string; designation: string; unlisted: boolean; min_cell: number; roles: Role[]; may: string[] }
export interface PersonRow { id: number; name: string; made_at: string; active: boolean; totp: boolean; closed: boolean; roles: { study: string; roles: Role[] }[] }
export interface DenialRow { at: string; person: string | null; action: string; study: string; why: string; count: number }

export interface MediaNote { kind: string; description?: string | null }
export interface ShownPost { at?: string | null; text: string; lang?: string | null; dir: string; media: MediaNote[] }
export interface Card {
  item?: number; kind?: "account" | "post"; handle?: string | null; name?: string | null; profile?: string | null; place?: string | null; created_at?: string | null; followers?: number | null;
  clients: { name: string; share: number }[]; posts: ShownPost[]; language?: string | null; direction?: string | null;
}
export interface Code { name: string; counts: string; group?: string | null; digit?: number | null; rule: string }
export interface Codebook { version: string; codes: Code[] }
export interface SampleRow { id: string; purpose: string; kind: "account" | "post"; items: number; mine: { assigned: number; done: number; skipped: number } | null; pace: number | null }
export interface NextItem { item: number; card: Card }
export interface CoderProgress { coder: string; assigned: number; done: number; skipped: number; pace?: number | null }
export interface Progress { items: number; coded: number; coders?: CoderProgress[]; mine?: { assigned: number; done: number; skipped: number } }
export interface Agreement { items: number; coders: number; alpha: number | null; low: number | null; high: number | null; kappa: number | null; golden?: { coder: string; right: number; of: number }[] }
export interface Dispute { item: number; card: Card; codes: { coder: string; code: string; note?: string | null; second?: string | null }[] }

export type Kind = "label" | "count" | "share" | "low" | "high" | "number" | "real" | "instant" | "time" | string;
export type Cell = string | number | boolean | null;
export interface Finding {
  id: string; section: string; title: string; note: string; unit: string; denominator: { n: number; of: string }; window: { from: string; to: string } | null;
  method: { name: string; page: string; level: number | null; rule: string }; columns: { name: string; title: string; kind: Kind }[]; rows: Cell[][]; suppressed: number; chart: unknown;
}
export interface Provenance {
  study: string; designation: string; unlisted: boolean; seal: number; sealed_at: string | null; version: string; configuration: string; min_cell: number; internal: boolean;
  sources: { sha256: string; format: string; seal: number; records: number; rejects: number }[];
}
export interface ShownFinding { finding: Finding; chart: object | null; provenance: Provenance; remarks?: string[] }
export interface VersionRow { id: string; made_at: string; seal: number; findings: number }
export interface FindingRow { id: string; chapter: string; title: string; n: number; unit: string }
export interface Comparison { a: string; b: string; columns: { name: string; title: string; kind: Kind; key: boolean }[]; rows: { key: Cell[]; a: Cell[] | null; b: Cell[] | null; difference: (number | null)[] }[] }
export interface Job { id: number; state: string; started_at: string; ended_at: string | null; version: string | null }

export interface ClusterRow { id: number; accounts: number; edges: number; kinds: string[]; from: string | null; to: string | null }
export interface Tie { a: number; b: number; objects: number; p: number; q: number }
export interface Cluster extends ClusterRow { members: { id: number; edges: number }[]; ties: Tie[]; reasons: string[]; timeline: { day: string; posts: number }[] }
export interface EdgePosts { a: number; b: number; pairs: { object: string; kind: string; seconds: number; a: ShownPost; b: ShownPost }[]; total: number }

export type SubjectKind = "account" | "post" | "cluster" | "finding";
export interface Subject { kind: SubjectKind; reference: string }
export type CaseState = "open" | "second" | "disputed" | "appealed" | "closed" | "merged";
export interface Factor { name: string; value: number; weight: number; points: number }
export interface CaseRow { id: number; subject: Subject; title: string; priority: number; factors: Factor[]; lane: string; state: CaseState; age: number; held_by: string | null }
export type Conclusion = "violating" | "not_violating" | "exempt" | "unclear" | "disputed";
export interface Decision {
  code: Conclusion; ground: { kind: "law" | "policy"; reference: string } | null; scope: SubjectKind; territory?: string[];
  exemption: { kind: "none" | "news" | "research" | "art" | "counter_speech"; note: string } | null; reason: string;
}
export interface Term { name: string; unit: string; weight: number; most: number | null }
export interface Formula { terms: Term[] }
export interface CaseEvent { event: number; at: string; actor: string; kind: string; [more: string]: unknown }
export interface CaseDetail { case: CaseRow & { [more: string]: unknown }; history: CaseEvent[]; card: Card | null; related: CaseRow[]; covers: CoverRow[] }
export interface CoverRow { id: number; item: Subject; state: string; from: string; until: string; weight: number; independent: number; case: number; reason?: string | null }
export interface BulkPreview { token: string; count: number; sample: CaseRow[] }
export interface AuditHead { head: string; events: number; verified_at: string | null }
export interface AuditEvent { event: number; at: string; actor: string; kind: string; hash: string }
