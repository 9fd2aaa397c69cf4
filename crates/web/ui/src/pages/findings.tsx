// Findings: a list by chapter, and each with its chart, its whole table, and where it comes from.
import { useMemo, useState } from "react";
import { post, useLoad, usePages, withQuery, type Page } from "../api/client";
import type { Cell, Comparison, Finding, FindingRow, Job, Kind, Provenance, ShownFinding, VersionRow } from "../api/types";
import { useTongue } from "../i18n";
import { Awaited, Badge, Button, Dialog, Empty, Facts, Select, Sheet } from "../parts";
import { Brush } from "../parts/brush";
import { Chart, Patterns } from "../parts/chart";
import { DataTable, FindingTable } from "../parts/table";
import { Link, setQuery, usePlace } from "../router";
import { useAct } from "../session";
import { useMay } from "../studies";

const chapters = ["census", "stance", "coordination", "sources", "accounts", "posts", "objects", "quality"];

export default function Findings({ study, id }: { study: string; id: string | undefined }) {
  const { t, moment } = useTongue();
  const { query } = usePlace();
  const versions = useLoad<Page<VersionRow>>(`studies/${study}/versions?limit=200`);
  const rows = versions.data?.rows ?? [];
  const version = query.get("version") ?? rows[0]?.id;
  const options = rows.map((row) => ({ id: row.id, label: t("findings.version", { when: moment(row.made_at), seal: row.seal }) }));
  const choose = version && options.length > 0 && <Select hideLabel label={t("findings.chooseVersion")} options={options} value={version} onChange={(chosen) => setQuery({ version: chosen })} />;
  if (id !== undefined) return <One study={study} id={id} version={version} versions={rows} choose={choose} />;
  return (
    <Sheet title={t("findings.title")} about={t("findings.about")} actions={<>{choose}<Compute study={study} onDone={versions.reload} /></>}>
      <Awaited of={versions}>{() => (version ? <List study={study} version={version} /> : <Empty>{t("findings.none")}</Empty>)}</Awaited>
    </Sheet>
  );
}

function Compute({ study, onDone }: { study: string; onDone: () => void }) {
  const { t } = useTongue();
  const act = useAct();
  const may = useMay(study);
  const jobs = useLoad<Page<Job>>(may("see_jobs") ? `studies/${study}/jobs` : null);
  if (!may("make_version")) return null;
  const running = jobs.data?.rows.some((job) => job.state === "running") ?? false;
  const start = async () => {
    if (await act(() => post(`studies/${study}/versions`), t("findings.started"))) { jobs.reload(); setTimeout(() => { jobs.reload(); onDone(); }, 3000); }
  };
  return <Button icon="refresh" isDisabled={running} onPress={() => void start()}>{t("findings.compute")}</Button>;
}

function List({ study, version }: { study: string; version: string }) {
  const { t, said, language } = useTongue();
  const found = usePages<FindingRow>(`studies/${study}/versions/${encodeURIComponent(version)}/findings?limit=200&lang=${language}`);
  const groups = useMemo(() => {
    const names = [...new Set(found.rows.map((row) => row.chapter))];
    const place = (name: string) => (chapters.includes(name) ? chapters.indexOf(name) : chapters.length);
    return names.toSorted((a, b) => place(a) - place(b)).map((name) => ({ name, rows: found.rows.filter((row) => row.chapter === name) }));
  }, [found.rows]);
  return (
    <Awaited of={found}>
      {() => groups.map(({ name, rows }) => (
        <section key={name} className="panel">
          <h2>{said("chapter", name)}</h2>
          <ul className="list">
            {rows.map((row) => (
              <li key={row.id}><Link to={`/s/${study}/findings/${encodeURIComponent(row.id)}?version=${encodeURIComponent(version)}`} className="list-item"><span><bdi>{row.title}</bdi></span><span className="soft small"><bdi>{t("findings.n", { n: row.n, unit: row.unit })}</bdi></span></Link></li>
            ))}
          </ul>
        </section>
      ))}
    </Awaited>
  );
}

