// The queue: what comes first and why, with the formula on the screen. Two people never hold one case; the server sees to it.
import { useState } from "react";
import { post, useLoad, usePages, withQuery } from "../api/client";
import type { BulkPreview, CaseRow, Decision, Done, Formula } from "../api/types";
import { useTongue } from "../i18n";
import { Awaited, Badge, Button, Dialog, Empty, Field, Icon, More, Reason, Select, Sheet } from "../parts";
import { go, Link, setQuery, usePlace } from "../router";
import { useAct, useHere } from "../session";
import { useMay } from "../studies";
import { CasePage } from "./case";
import { DecisionForm } from "./decision";
import { OpenCase } from "./open-case";

const states = ["open", "second", "disputed", "appealed", "closed", "merged"] as const;

export default function Cases({ study, id }: { study: string; id: string | undefined }) {
  return id === undefined ? <Queue study={study} /> : <CasePage key={id} study={study} id={id} />;
}

function Queue({ study }: { study: string }) {
  const { t, said } = useTongue();
  const { tell } = useHere();
  const act = useAct();
  const may = useMay(study);
  const { query } = usePlace();
  const [state, lane, words] = [query.get("state") ?? "open", query.get("lane") ?? "all", query.get("q") ?? ""];
  const [typed, setTyped] = useState(words);
  const [window, setWindow] = useState<"open" | "formula" | "bulk" | null>(null);
  const asked = { state: state === "all" ? null : state, lane: lane === "all" ? null : lane, q: words };
  const found = usePages<CaseRow>(withQuery(`studies/${study}/cases`, { ...asked, limit: 50 }));
  const next = () => act(async () => {
    const top = await post<{ id: number } | undefined>(`studies/${study}/cases/next`);
    if (top) go(`/s/${study}/cases/${top.id}`);
    else tell(t("cases.noneLeft"));
  });
  return (
    <Sheet wide title={t("cases.title")} about={t("cases.queueAbout")}
      actions={<>
        <Button icon="help" onPress={() => setWindow("formula")}>{t("cases.formula")}</Button>
        {may("decide_bulk") && <Button onPress={() => setWindow("bulk")}>{t("bulk.title")}</Button>}
        {may("open_case") && <Button onPress={() => setWindow("open")}>{t("cases.open")}</Button>}
        {may("hold_case") && <Button look="main" onPress={() => void next()}>{t("cases.next")}</Button>}
      </>}>
      <form className="filters" role="search" onSubmit={(event) => { event.preventDefault(); setQuery({ q: typed }); }}>
        <Select label={t("cases.state")} options={["all", ...states].map((one) => ({ id: one, label: one === "all" ? t("part.all") : said("state", one) }))} value={state} onChange={(one) => setQuery({ state: one })} />
        <Select label={t("cases.lane")} options={["all", "threat_to_life", "ordinary"].map((one) => ({ id: one, label: one === "all" ? t("part.all") : said("lane", one) }))} value={lane} onChange={(one) => setQuery({ lane: one === "all" ? null : one })} />
        <Field label={t("cases.search")} value={typed} onChange={setTyped} />
        <Button type="submit">{t("cases.find")}</Button>
      </form>
      <Awaited of={found}>{() => (found.rows.length === 0 ? <Empty>{t("cases.none")}</Empty> : <Rows study={study} rows={found.rows} />)}</Awaited>
      <More next={found.more} />
      <OpenCase study={study} from="hand" isOpen={window === "open"} onClose={() => setWindow(null)} onDone={(made) => go(`/s/${study}/cases/${made}`)} />
      <Dialog title={t("cases.formula")} isOpen={window === "formula"} onClose={() => setWindow(null)} wide><FormulaView study={study} /></Dialog>
      {window === "bulk" && <Bulk study={study} query={{ lane: asked.lane, q: asked.q }} onClose={() => { setWindow(null); found.reload(); }} />}
    </Sheet>
  );
}

