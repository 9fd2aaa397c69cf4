// Who is logged in, how that person wants the page to be, and the short remarks at its foot.
import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import { get, onLoggedOut, put, Refusal, remove, setCsrf, setRequestLanguage } from "./api/client";
import type { Exposure, Settings, WhoAmI } from "./api/types";
import { isLanguage, loadTongue, preferred, Speaks, type Language, type Tongue } from "./i18n";

interface Here {
  who: WhoAmI | null;
  settings: Settings;
  language: Language;
  enter: (who: WhoAmI) => Promise<void>;
  leave: () => Promise<void>;
  change: (changes: Partial<Settings>) => Promise<void>;
  /** Says something at the foot of the page, and to screen readers. */
  tell: (remark: string, kind?: "done" | "failed") => void;
  exposure: Exposure | undefined;
  refresh: () => void;
}

/** That somebody is logged in here; the session itself is a cookie that scripts cannot read. */
const mark = "marsad-session";
const Where = createContext<Here | null>(null);
const plain: Settings = { language: null, theme: "system", cover: true, greyscale: true, blur: true, mute: true, break_minutes: 50 };

export function useHere(): Here {
  const here = useContext(Where);
  if (!here) throw new Error("no session");
  return here;
}

/** Does something and tells how it ended; true when it was done. */
export function useAct(): (act: () => Promise<unknown>, done?: string) => Promise<boolean> {
  const { tell } = useHere();
  return useCallback(async (act, done) => {
    try {
      await act();
      if (done) tell(done);
      return true;
    } catch (error) {
      tell(error instanceof Refusal ? error.message : String(error), "failed");
      return false;
    }
  }, [tell]);
}

interface Remark { id: number; text: string; kind: "done" | "failed" }

export function Session({ tongue: first, who: firstWho, settings: firstSettings, children }: { tongue: Tongue; who: WhoAmI | null; settings: Settings | null; children: ReactNode }) {
  const [tongue, setTongue] = useState(first);
  const [who, setWho] = useState(firstWho);
  const [settings, setSettings] = useState(firstSettings ?? plain);
  const [remarks, setRemarks] = useState<Remark[]>([]);
  const [exposure, setExposure] = useState<Exposure>();
  const [turn, setTurn] = useState(0);

  useEffect(() => {
    const root = document.documentElement;
    root.lang = tongue.language;
    root.dir = tongue.rtl ? "rtl" : "ltr";
    localStorage.setItem("marsad-language", tongue.language);
  }, [tongue]);
  useEffect(() => {
    document.documentElement.dataset["theme"] = settings.theme;
    localStorage.setItem("marsad-theme", settings.theme);
  }, [settings.theme]);
  useEffect(() => onLoggedOut(() => setWho(null)), []);
  useEffect(() => {
    if (!who) return;
    let gone = false;
    const ask = () => get<Exposure>("me/exposure").then((found) => { if (!gone) setExposure(found); }, () => undefined);
    void ask();
    const timer = setInterval(ask, 60_000);
    return () => { gone = true; clearInterval(timer); };
  }, [who, turn]);

  const speak = useCallback(async (language: Language) => {
    setRequestLanguage(language);
    setTongue(await loadTongue(language));
  }, []);
  const tell = useCallback((text: string, kind: "done" | "failed" = "done") => {
    const id = Date.now() + Math.random();
    setRemarks((all) => [...all.slice(-2), { id, text, kind }]);
    setTimeout(() => setRemarks((all) => all.filter((one) => one.id !== id)), kind === "done" ? 5000 : 10_000);
  }, []);
  const here = useMemo<Here>(() => ({
    who, settings, language: tongue.language, exposure, tell,
    refresh: () => setTurn((n) => n + 1),
    enter: async (entered) => {
      setCsrf(entered.csrf);
      localStorage.setItem(mark, "");
      const own = await get<Settings>("me/settings").catch(() => plain);
      setSettings(own);
      if (isLanguage(own.language)) await speak(own.language);
      setWho(entered);
    },
    leave: async () => {
      await remove("session").catch(() => undefined);
      localStorage.removeItem(mark);
      setWho(null);
    },
    change: async (changes) => {
      const wanted = { ...settings, ...changes };
      setSettings(wanted);
      if (isLanguage(changes.language)) await speak(changes.language);
      if (who) await put("me/settings", wanted);
    },
  }), [who, settings, tongue.language, exposure, tell, speak]);

  return (
    <Speaks tongue={tongue}>
      <Where value={here}>
        {children}
        <div className="remarks" role="status" aria-live="polite">
          {remarks.map(({ id, text, kind }) => <p key={id} className={`remark ${kind}`}><bdi>{text}</bdi></p>)}
        </div>
      </Where>
    </Speaks>
  );
}

/** What must be known before the first page: the language, and who is logged in. */
export async function begin(): Promise<{ tongue: Tongue; who: WhoAmI | null; settings: Settings | null }> {
  document.documentElement.dataset["theme"] = localStorage.getItem("marsad-theme") ?? "system";
  // Who was not logged in here is not asked about: a refusal would stand in the browser's log.
  const who = localStorage.getItem(mark) === null ? null : await get<WhoAmI>("session").catch(() => null);
  if (!who) localStorage.removeItem(mark);
  if (who) setCsrf(who.csrf);
  const settings = who ? await get<Settings>("me/settings").catch(() => null) : null;
  const language = isLanguage(settings?.language) ? settings.language : preferred();
  setRequestLanguage(language);
  return { tongue: await loadTongue(language), who, settings };
}
