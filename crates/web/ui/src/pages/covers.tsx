// Reports of the community and what they covered: at once, for a while, until a person looks.
import { useState } from "react";
import { post, usePages } from "../api/client";
import type { CoverRow } from "../api/types";
import { useTongue } from "../i18n";
import { Awaited, Badge, Button, Choice, Empty, Field, More, Reason, Select, Sheet } from "../parts";
import { Link } from "../router";
import { useAct, useHere } from "../session";
import { useMay } from "../studies";

const kinds = ["threat_to_life", "incitement", "recruitment", "support", "other"] as const;

export default function Covers({ study }: { study: string }) {
  const { t } = useTongue();
  const may = useMay(study);
  return (
    <Sheet wide title={t("covers.title")} about={t("covers.about")}>
      <div className={may("see_covers") ? "desk even" : undefined}>
        {may("see_covers") && <div><List study={study} /></div>}
        <aside><ReportForm study={study} /></aside>
      </div>
    </Sheet>
  );
}

function ReportForm({ study }: { study: string }) {
  const { t, said } = useTongue();
  const { who } = useHere();
  const act = useAct();
  const [form, setForm] = useState({ subject: "post", item: "", kind: "", note: "" });
  const set = (name: keyof typeof form) => (value: string) => setForm((old) => ({ ...old, [name]: value }));
  const send = async () => {
    const body = { item: { kind: form.subject, reference: form.item.trim() }, kind: form.kind, reporter: who?.person.name ?? "", note: form.note.trim() };
    if (await act(() => post(`studies/${study}/reports`, body), t("covers.reported"))) setForm((old) => ({ ...old, item: "", kind: "", note: "" }));
  };
  return (
    <section className="card">
      <h2>{t("covers.report")}</h2>
      <form className="stack" onSubmit={(event) => { event.preventDefault(); void send(); }}>
        <Select label={t("cases.subject")} options={["post", "account"].map((id) => ({ id, label: said("subject", id) }))} value={form.subject} onChange={set("subject")} />
        <Field label={t("covers.item")} hint={t("cases.referenceHint")} value={form.item} onChange={set("item")} isRequired ltr />
        <Choice label={t("covers.kind")} options={kinds.map((id) => ({ id, label: said("report", id) }))} value={form.kind} onChange={set("kind")} />
        <Field label={t("cases.note")} lines={3} value={form.note} onChange={set("note")} maxLength={2000} />
        <div className="row end"><Button look="main" type="submit" isDisabled={!form.item.trim() || !form.kind}>{t("covers.send")}</Button></div>
      </form>
    </section>
  );
}

function List({ study }: { study: string }) {
  const { t, said, moment } = useTongue();
  const act = useAct();
  const may = useMay(study);
  const found = usePages<CoverRow>(`studies/${study}/covers`);
  const [chosen, setChosen] = useState<{ id: number; what: "lift" | "appeal" } | null>(null);
  const send = (reason: string) => act(() => post(`studies/${study}/covers/${chosen?.id}/${chosen?.what}`, { reason }), t("part.saved")).then((good) => { if (good) { setChosen(null); found.reload(); } });
  return (
    <>
      <Awaited of={found}>
        {() => found.rows.length === 0 ? <Empty>{t("covers.none")}</Empty> : (
          <div className="table-box">
            <table>
              <caption className="spoken">{t("covers.title")}</caption>
              <thead><tr><th scope="col">{t("covers.item")}</th><th scope="col">{t("covers.state")}</th><th scope="col">{t("covers.until")}</th><th scope="col"><span className="spoken">{t("covers.acts")}</span></th></tr></thead>
              <tbody>
                {found.rows.map((row) => (
                  <tr key={row.id}>
                    <th scope="row"><Link to={`/s/${study}/cases/${row.case}`}><code dir="ltr">{row.item.reference}</code></Link> <span className="soft small">{said("subject", row.item.kind)}</span></th>
                    <td><Badge tone={row.in_force ? "warn" : "calm"}>{said("coverState", row.state)}</Badge>{row.appealed && <> <Badge tone="accent">{t("covers.appealed")}</Badge></>}</td>
                    <td>{moment(row.until)} UTC</td>
                    <td>{row.in_force && <div className="row">{may("lift_cover") && <Button onPress={() => setChosen({ id: row.id, what: "lift" })}>{t("covers.lift")}</Button>}{may("appeal_cover") && <Button onPress={() => setChosen({ id: row.id, what: "appeal" })}>{t("covers.appeal")}</Button>}</div>}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Awaited>
      <More next={found.more} />
      <Reason title={chosen?.what === "appeal" ? t("covers.appeal") : t("covers.lift")} label={t("decision.reason")} action={chosen?.what === "appeal" ? t("covers.appeal") : t("covers.lift")} isOpen={chosen !== null} onClose={() => setChosen(null)} onGiven={(reason) => void send(reason)} />
    </>
  );
}
