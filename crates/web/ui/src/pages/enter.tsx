// The door: log-in with password and second factor, and the first set-up from a one-time link.
import { useState, type ReactNode } from "react";
import { post, Refusal } from "../api/client";
import type { WhoAmI } from "../api/types";
import { languages, ownNames, useTongue } from "../i18n";
import { Button, Field } from "../parts";
import { go, usePlace, useTitle } from "../router";
import { useHere } from "../session";

function Door({ title, about, children }: { title: string; about: string; children: ReactNode }) {
  const { t } = useTongue();
  const { change, language } = useHere();
  useTitle(title);
  return (
    <main className="door">
      <div className="door-box">
        <p className="door-brand"><img src="/icon.svg" alt="" width="40" height="40" />Marsad</p>
        <h1>{title}</h1>
        <p className="about">{about}</p>
        {children}
      </div>
      <ul className="door-languages" aria-label={t("me.language")}>
        {languages.map((tag) => (
          <li key={tag}><button type="button" lang={tag} dir={tag === "ar" ? "rtl" : "ltr"} aria-pressed={tag === language} onClick={() => void change({ language: tag })}>{ownNames[tag]}</button></li>
        ))}
      </ul>
    </main>
  );
}

export function LogIn() {
  const { t } = useTongue();
  const { enter } = useHere();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [asked, setAsked] = useState(false);
  const [trouble, setTrouble] = useState("");
  const [busy, setBusy] = useState(false);
  const send = async () => {
    setBusy(true);
    setTrouble("");
    try {
      await enter(await post<WhoAmI>("session", { name: name.trim(), password, ...(code && { code: code.replaceAll(/\s/g, "") }) }));
    } catch (error) {
      const refusal = error instanceof Refusal ? error : null;
      if (refusal?.code === "code_needed" && !code) setAsked(true);
      else setTrouble(refusal?.status === 429 ? t("enter.tooMany") : refusal?.status === 401 ? t("enter.wrong") : (refusal?.message ?? t("part.unreachable")));
    }
    setBusy(false);
  };
  return (
    <Door title={t("enter.title")} about={t("enter.about")}>
      <form className="stack" onSubmit={(event) => { event.preventDefault(); void send(); }}>
        <Field label={t("enter.name")} value={name} onChange={setName} autoComplete="username" isRequired autoFocus ltr />
        <Field label={t("enter.password")} type="password" value={password} onChange={setPassword} autoComplete="current-password" isRequired ltr />
        {asked && <Field label={t("enter.code")} hint={t("enter.codeHint")} value={code} onChange={setCode} autoComplete="one-time-code" inputMode="numeric" isRequired autoFocus ltr />}
        <p className="trouble-line" role="alert">{trouble}</p>
        <Button look="main" type="submit" isDisabled={busy}>{t("enter.go")}</Button>
      </form>
    </Door>
  );
}

export function SetUp() {
  const { t } = useTongue();
  const { enter } = useHere();
  const { query, path } = usePlace();
  // The token stands behind `#`, so that it reaches no log on its way.
  const [token] = useState(() => new URLSearchParams(location.hash.slice(1)).get("token") ?? (location.hash.slice(1) || query.get("token") || path[1] || ""));
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const [trouble, setTrouble] = useState("");
  const send = async () => {
    if (password !== again) { setTrouble(t("enter.differ")); return; }
    try {
      await enter(await post<WhoAmI>("setup", { token, name: name.trim(), password }));
      go("/", true);
    } catch (error) {
      setTrouble(error instanceof Refusal ? error.message : t("part.unreachable"));
    }
  };
  return (
    <Door title={t("enter.setUp")} about={t("enter.setUpAbout")}>
      <form className="stack" onSubmit={(event) => { event.preventDefault(); void send(); }}>
        <Field label={t("enter.name")} hint={t("enter.nameHint")} value={name} onChange={setName} autoComplete="username" isRequired autoFocus ltr />
        <Field label={t("enter.newPassword")} hint={t("enter.passwordHint")} type="password" value={password} onChange={setPassword} autoComplete="new-password" isRequired ltr />
        <Field label={t("enter.again")} type="password" value={again} onChange={setAgain} autoComplete="new-password" isRequired ltr />
        <p className="trouble-line" role="alert"><bdi>{trouble}</bdi></p>
        <Button look="main" type="submit">{t("enter.setUpGo")}</Button>
      </form>
    </Door>
  );
}
