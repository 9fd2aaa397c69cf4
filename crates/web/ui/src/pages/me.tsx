// My own page: how things look, how I am spared, and what protects my account.
import { useState } from "react";
import { Checkbox, CheckboxGroup, Label } from "react-aria-components";
import { renderSVG } from "uqr";
import { get, post, put, remove, useLoad, type Page } from "../api/client";
import type { SessionRow, TokenRow, WhoAmI } from "../api/types";
import { isLanguage, languages, ownNames, useTongue } from "../i18n";
import { Awaited, Badge, Button, Choice, Dialog, Facts, Field, Select, Sheet, Switch } from "../parts";
import { useAct, useHere } from "../session";

export default function Me() {
  const { t } = useTongue();
  const { who } = useHere();
  return (
    <Sheet title={t("me.title")} about={<bdi>{who?.person.name}</bdi>}>
      <div className="even-columns"><div><Looks /><Care /></div><div><Password /><Second /></div></div>
      <Sessions />
      <Tokens />
    </Sheet>
  );
}

function Looks() {
  const { t } = useTongue();
  const act = useAct();
  const { settings, change, language } = useHere();
  return (
    <section className="card">
      <h2>{t("me.looks")}</h2>
      <div className="stack">
        <Select label={t("me.language")} options={languages.map((tag) => ({ id: tag, label: ownNames[tag] }))} value={language} onChange={(tag) => { if (isLanguage(tag)) void act(() => change({ language: tag })); }} />
        <Choice label={t("me.theme")} options={(["system", "light", "dark"] as const).map((id) => ({ id, label: t(`theme.${id}`) }))} value={settings.theme} onChange={(id) => { if (id === "system" || id === "light" || id === "dark") void act(() => change({ theme: id })); }} />
      </div>
    </section>
  );
}

function Care() {
  const { t, ago } = useTongue();
  const act = useAct();
  const { settings, change, exposure } = useHere();
  const breaks = [0, 20, 30, 45, 50, 60, 90];
  const options = [...new Set([...breaks, settings.break_minutes])].toSorted((a, b) => a - b).map((n) => ({ id: String(n), label: n === 0 ? t("me.breakNever") : t("me.breakEvery", { n }) }));
  const flag = (name: "cover" | "greyscale" | "blur" | "mute", words: string, hint?: string) => <Switch on={settings[name]} onChange={(on) => void act(() => change({ [name]: on }))} {...(hint && { hint })}>{words}</Switch>;
  return (
    <section className="card">
      <h2>{t("me.care")}</h2>
      <div className="stack">
        {flag("cover", t("me.cover"), t("me.coverHint"))}
        {flag("greyscale", t("me.greyscale"))}
        {flag("blur", t("me.blur"), t("me.blurHint"))}
        {flag("mute", t("me.mute"), t("me.muteHint"))}
        <Select label={t("me.break")} options={options} value={String(settings.break_minutes)} onChange={(n) => void act(() => change({ break_minutes: Number(n) }))} />
        {exposure && <Facts of={[[t("me.exposure"), t("me.seenToday", { n: exposure.today })], [t("me.atWork"), ago(exposure.since)]]} />}
        <p className="small soft">{t("me.exposureHint")}</p>
      </div>
    </section>
  );
}

function Password() {
  const { t } = useTongue();
  const act = useAct();
  const { tell } = useHere();
  const [current, setCurrent] = useState("");
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const send = async () => {
    if (password !== again) { tell(t("enter.differ"), "failed"); return; }
    if (await act(() => put("me/password", { current, password }), t("me.passwordChanged"))) { setCurrent(""); setPassword(""); setAgain(""); }
  };
  return (
    <section className="card">
      <h2>{t("enter.password")}</h2>
      <form className="stack" onSubmit={(event) => { event.preventDefault(); void send(); }}>
        <Field label={t("me.current")} type="password" value={current} onChange={setCurrent} autoComplete="current-password" isRequired ltr />
        <Field label={t("enter.newPassword")} hint={t("enter.passwordHint")} type="password" value={password} onChange={setPassword} autoComplete="new-password" isRequired ltr />
        <Field label={t("enter.again")} type="password" value={again} onChange={setAgain} autoComplete="new-password" isRequired ltr />
        <div className="row end"><Button type="submit">{t("me.changePassword")}</Button></div>
      </form>
    </section>
  );
}