function One({ study, id, version, versions, choose }: { study: string; id: string; version: string | undefined; versions: VersionRow[]; choose: React.ReactNode }) {
  const { t, language } = useTongue();
  const { query } = usePlace();
  const path = version ? withQuery(`studies/${study}/versions/${encodeURIComponent(version)}/findings/${encodeURIComponent(id)}`, { lang: language }) : null;
  const found = useLoad<ShownFinding>(path);
  const against = query.get("against");
  const others = versions.filter((row) => row.id !== version);
  const title = found.data?.finding.title ?? id;
  return (
    <Sheet wide title={title} about={found.data && <bdi>{found.data.finding.note}</bdi>} actions={choose}>
      <p className="crumb"><Link to={`/s/${study}/findings${version ? `?version=${encodeURIComponent(version)}` : ""}`}>{t("findings.all")}</Link></p>
      <Patterns />
      {found.data?.internal && <p className="inside"><Badge tone="warn">{t("source.internal")}</Badge></p>}
      <Awaited of={found}>{(shown) => <Figure shown={shown} />}</Awaited>
      {version && others.length > 0 && <Compare study={study} id={id} a={version} b={against} others={others} />}
    </Sheet>
  );
}

/** The times along a chart over time, sorted; none for other charts. */
function timesOf(finding: Finding): { column: number; times: number[] } | null {
  const chart = finding.chart as { timeline?: { time?: string } } | string | null;
  const name = typeof chart === "object" && chart !== null ? chart.timeline?.time : undefined;
  const column = finding.columns.findIndex((one) => one.name === name);
  if (column < 0) return null;
  const times = [...new Set(finding.rows.map((row) => Date.parse(String(row[column]))).filter((time) => !Number.isNaN(time)))].toSorted((a, b) => a - b);
  return times.length > 2 ? { column, times } : null;
}

type Spec = { data?: { values?: { across?: number }[] } };

function Figure({ shown: { finding, chart, provenance } }: { shown: ShownFinding }) {
  const { t } = useTongue();
  const [source, setSource] = useState(false);
  const along = useMemo(() => timesOf(finding), [finding]);
  const [range, setRange] = useState<[number, number]>([0, (along?.times.length ?? 1) - 1]);
  const whole = !along || (range[0] === 0 && range[1] === along.times.length - 1);
  const [from, until] = [along?.times[range[0]] ?? -Infinity, along?.times[range[1]] ?? Infinity];
  const rows = useMemo(() => (whole || !along ? finding.rows : finding.rows.filter((row) => { const time = Date.parse(String(row[along.column])); return time >= from && time <= until; })), [finding, along, whole, from, until]);
  const spec = useMemo(() => {
    const own = chart as Spec | null | undefined;
    if (!own || whole) return own;
    return { ...own, data: { ...own.data, values: own.data?.values?.filter(({ across }) => across === undefined || (across >= from && across <= until)) ?? [] } };
  }, [chart, whole, from, until]);
  return (
    <figure className="card figure" data-finding={finding.id}>
      {spec && <Chart key={finding.id} spec={spec} label={`${finding.title}. ${t("findings.tableToo")}`} />}
      {along && <Brush times={along.times} range={range} onChange={setRange} />}
      <FindingTable finding={finding} rows={rows} />
      <figcaption className="row between provenance">
        <p className="small soft"><bdi>{t("findings.n", { n: finding.denominator.n, unit: finding.denominator.of })}</bdi> · <bdi>{finding.method.name}</bdi></p>
        <Button icon="source" onPress={() => setSource(true)}>{t("findings.source")}</Button>
      </figcaption>
      <Dialog wide title={t("findings.sourceOf", { title: finding.title })} isOpen={source} onClose={() => setSource(false)}><Source finding={finding} provenance={provenance} /></Dialog>
    </figure>
  );
}

