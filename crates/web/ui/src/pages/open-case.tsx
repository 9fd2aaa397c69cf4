// A new case: from a finding, a cluster, or by hand.
import { useState } from "react";
import { post } from "../api/client";
import type { Done, Subject, SubjectKind } from "../api/types";
import { useTongue } from "../i18n";
import { Button, Choice, Dialog, Field, Select, Switch } from "../parts";
import { useAct } from "../session";

const kinds: readonly SubjectKind[] = ["account", "post", "cluster", "finding"];

export function OpenCase({ study, subject, from, reach = 0, isOpen, onClose, onDone }: {
  study: string; subject?: Subject; from: "finding" | "cluster" | "hand"; reach?: number; isOpen: boolean; onClose: () => void; onDone: (id: number) => void;
}) {
  const { t, said } = useTongue();
  const act = useAct();
  const [kind, setKind] = useState<SubjectKind>(subject?.kind ?? "account");
  const [reference, setReference] = useState(subject?.reference ?? "");
  const [severity, setSeverity] = useState("2");
  const [imminence, setImminence] = useState("0");
  const [people, setPeople] = useState<string | null>(null);
  const [life, setLife] = useState(false);
  const [note, setNote] = useState("");
  const send = () => act(async () => {
    const made = await post<Done>(`studies/${study}/cases`, {
      subject: { kind, reference: reference.trim() }, from, severity: Number(severity), reach: Math.max(0, Math.trunc(Number(people ?? reach)) || 0), imminence: Number(imminence), threat_to_life: life, note: note.trim(),
    });
    onClose();
    if (made.case) onDone(made.case);
  }, t("cases.opened"));
  const upTo = (last: number) => Array.from({ length: last + 1 }, (_, n) => String(n));
  return (
    <Dialog title={t("cases.open")} isOpen={isOpen} onClose={onClose}>
      <form className="stack" onSubmit={(event) => { event.preventDefault(); void send(); }}>
        {subject ? <p className="soft">{t("cases.about", { what: said("subject", subject.kind), reference: subject.reference })}</p> : (
          <>
            <Select label={t("cases.subject")} options={kinds.map((id) => ({ id, label: said("subject", id) }))} value={kind} onChange={(id) => setKind(kinds.find((one) => one === id) ?? "account")} />
            <Field label={t("cases.reference")} hint={t("cases.referenceHint")} value={reference} onChange={setReference} isRequired ltr />
          </>
        )}
        <Choice label={t("factor.severity")} options={upTo(4).map((id) => ({ id, label: said("severity", id) }))} value={severity} onChange={setSeverity} />
        <Choice label={t("factor.imminence")} options={upTo(3).map((id) => ({ id, label: said("imminence", id) }))} value={imminence} onChange={setImminence} />
        <Field label={t("cases.reach")} type="number" min={0} value={people ?? String(reach)} onChange={setPeople} inputMode="numeric" ltr />
        <Switch on={life} onChange={setLife} hint={t("cases.lifeHint")}>{t("cases.life")}</Switch>
        <Field label={t("cases.note")} lines={2} value={note} onChange={setNote} maxLength={2000} />
        <div className="row end"><Button onPress={onClose}>{t("part.cancel")}</Button><Button look="main" type="submit" isDisabled={!reference.trim()}>{t("cases.open")}</Button></div>
      </form>
    </Dialog>
  );
}
