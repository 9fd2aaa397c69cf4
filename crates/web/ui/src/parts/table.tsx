// Tables of figures: sorted by a press on a heading, filtered by words, copied as CSV.
import { useMemo, useState, type ReactNode } from "react";
import type { Cell, Finding, Kind } from "../api/types";
import { useTongue, type Tongue } from "../i18n";
import { useAct } from "../session";
import { Button, Field } from ".";



export function isNumber(kind: Kind): boolean {
  return kind === "count" || kind === "share" || kind === "number" || kind === "low" || kind === "high";
}

/** The ends of an interval are written like the figure before them. */
function writtenAs(columns: Columns[], at: number): Kind {
  const own = columns[at]?.kind ?? "label";
  if (own !== "low" && own !== "high") return own;
  return columns.slice(0, at).findLast((one) => one.kind !== "low" && one.kind !== "high")?.kind ?? own;
}

/** A cell as the language writes it; what is withheld and what is not known are said so by the page, not here. */
export function cellText(cell: Cell, kind: Kind, { number, percent, day }: Tongue): string {
  if (cell === null) return "";
  if (typeof cell === "boolean") return String(cell);
  if (typeof cell === "number") return kind === "share" ? percent(cell, Math.abs(cell) < 0.1 ? 2 : 1) : number(cell, { maximumFractionDigits: kind === "count" ? 0 : 3 });
  return kind === "time" ? day(cell) : cell;
}

/** RFC 4180, with a quote before what a spreadsheet would take for a formula. */
export function csv(rows: Cell[][]): string {
  const write = (cell: Cell) => {
    const text = cell === null ? "" : String(cell);
    const safe = typeof cell === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return rows.map((row) => row.map(write).join(",")).join("\r\n");
}

interface Order { column: number; down: boolean }

function compare(a: Cell, b: Cell, locale: string): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  return typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), locale, { numeric: true });
}

export interface Columns { name: string; title: string; kind: Kind }

/** A table of plain cells. */
export function DataTable({ caption, columns, rows, withheld = 0, before }: { caption: string; columns: Columns[]; rows: Cell[][]; withheld?: number; before?: ReactNode }) {
  const tongue = useTongue();
  const { t } = tongue;
  const act = useAct();
  const [order, setOrder] = useState<Order | null>(null);
  const [words, setWords] = useState("");
  const shown = useMemo(() => {
    const wanted = words.trim().toLocaleLowerCase(tongue.locale);
    const kept = wanted === "" ? rows : rows.filter((row) => row.some((cell, at) => `${cell ?? ""} ${cellText(cell, writtenAs(columns, at), tongue)}`.toLocaleLowerCase(tongue.locale).includes(wanted)));
    if (!order) return kept;
    const sorted = kept.toSorted((a, b) => compare(a[order.column] ?? null, b[order.column] ?? null, tongue.locale));
    return order.down ? sorted.toReversed() : sorted;
  }, [rows, columns, words, order, tongue]);
  const turn = (column: number) => setOrder((old) => (old?.column !== column ? { column, down: isNumber(columns[column]?.kind ?? "label") } : { column, down: !old.down }));
  const copy = () => act(() => navigator.clipboard.writeText(csv([columns.map((one) => one.name), ...shown])), t("part.copied"));
  return (
    <div className="data">
      <div className="row between data-head">
        <div className="row">{rows.length > 8 && <Field label={t("table.filter")} value={words} onChange={setWords} />}{before}</div>
        <Button icon="copy" onPress={() => void copy()}>{t("table.copy")}</Button>
      </div>
      <div className="table-box tall" tabIndex={0} role="group" aria-label={caption}>
        <table>
          <caption>{t("table.rows", { n: shown.length })}</caption>
          <thead>
            <tr>
              {columns.map((column, at) => (
                <th key={column.name} scope="col" className={isNumber(column.kind) ? "number" : undefined} aria-sort={order?.column === at ? (order.down ? "descending" : "ascending") : "none"}>
                  <button type="button" className="sorter" onClick={() => turn(at)}><bdi>{column.title}</bdi><span className="arrow" aria-hidden="true">{order?.column === at ? (order.down ? "↓" : "↑") : "↕"}</span></button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row, at) => (
              <tr key={at}>
                {columns.map((column, place) => {
                  const cell = row[place] ?? null;
                  const text = cell !== null ? <bdi>{cellText(cell, writtenAs(columns, place), tongue)}</bdi> : withheld > 0 ? <><span aria-hidden="true">·</span><span className="spoken">{t("table.withheld")}</span></> : "–";
                  return place === 0 ? <th key={place} scope="row">{text}</th> : <td key={place} className={isNumber(column.kind) ? "number" : undefined}>{text}</td>;
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {withheld > 0 && <p className="small soft">{t("table.withheldN", { n: withheld })}</p>}
    </div>
  );
}

export function FindingTable({ finding, rows = finding.rows, before }: { finding: Finding; rows?: Cell[][]; before?: ReactNode }) {
  return <DataTable caption={finding.title} columns={finding.columns} rows={rows} withheld={finding.suppressed} {...(before !== undefined && { before })} />;
}
