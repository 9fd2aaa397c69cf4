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
export type ActRow = Of["ActRow"];
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
export type Cluster = Of["ClusterView"];
export type Tie = Of["Tie"];
export type EdgePosts = Of["EdgePosts"];

export type SubjectKind = Of["SubjectWord"];
export type Subject = Of["SubjectView"];
export type CaseState = Of["StateWord"];
export type Conclusion = Of["CodeWord"];
export type Factor = Of["FactorView"];
export type CaseRow = Of["CaseRow"];
export type Decision = Of["NewDecision"];
export type Formula = Of["FormulaView"];
/** What an event carries depends on its kind; OpenAPI knows it as an object. */
export type CaseEvent = Omit<Of["EventView"], "payload"> & { payload?: Record<string, unknown> | null };
export type CasePage = Omit<Of["CasePage"], "history"> & { history: CaseEvent[] };
export type CoverRow = Of["CoverView"];
export type BulkPreview = Of["PreviewView"];
export type Done = Of["Done"];
export type AuditHead = Of["AuditView"];
export type AuditEvent = Of["LoggedView"];