function Second() {
  const { t } = useTongue();
  const act = useAct();
  const { who, enter } = useHere();
  const [asking, setAsking] = useState<"on" | "off" | null>(null);
  const [password, setPassword] = useState("");
  const [made, setMade] = useState<{ uri: string; secret: string } | null>(null);
  const [code, setCode] = useState("");
  const refresh = async () => enter(await get<WhoAmI>("session"));
  const start = () => act(async () => { setMade(await post("me/totp", { password })); setPassword(""); setAsking(null); });
  const confirm = () => act(async () => { await post("me/totp/confirm", { code: code.replaceAll(/\s/g, "") }); setMade(null); setCode(""); await refresh(); }, t("me.totpOn"));
  const stop = () => act(async () => { await remove("me/totp", { password }); setPassword(""); setAsking(null); await refresh(); }, t("me.totpOff"));
  const picture = made ? `data:image/svg+xml,${encodeURIComponent(renderSVG(made.uri, { border: 2 }))}` : "";
  return (
    <section className="card">
      <h2>{t("me.totp")}</h2>
      <p className="soft">{t("me.totpAbout")}</p>
      <div className="row spaced">
        {who?.person.totp ? <><Badge tone="good">{t("me.inUse")}</Badge><Button onPress={() => setAsking("off")}>{t("me.totpRemove")}</Button></> : <Button onPress={() => setAsking("on")}>{t("me.totpStart")}</Button>}
      </div>
      <Dialog title={t("me.totp")} isOpen={asking !== null} onClose={() => setAsking(null)}>
        <form className="stack" onSubmit={(event) => { event.preventDefault(); void (asking === "on" ? start() : stop()); }}>
          <Field label={t("me.current")} type="password" value={password} onChange={setPassword} autoComplete="current-password" isRequired autoFocus ltr />
          <div className="row end"><Button look="main" type="submit">{t("me.go")}</Button></div>
        </form>
      </Dialog>
      <Dialog title={t("me.totp")} isOpen={made !== null} onClose={() => setMade(null)}>
        <form className="stack" onSubmit={(event) => { event.preventDefault(); void confirm(); }}>
          <p>{t("me.scan")}</p>
          <img className="qr" src={picture} alt={t("me.qr")} width="220" height="220" />
          <Facts of={[[t("me.secret"), <code key="secret" dir="ltr">{made?.secret}</code>]]} />
          <Field label={t("enter.code")} value={code} onChange={setCode} inputMode="numeric" autoComplete="one-time-code" isRequired ltr />
          <div className="row end"><Button look="main" type="submit">{t("me.confirm")}</Button></div>
        </form>
      </Dialog>
    </section>
  );
}

function Sessions() {
  const { t, moment } = useTongue();
  const act = useAct();
  const found = useLoad<Page<SessionRow>>("me/sessions");
  return (
    <section className="card">
      <h2>{t("me.sessions")}</h2>
      <Awaited of={found}>
        {({ rows }) => (
          <ul className="list">
            {rows.map((row) => <li key={row.id} className="list-item"><span>{t("me.sessionSince", { made: moment(row.made_at), seen: moment(row.seen_at) })}</span>{row.current ? <Badge tone="accent">{t("me.thisOne")}</Badge> : <Button onPress={() => void act(() => remove(`me/sessions/${row.id}`)).then(found.reload)}>{t("me.end")}</Button>}</li>)}
          </ul>
        )}
      </Awaited>
    </section>
  );
}

const scopes = ["read", "code", "decide", "report", "audit"] as const;

function Tokens() {
  const { t, said, day } = useTongue();
  const act = useAct();
  const found = useLoad<Page<TokenRow>>("me/tokens");
  const [making, setMaking] = useState(false);
  const [name, setName] = useState("");
  const [days, setDays] = useState("90");
  const [chosen, setChosen] = useState<string[]>([]);
  const [made, setMade] = useState<string | null>(null);
  const make = () => act(async () => { setMade((await post<{ token: string }>("me/tokens", { name: name.trim(), scopes: chosen, days: Number(days) })).token); setMaking(false); setName(""); setChosen([]); found.reload(); });
  return (
    <section className="card">
      <div className="row between"><h2>{t("me.tokens")}</h2><Button onPress={() => setMaking(true)}>{t("me.newToken")}</Button></div>
      <p className="soft">{t("me.tokensAbout")}</p>
      <Awaited of={found}>
        {({ rows }) => <ul className="list">{rows.map((row) => <li key={row.id} className="list-item"><span><bdi>{row.name}</bdi> {row.scopes.map((scope) => <Badge key={scope}>{said("scope", scope)}</Badge>)} <span className="soft small">{t("me.expires", { day: day(row.expires_at) })}</span></span><Button onPress={() => void act(() => remove(`me/tokens/${row.id}`)).then(found.reload)}>{t("me.revoke")}</Button></li>)}</ul>}
      </Awaited>
      <Dialog title={t("me.newToken")} isOpen={making} onClose={() => setMaking(false)}>
        <form className="stack" onSubmit={(event) => { event.preventDefault(); void make(); }}>
          <Field label={t("enter.name")} value={name} onChange={setName} isRequired maxLength={60} />
          <CheckboxGroup className="checks" value={chosen} onChange={setChosen}>
            <Label>{t("me.scopes")}</Label>
            {scopes.map((scope) => <Checkbox key={scope} value={scope} className="check"><span className="box" aria-hidden="true" />{t(`scope.${scope}`)}</Checkbox>)}
          </CheckboxGroup>
          <Field label={t("me.days")} type="number" min={1} max={365} value={days} onChange={setDays} inputMode="numeric" ltr />
          <div className="row end"><Button look="main" type="submit" isDisabled={!name.trim() || chosen.length === 0}>{t("me.newToken")}</Button></div>
        </form>
      </Dialog>
      <Dialog title={t("me.newToken")} isOpen={made !== null} onClose={() => setMade(null)}>
        <div className="stack"><p>{t("me.tokenOnce")}</p><pre className="rule" dir="ltr" tabIndex={0}>{made}</pre><div className="row end"><Button look="main" icon="copy" onPress={() => void act(() => navigator.clipboard.writeText(made ?? ""), t("part.copied"))}>{t("part.copy")}</Button></div></div>
      </Dialog>
    </section>
  );
}
