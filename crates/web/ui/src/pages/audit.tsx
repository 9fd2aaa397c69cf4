// The record: its head, its events, and a walk along the chain.
import { useState } from "react";
import { get, post, Refusal, useLoad, usePages } from "../api/client";
import type { AuditEvent, AuditHead } from "../api/types";
import { useTongue } from "../i18n";
import { Awaited, Badge, Button, Facts, More, Sheet } from "../parts";
import { useMay } from "../studies";

export default function Audit({ study }: { study: string }) {
  const { t } = useTongue();
  const may = useMay(study);
  const file = (format: string) => `/api/studies/${study}/decisions?format=${format}`;
  return (
    <Sheet wide title={t("audit.title")} about={t("audit.about")}
      actions={may("export_decisions") && <><a className="button plain" href={file("csv")} download>{t("audit.csv")}</a><a className="button plain" href={file("ndjson")} download>{t("audit.ndjson")}</a></>}>
      {may("see_audit") && <Head study={study} />}
      {may("see_audit") && <Events study={study} />}
    </Sheet>
  );
}

function Head({ study }: { study: string }) {
  const { t, number, moment } = useTongue();
  const may = useMay(study);
  const found = useLoad<AuditHead>(`studies/${study}/audit`);
  const [state, setState] = useState<{ good: boolean; words: string } | "busy" | null>(null);
  const verify = async () => {
    setState("busy");
    try {
      let answer = await post<AuditHead>(`studies/${study}/audit/verify`);
      while (answer.verifying) {
        await new Promise((done) => { setTimeout(done, 1000); });
        answer = await get<AuditHead>(`studies/${study}/audit`);
      }
      setState(answer.fault ? { good: false, words: answer.fault } : { good: true, words: t("audit.verified", { n: answer.events }) });
      found.reload();
    } catch (error) {
      setState({ good: false, words: error instanceof Refusal ? error.message : String(error) });
    }
  };
  return (
    <section className="card">
      <Awaited of={found}>
        {(head) => (
          <div className="row between">
            <Facts of={[[t("audit.events"), number(head.events)], [t("audit.head"), <code key="head" dir="ltr">{head.head?.hash ?? "–"}</code>], [t("audit.verifiedAt"), head.verified_at ? `${moment(head.verified_at)} UTC` : "–"]]} />
            {may("verify_audit") && <Button look="main" isDisabled={state === "busy"} onPress={() => void verify()}>{t("audit.verify")}</Button>}
          </div>
        )}
      </Awaited>
      <div role="status" aria-live="polite">
        {state === "busy" && <p className="soft">{t("audit.verifying")}</p>}
        {state !== null && state !== "busy" && <p className="spaced" data-verified={String(state.good)}><Badge tone={state.good ? "good" : "danger"}>{state.good ? t("audit.sound") : t("audit.broken")}</Badge> <bdi>{state.words}</bdi></p>}
      </div>
    </section>
  );
}

function Events({ study }: { study: string }) {
  const { t, said, moment } = useTongue();
  const found = usePages<AuditEvent>(`studies/${study}/audit/events?limit=100`);
  return (
    <section className="panel">
      <h2>{t("audit.list")}</h2>
      <Awaited of={found}>
        {() => (
          <div className="table-box">
            <table>
              <caption className="spoken">{t("audit.list")}</caption>
              <thead><tr><th scope="col" className="number">{t("audit.number")}</th><th scope="col">{t("audit.at")}</th><th scope="col">{t("audit.who")}</th><th scope="col">{t("audit.what")}</th><th scope="col">{t("audit.hash")}</th></tr></thead>
              <tbody>{found.rows.map((row) => <tr key={row.seq}><td className="number">{row.seq}</td><td>{moment(row.at)}</td><td><bdi>{row.actor}</bdi></td><td>{said("event", row.kind)}{row.erased && <> <Badge>{t("cases.erased")}</Badge></>}</td><td><code dir="ltr" title={row.hash}>{row.hash.slice(0, 16)}</code></td></tr>)}</tbody>
            </table>
          </div>
        )}
      </Awaited>
      <More next={found.more} />
    </section>
  );
}
