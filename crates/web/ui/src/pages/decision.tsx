// A decision: what was concluded, on which ground, how far it reaches, and why. Exemptions are asked for, every time.
import { useState } from "react";
import type { Conclusion, Decision, SubjectKind } from "../api/types";
import { useTongue } from "../i18n";
import { Badge, Button, Choice, Facts, Field, Select, Theirs } from "../parts";

const conclusions: readonly Conclusion[] = ["violating", "not_violating", "exempt", "unclear", "disputed"];
const exemptions = ["none", "news", "research", "art", "counter_speech"] as const;
const scopes: readonly SubjectKind[] = ["post", "account", "cluster", "finding"];
type Exemption = (typeof exemptions)[number];

export function DecisionForm({ scope: first, action, onDecide, onCancel }: { scope: SubjectKind; action: string; onDecide: (decision: Decision) => void; onCancel?: () => void }) {
  const { t, said } = useTongue();
  const [code, setCode] = useState<Conclusion | "">("");
  const [exemption, setExemption] = useState<Exemption | "">("");
  const [why, setWhy] = useState("");
  const [kind, setKind] = useState("policy");
  const [reference, setReference] = useState("");
  const [scope, setScope] = useState<SubjectKind>(first);
  const [territory, setTerritory] = useState("");
  const [reason, setReason] = useState("");
  const exempt = exemption !== "" && exemption !== "none";
  const grounded = code === "violating" || code === "exempt";
  const ready = code !== "" && exemption !== "" && reason.trim() !== "" && (!grounded || reference.trim() !== "") && (!exempt || why.trim() !== "") && (code !== "exempt" || exempt) && (code !== "violating" || !exempt);
  const decide = () => {
    if (!ready) return;
    const places = territory.toUpperCase().split(/[\s,;]+/).filter(Boolean);
    onDecide({
      code, scope, reason: reason.trim(), ground: reference.trim() ? { kind: kind === "law" ? "law" : "policy", reference: reference.trim() } : null,
      exemption: { kind: exemption, note: why.trim() }, ...(places.length > 0 && { territory: places }),
    });
  };
  return (
    <form className="stack decide" onSubmit={(event) => { event.preventDefault(); decide(); }}>
      <Choice label={t("decision.exemption")} options={exemptions.map((id) => ({ id, label: said("exemption", id) }))} value={exemption} onChange={(id) => setExemption(exemptions.find((one) => one === id) ?? "")} />
      {exempt && <Field label={t("decision.exemptionWhy")} value={why} onChange={setWhy} isRequired maxLength={2000} />}
      <Choice label={t("decision.code")} options={conclusions.map((id) => ({ id, label: said("conclusion", id) }))} value={code} onChange={(id) => setCode(conclusions.find((one) => one === id) ?? "")} />
      <div className="pair-fields">
        <Select label={t("decision.ground")} options={["law", "policy"].map((id) => ({ id, label: said("ground", id) }))} value={kind} onChange={setKind} />
        <Field label={t("decision.reference")} hint={t("decision.referenceHint")} value={reference} onChange={setReference} isRequired={grounded} maxLength={200} />
        <Select label={t("decision.scope")} options={scopes.map((id) => ({ id, label: said("subject", id) }))} value={scope} onChange={(id) => setScope(scopes.find((one) => one === id) ?? first)} />
        <Field label={t("decision.territory")} hint={t("decision.territoryHint")} value={territory} onChange={setTerritory} ltr />
      </div>
      <Field label={t("decision.reason")} lines={4} value={reason} onChange={setReason} isRequired maxLength={4000} />
      <p className="small soft">{t("decision.rule")}</p>
      <div className="row end">{onCancel && <Button onPress={onCancel}>{t("part.cancel")}</Button>}<Button look="main" type="submit" isDisabled={!ready}>{action}</Button></div>
    </form>
  );
}

export function tone(code: Conclusion): "danger" | "good" | "warn" | "accent" {
  return code === "violating" ? "danger" : code === "not_violating" ? "good" : code === "exempt" ? "accent" : "warn";
}

export function DecisionView({ decision }: { decision: Decision }) {
  const { t, said } = useTongue();
  const exemption = decision.exemption && decision.exemption.kind !== "none" ? decision.exemption : null;
  return (
    <div className="decision">
      <p className="row"><Badge tone={tone(decision.code)}>{said("conclusion", decision.code)}</Badge>{exemption && <Badge tone="accent">{said("exemption", exemption.kind)}</Badge>}</p>
      <Facts of={[
        ...(decision.ground ? [[said("ground", decision.ground.kind), <Theirs key="ground">{decision.ground.reference}</Theirs>] as [string, React.ReactNode]] : []),
        [t("decision.scope"), said("subject", decision.scope)],
        ...(decision.territory?.length ? [[t("decision.territory"), decision.territory.join(", ")] as [string, React.ReactNode]] : []),
      ]} />
      {exemption?.note && <Theirs block>{exemption.note}</Theirs>}
      {decision.reason && <Theirs block>{decision.reason}</Theirs>}
    </div>
  );
}
