// What the server takes and gives: names for the types that `npm run types` makes from the server's OpenAPI file.
import type { components } from "./dist/openapi";

type Of = components["schemas"];
export type Role = Of["Role"];
export type WhoAmI = Of["WhoAmI"];
export type Settings = Of["Settings"];
export type Exposure = Of["Exposure"];
export type SessionRow = Of["SessionRow"];
export type TokenRow = Of["TokenRow"];
export type StudyView = Of["StudyView"];
export type PersonRow = Of["PersonRow"];
export type DenialRow = Of["DenialRow"];

export type Card = Of["Card"];
export type ShownPost = Of["ShownPost"];
export type MediaNote = Of["MediaNote"];
export type Code = Of["CodeView"];
export type Codebook = Of["CodebookView"];
export type SampleRow = Of["SampleRow"];
export type Item = Of["ItemView"];
export type ProgressRow = Of["ProgressRow"];
export type Agreement = Of["Agreement"];
export type Dispute = Of["Dispute"];

/** A finding as `--json` prints it; OpenAPI knows it as an object. */
export type Kind = "label" | "count" | "share" | "low" | "high" | "number" | "time";
export type Cell = string | number | boolean | null;
export interface Finding {
  id: string; section: string; title: string; note: string; unit: string; denominator: { n: number; of: string }; window: { from: string; to: string } | null;
  method: { name: string; page: string; level: number | null; rule: string }; columns: { name: string; title: string; kind: Kind }[]; rows: Cell[][]; suppressed: number; chart: unknown;
}
export interface Provenance {
  study: string; designation: string; unlisted: boolean; seal: number; sealed_at: string | null; version: string; configuration: string; min_cell: number; internal: boolean;
  sources: { sha256: string; format: string; seal: number; records: number; rejects: number }[];
}
export type ShownFinding = Omit<Of["FindingView"], "finding" | "provenance" | "chart"> & { finding: Finding; chart?: object | null; provenance: Provenance };
export type VersionRow = Of["VersionRow"];
export type FindingRow = Of["FindingRow"];
export type Comparison = Omit<Of["Comparison"], "rows"> & { rows: { key: Cell[]; a?: Cell[] | null; b?: Cell[] | null; difference: (number | null)[] }[] };
export type Job = Of["Job"];

export type ClusterRow = Of["ClusterRow"];
export type Cluster = Of["Cluster"];
export type Tie = Of["Tie"];
export type EdgePosts = Of["EdgePosts"];

export type SubjectKind = "account" | "post" | "cluster" | "finding";
export interface Subject { kind: SubjectKind; reference: string }
export type CaseState = "open" | "second" | "disputed" | "appealed" | "closed" | "merged";
export type Conclusion = "violating" | "not_violating" | "exempt" | "unclear" | "disputed";
export interface Factor { name: string; value: number; weight: number; points: number }
export interface CaseRow {
  id: number; subject: Subject; title: string; priority: number; factors: Factor[]; lane: "threat_to_life" | "ordinary"; state: CaseState; age: number; held_by?: string | null;
  code?: Conclusion | null; decision?: number | null; pending?: Conclusion | null; involved: string[]; merged_into?: number | null; covered: boolean;
}
export interface Decision {
  code: Conclusion; ground?: { kind: "law" | "policy"; reference: string } | null; scope: SubjectKind; territory?: string[];
  exemption: { kind: "none" | "news" | "research" | "art" | "counter_speech"; note: string } | null; reason: string;
}
export interface Formula { terms: { name: string; unit: string; weight: number; most?: number | null }[]; second: boolean; hold_minutes: number }
export interface CaseEvent { seq: number; at: string; actor: string; kind?: string | null; payload?: Record<string, unknown> | null }
export interface CasePage { case: CaseRow; history: CaseEvent[]; card?: Card | null; related: CaseRow[]; covers: CoverRow[]; reporters: number; tried: number }
export interface CoverRow { id: number; case: number; item: Subject; since: string; until: string; state: string; in_force: boolean; appealed: boolean }
export interface BulkPreview { token: string; count: number; sample: CaseRow[] }
export interface Done { case?: number | null; event?: number | null; count: number; known: boolean }
export interface AuditHead { head?: { seq: number; hash: string } | null; events: number; verified_at?: string | null; fault?: string | null; verifying: boolean }
export interface AuditEvent { seq: number; at: string; actor: string; kind: string; hash: string; erased: boolean }
