// Disputes: two codes that differ, with what their coders wrote, and a third person who decides.
import { useState } from "react";
import { put, useLoad, usePages, type Page } from "../api/client";
import type { Codebook, Dispute, Item, SampleRow } from "../api/types";
import { useTongue } from "../i18n";
import { Awaited, Badge, Button, Choice, Empty, Field, More, Select, Sheet, Theirs } from "../parts";
import { SubjectCard } from "../parts/content";
import { go } from "../router";
import { useAct, useHere } from "../session";
import { Standing } from "./coding";

export default function Disputes({ study, sample }: { study: string; sample: string | undefined }) {
  const { t } = useTongue();
  const samples = useLoad<Page<SampleRow>>(`studies/${study}/samples`);
  const rows = samples.data?.rows ?? [];
  const chosen = sample ?? rows[0]?.id;
  return (
    <Sheet wide title={t("disputes.title")} about={t("disputes.about")}
      actions={rows.length > 1 && chosen && <Select label={t("disputes.sample")} options={rows.map(({ id }) => ({ id, label: id }))} value={chosen} onChange={(id) => go(`/s/${study}/disputes/${encodeURIComponent(id)}`)} />}>
      <Awaited of={samples}>{() => (chosen ? <Of key={chosen} study={study} sample={chosen} /> : <Empty>{t("coding.noSamples")}</Empty>)}</Awaited>
    </Sheet>
  );
}

function Of({ study, sample }: { study: string; sample: string }) {
  const { t } = useTongue();
  const at = `studies/${study}/samples/${encodeURIComponent(sample)}`;
  const disputes = usePages<Dispute>(`${at}/disputes`);
  const codebook = useLoad<Codebook>(`${at}/codebook`);
  const first = disputes.rows[0];
  return (
    <div className="desk even">
      <div>
        <Awaited of={disputes}>
          {() => disputes.rows.length === 0 ? <Empty>{t("disputes.none")}</Empty> : (
            <>
              <p className="soft" role="status">{t("disputes.left", { n: disputes.rows.length })}</p>
              {first && <Judge key={first.item} at={at} dispute={first} codebook={codebook.data} onDone={disputes.reload} />}
              <More next={disputes.more} />
            </>
          )}
        </Awaited>
      </div>
      <aside className="standing"><Standing study={study} sample={sample} /></aside>
    </div>
  );
}

function Judge({ at, dispute, codebook, onDone }: { at: string; dispute: Dispute; codebook: Codebook | undefined; onDone: () => void }) {
  const { t, said } = useTongue();
  const act = useAct();
  const { refresh } = useHere();
  const [code, setCode] = useState("");
  const [reason, setReason] = useState("");
  const item = useLoad<Item>(`${at}/items/${dispute.item}`);
  const decide = async () => {
    if (await act(() => put(`${at}/disputes/${dispute.item}`, { code, reason: reason.trim() }), t("disputes.done"))) { onDone(); refresh(); }
  };
  const ids = [...new Set([...dispute.given.map((one) => one.code), ...(codebook?.codes ?? []).map((one) => one.name)])];
  return (
    <article className="card">
      <div className="versus">
        {dispute.given.map((one, place) => (
          <section key={place}>
            <p className="soft small">{t("disputes.coder", { n: place + 1 })}</p>
            <p><Badge tone="accent">{said("code", one.code)}</Badge></p>
            {one.note ? <Theirs block>{one.note}</Theirs> : <p className="soft">{t("disputes.noNote")}</p>}
          </section>
        ))}
      </div>
      <Awaited of={item}>{({ card }) => (card ? <SubjectCard card={card} /> : <Empty>{t("card.gone")}</Empty>)}</Awaited>
      <form className="stack decide" onSubmit={(event) => { event.preventDefault(); void decide(); }}>
        <Choice label={t("disputes.code")} options={ids.map((id) => ({ id, label: said("code", id) }))} value={code} onChange={setCode} />
        <Field label={t("disputes.reason")} lines={3} value={reason} onChange={setReason} isRequired maxLength={2000} />
        <div className="row end"><Button look="main" type="submit" isDisabled={!code || !reason.trim()}>{t("disputes.decide")}</Button></div>
      </form>
    </article>
  );
}