function Source({ finding, provenance }: { finding: Finding; provenance: Provenance }) {
  const { t, number, percent, moment, day } = useTongue();
  return (
    <div className="stack">
      <Facts of={[
        [t("source.n"), <bdi key="n">{t("findings.n", { n: finding.denominator.n, unit: finding.denominator.of })}</bdi>],
        [t("source.unit"), <bdi key="unit">{finding.unit}</bdi>],
        [t("source.window"), finding.window ? `${day(finding.window.from)} – ${day(finding.window.to)}` : "–"],
        [t("source.method"), <bdi key="method">{finding.method.name}</bdi>],
        [t("source.page"), <code key="page">docs/methods/{finding.method.page}</code>],
        [t("source.level"), finding.method.level === null ? "–" : percent(finding.method.level)],
        [t("source.withheld"), number(finding.suppressed)],
        [t("source.minCell"), number(provenance.min_cell)],
        [t("source.seal"), `${number(provenance.seal)}${provenance.sealed_at ? ` · ${moment(provenance.sealed_at)}` : ""}`],
        [t("source.program"), <code key="program">{provenance.version}</code>],
        [t("source.configuration"), <code key="configuration">{provenance.configuration}</code>],
      ]} />
      {provenance.internal && <p><Badge tone="warn">{t("source.internal")}</Badge></p>}
      <div><h3>{t("source.rule")}</h3><pre className="rule" dir="auto" tabIndex={0}>{finding.method.rule}</pre></div>
      <DataTable caption={t("source.files")} columns={[{ name: "sha256", title: t("source.file"), kind: "label" }, { name: "format", title: t("source.format"), kind: "label" }, { name: "records", title: t("source.records"), kind: "count" }, { name: "rejects", title: t("source.rejects"), kind: "count" }]}
        rows={provenance.sources.map((one) => [one.sha256.slice(0, 16), one.format, one.records, one.rejects])} />
    </div>
  );
}

function Compare({ study, id, a, b, others }: { study: string; id: string; a: string; b: string | null; others: VersionRow[] }) {
  const { t, moment, language } = useTongue();
  const found = useLoad<Comparison>(b ? withQuery(`studies/${study}/compare`, { a: b, b: a, finding: id, lang: language }) : null);
  const options = [{ id: "-", label: t("findings.noComparison") }, ...others.map((row) => ({ id: row.id, label: t("findings.version", { when: moment(row.made_at), seal: row.seal }) }))];
  return (
    <section className="card">
      <div className="row between"><h2>{t("findings.compare")}</h2><Select hideLabel label={t("findings.compareWith")} options={options} value={b ?? "-"} onChange={(chosen) => setQuery({ against: chosen === "-" ? null : chosen })} /></div>
      {b && <Awaited of={found}>{(data) => <Compared data={data} />}</Awaited>}
    </section>
  );
}

function Compared({ data }: { data: Comparison }) {
  const { t } = useTongue();
  const kind = (numbers: (Cell | undefined)[]): Kind => (numbers.some((cell) => typeof cell === "number") ? "number" : "label");
  const keys = data.keys.map((name, at) => ({ name, title: data.key_titles[at] ?? name, kind: kind(data.rows.map((row) => row.key[at])) }));
  const columns = [...keys, ...data.columns.flatMap((name, at) => {
    const title = data.column_titles[at] ?? name;
    const own = kind(data.rows.flatMap((row) => [row.a?.[at], row.b?.[at]]));
    return [{ name: `${name}_before`, title: t("findings.before", { what: title }), kind: own }, { name: `${name}_after`, title: t("findings.after", { what: title }), kind: own }, { name: `${name}_difference`, title: t("findings.difference", { what: title }), kind: "number" as const }];
  })];
  const rows = data.rows.map((row) => [...row.key, ...data.columns.flatMap((_, at) => [row.a?.[at] ?? null, row.b?.[at] ?? null, row.difference[at] ?? null])]);
  return <DataTable caption={t("findings.compare")} columns={columns} rows={rows} />;
}