export function Rows({ study, rows }: { study: string; rows: CaseRow[] }) {
  const { t, number, said, span } = useTongue();
  return (
    <div className="table-box">
      <table>
        <caption className="spoken">{t("cases.title")}</caption>
        <thead><tr><th scope="col">{t("cases.priority")}</th><th scope="col">{t("cases.case")}</th><th scope="col">{t("cases.why")}</th><th scope="col">{t("cases.state")}</th><th scope="col">{t("cases.age")}</th><th scope="col">{t("cases.heldBy")}</th></tr></thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id} className={row.lane === "threat_to_life" ? "life" : undefined}>
              <td className="points">{number(row.priority, { maximumFractionDigits: 0 })}</td>
              <th scope="row">
                <Link to={`/s/${study}/cases/${row.id}`}><bdi>{row.title}</bdi></Link>
                <p className="small soft">{row.lane === "threat_to_life" && <Badge tone="danger"><Icon name="life" />{said("lane", "threat_to_life")}</Badge>} {said("subject", row.subject.kind)} · {t("cases.number", { n: String(row.id) })}</p>
              </th>
              <td><Factors row={row} /></td>
              <td><Badge tone={row.state === "open" ? "calm" : row.state === "closed" || row.state === "merged" ? "good" : "warn"}>{said("state", row.state)}</Badge></td>
              <td>{span(row.age)}</td>
              <td>{row.held_by ? <bdi>{row.held_by}</bdi> : "–"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What a priority is made of: a bar of its parts, and the same in words. */
export function Factors({ row }: { row: Pick<CaseRow, "factors"> }) {
  const { t, number, said } = useTongue();
  const parts = row.factors.filter((factor) => factor.points > 0.5);
  const sum = parts.reduce((all, factor) => all + factor.points, 0);
  const words = parts.map((factor) => t("cases.part", { name: said("factor", factor.name), points: number(factor.points, { maximumFractionDigits: 0 }) }));
  return (
    <div className="factors">
      <div className="factor-bar" aria-hidden="true">{parts.map((factor) => <span key={factor.name} className={`f-${factor.name}`} style={{ flexGrow: factor.points / Math.max(1, sum) }} />)}</div>
      <p className="small">{words.join(" + ") || "–"}</p>
    </div>
  );
}

function FormulaView({ study }: { study: string }) {
  const { t, number, said } = useTongue();
  const found = useLoad<Formula>(`studies/${study}/queue/formula`);
  return (
    <Awaited of={found}>
      {({ terms, second }) => (
        <div className="stack">
          <p>{t("formula.about")}</p>
          <div className="table-box">
            <table>
              <thead><tr><th scope="col">{t("formula.term")}</th><th scope="col">{t("formula.unit")}</th><th scope="col" className="number">{t("formula.weight")}</th><th scope="col" className="number">{t("formula.most")}</th></tr></thead>
              <tbody>{terms.map((term) => <tr key={term.name}><th scope="row">{said("factor", term.name)}</th><td>{said("unit", term.name)}</td><td className="number">{number(term.weight)}</td><td className="number">{typeof term.most !== "number" ? "∞" : number(term.most)}</td></tr>)}</tbody>
            </table>
          </div>
          <p className="soft">{t("formula.life")} {second && t("formula.second")}</p>
        </div>
      )}
    </Awaited>
  );
}

function Bulk({ study, query, onClose }: { study: string; query: Record<string, string | null>; onClose: () => void }) {
  const { t, said, list } = useTongue();
  const act = useAct();
  const [preview, setPreview] = useState<BulkPreview | null>(null);
  const [done, setDone] = useState<number | null>(null);
  const [undoing, setUndoing] = useState(false);
  const wanted = Object.fromEntries(Object.entries(query).filter(([, value]) => value));
  const look = (decision: Decision) => act(async () => setPreview(await post<BulkPreview>(`studies/${study}/bulk/preview`, { query: wanted, decision })));
  const run = () => act(async () => { if (preview) setDone((await post<Done>(`studies/${study}/bulk`, { token: preview.token })).event ?? null); }, t("bulk.done"));
  const undo = (reason: string) => act(async () => { await post(`studies/${study}/bulk/${done}/undo`, { reason }); setUndoing(false); onClose(); }, t("bulk.undone"));
  const saying = [said("state", "open"), query["lane"] && said("lane", query["lane"]), query["q"] && `“${query["q"]}”`].filter((one): one is string => Boolean(one));
  return (
    <Dialog wide title={t("bulk.title")} isOpen onClose={onClose}>
      <p className="soft">{t("bulk.about", { query: list(saying) })}</p>
      {!preview && <DecisionForm scope="account" action={t("bulk.preview")} onDecide={(decision) => void look(decision)} />}
      {preview && (
        <div className="stack">
          <p role="status"><strong>{t("bulk.count", { n: preview.count })}</strong></p>
          <Rows study={study} rows={preview.sample} />
          <div className="row end">
            {done === null ? <><Button onPress={() => setPreview(null)}>{t("bulk.change")}</Button><Button look="danger" isDisabled={preview.count === 0} onPress={() => void run()}>{t("bulk.run", { n: preview.count })}</Button></> : <><Button icon="undo" onPress={() => setUndoing(true)}>{t("bulk.undo")}</Button><Button look="main" onPress={onClose}>{t("part.close")}</Button></>}
          </div>
        </div>
      )}
      <Reason title={t("bulk.undo")} label={t("decision.reason")} action={t("bulk.undo")} isOpen={undoing} onClose={() => setUndoing(false)} onGiven={(reason) => void undo(reason)} />
    </Dialog>
  );
}
