// One case: what it is about, what happened to it, and what can be done now.
import { useState } from "react";
import { post, useLoad } from "../api/client";
import type { Card, CaseEvent, CasePage as Detail, Decision } from "../api/types";
import { useTongue } from "../i18n";
import { Awaited, Badge, Button, Dialog, Empty, Facts, Field, Icon, Reason, Sheet, Theirs } from "../parts";
import { Cover, SubjectCard } from "../parts/content";
import { Link } from "../router";
import { useAct, useHere } from "../session";
import { useMay } from "../studies";
import { Factors, Rows } from "./cases";
import { DecisionForm, DecisionView } from "./decision";

type Window = "decide" | "agree" | "disagree" | "appeal" | "reverse" | "merge" | null;

export function CasePage({ study, id }: { study: string; id: string }) {
  const { t, number, said, span } = useTongue();
  const found = useLoad<Detail>(`studies/${study}/cases/${encodeURIComponent(id)}`);
  const may = useMay(study);
  const title = found.data?.case.title ?? t("cases.number", { n: id });
  return (
    <Sheet wide title={title} actions={found.data && <Acts study={study} id={id} detail={found.data} onDone={found.reload} />}>
      <p className="crumb"><Link to={`/s/${study}/cases`}>{t("cases.all")}</Link></p>
      <Awaited of={found}>
        {({ case: own, history, related, covers }) => (
          <div className="desk even">
            <div>
              <section className="card">
                <p className="row">
                  {own.lane === "threat_to_life" && <Badge tone="danger"><Icon name="life" />{said("lane", "threat_to_life")}</Badge>}
                  <Badge tone="warn">{said("state", own.state)}</Badge>
                  {covers.some((cover) => cover.in_force) && <Badge tone="accent"><Icon name="covers" />{t("cases.covered")}</Badge>}
                </p>
                <Facts of={[
                  [t("cases.subject"), said("subject", own.subject.kind)], [t("cases.reference"), own.subject.kind === "cluster" ? <Link key="to" to={clusterAt(study, own.subject.reference)}>{own.subject.reference.split(":")[0]}</Link> : <code key="code" dir="ltr">{own.subject.reference}</code>],
                  [t("cases.age"), span(own.age)], [t("cases.heldBy"), own.held_by ? <bdi key="by">{own.held_by}</bdi> : "–"], [t("cases.priority"), number(own.priority, { maximumFractionDigits: 1 })],
                ]} />
                <Factors row={own} />
              </section>
              {may("see_posts") && (own.subject.kind === "account" || own.subject.kind === "post") && <Content study={study} id={id} />}
              {related.length > 0 && <section className="panel"><h2>{t("cases.related")}</h2><Rows study={study} rows={related} /></section>}
            </div>
            <section className="card history"><h2>{t("cases.history")}</h2><History history={history} /></section>
          </div>
        )}
      </Awaited>
    </Sheet>
  );
}

/** What the study shows of the subject. It is read from the lake, so the rest of the page does not wait for it. */
function Content({ study, id }: { study: string; id: string }) {
  const { t } = useTongue();
  const found = useLoad<Card | undefined>(`studies/${study}/cases/${encodeURIComponent(id)}/card`);
  return (
    <section className="card" aria-busy={found.busy}>
      <h2>{t("cases.content")}</h2>
      <Awaited of={found}>{(card) => card && <Cover label={t("cover.text")}><SubjectCard card={card} /></Cover>}</Awaited>
      {!found.data && !found.busy && !found.error && <Empty>{t("card.gone")}</Empty>}
    </section>
  );
}

/** What a person may do with this case as it stands. The server has the last word; what it says when it refuses is shown. */
function Acts({ study, id, detail: { case: own }, onDone }: { study: string; id: string; detail: Detail; onDone: () => void }) {
  const { t } = useTongue();
  const { who } = useHere();
  const act = useAct();
  const may = useMay(study);
  const [window, setWindow] = useState<Window>(null);
  const [into, setInto] = useState("");
  const mine = own.held_by === who?.person.name;
  const send = (path: string, body: object, done: string) => act(async () => { await post(`studies/${study}/cases/${id}/${path}`, body); setWindow(null); }, done).then((good) => { if (good) onDone(); });
  const claim = () => send("claim", {}, t("cases.claimed"));
  const open = own.state === "open" || own.state === "disputed";
  const scope = own.subject.kind;
  return (
    <>
      {may("hold_case") && own.state !== "merged" && (mine ? <Button onPress={() => void send("release", {}, t("cases.released"))}>{t("cases.release")}</Button> : !own.held_by && own.state !== "closed" && <Button onPress={() => void claim()}>{t("cases.claim")}</Button>)}
      {may("merge_case") && open && <Button onPress={() => setWindow("merge")}>{t("cases.merge")}</Button>}
      {may("appeal_case") && own.state === "closed" && <Button onPress={() => setWindow("appeal")}>{t("cases.appeal")}</Button>}
      {may("reverse_case") && (own.state === "appealed" || own.state === "closed") && <Button onPress={() => setWindow("reverse")}>{t("cases.reverse")}</Button>}
      {may("second_case") && own.state === "second" && <><Button look="danger" onPress={() => setWindow("disagree")}>{t("cases.disagree")}</Button><Button look="main" onPress={() => setWindow("agree")}>{t("cases.agree")}</Button></>}
      {may("decide_case") && (open || own.state === "appealed") && <Button look="main" onPress={() => setWindow("decide")}>{t("cases.decide")}</Button>}
      <Dialog wide title={t("cases.decide")} isOpen={window === "decide"} onClose={() => setWindow(null)}>
        <DecisionForm scope={scope} action={t("cases.decide")} onDecide={(decision) => void send("decisions", decision, t("cases.decided"))} onCancel={() => setWindow(null)} />
      </Dialog>
      <Reason title={t("cases.agree")} label={t("decision.reason")} action={t("cases.agree")} isOpen={window === "agree"} onClose={() => setWindow(null)} onGiven={(reason) => void send("second", { agree: true, reason }, t("cases.seconded"))} />
      <Dialog wide title={t("cases.disagree")} isOpen={window === "disagree"} onClose={() => setWindow(null)}>
        <DecisionForm scope={scope} action={t("cases.disagree")} onDecide={(decision) => void send("second", { agree: false, reason: decision.reason, decision }, t("cases.seconded"))} onCancel={() => setWindow(null)} />
      </Dialog>
      <Reason title={t("cases.appeal")} label={t("cases.appealReason")} action={t("cases.appeal")} isOpen={window === "appeal"} onClose={() => setWindow(null)} onGiven={(reason) => void send("appeals", { reason }, t("cases.appealed"))} />
      <Dialog wide title={t("cases.reverse")} isOpen={window === "reverse"} onClose={() => setWindow(null)}>
        <DecisionForm scope={scope} action={t("cases.reverse")} onDecide={(decision: Decision) => void send("reversals", { decision, reason: decision.reason }, t("cases.reversed"))} onCancel={() => setWindow(null)} />
      </Dialog>
      <Dialog title={t("cases.merge")} isOpen={window === "merge"} onClose={() => setWindow(null)}>
        <form className="stack" onSubmit={(event) => { event.preventDefault(); void send("merge", { into: Number(into) }, t("cases.mergedDone")); }}>
          <Field label={t("cases.mergeInto")} value={into} onChange={setInto} inputMode="numeric" isRequired ltr />
          <div className="row end"><Button onPress={() => setWindow(null)}>{t("part.cancel")}</Button><Button look="main" type="submit" isDisabled={!/^\d+$/.test(into)}>{t("cases.merge")}</Button></div>
        </form>
      </Dialog>
    </>
  );
}

const texts = ["note", "reason"] as const;

function History({ history }: { history: CaseEvent[] }) {
  const { t, moment, said } = useTongue();
  return (
    <ol className="events">
      {history.map(({ seq, at, actor, kind, payload }) => {
        const decision = payload?.["decision"] as Decision | null | undefined;
        const agree = payload?.["agree"];
        return (
          <li key={seq}>
            <p><strong>{kind ? said("event", kind) : t("cases.erased")}</strong> <span className="soft small"><bdi>{actor}</bdi> · <time dateTime={at}>{moment(at)} UTC</time></span></p>
            {typeof agree === "boolean" && <Badge tone={agree ? "good" : "danger"}>{agree ? t("cases.agrees") : t("cases.disagrees")}</Badge>}
            {decision && <DecisionView decision={decision} />}
            {texts.map((name) => { const text = payload?.[name]; return typeof text === "string" && text !== "" && text !== decision?.reason ? <Theirs key={name} block>{text}</Theirs> : null; })}
          </li>
        );
      })}
    </ol>
  );
}

/** The page of a cluster that a case is about: its number, and the run in which it had that number. */
function clusterAt(study: string, reference: string): string {
  const [number, run] = reference.split(":");
  return `/s/${study}/clusters/${encodeURIComponent(number ?? "")}${run ? `?run=${encodeURIComponent(run)}` : ""}`;
}
