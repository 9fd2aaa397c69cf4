// Coding by keyboard: one item after the other, blind to scores and to what others say.
import { useCallback, useEffect, useRef, useState } from "react";
import { get, post, put, Refusal, remove, useLoad, withQuery, type Page } from "../api/client";
import type { Agreement, Code, Codebook, Item, ProgressRow, SampleRow, ShownFinding } from "../api/types";
import { useTongue } from "../i18n";
import { Awaited, Badge, Button, Dialog, Empty, Facts, Field, Meter, Reason, Sheet } from "../parts";
import { SubjectCard } from "../parts/content";
import { FindingTable } from "../parts/table";
import { Link } from "../router";
import { useAct, useHere } from "../session";
import { useMay } from "../studies";

export default function Coding({ study, sample }: { study: string; sample: string | undefined }) {
  return sample === undefined ? <Samples study={study} /> : <Sample key={sample} study={study} sample={sample} />;
}

function Samples({ study }: { study: string }) {
  const { t, number, said } = useTongue();
  const found = useLoad<Page<SampleRow>>(`studies/${study}/samples`);
  return (
    <Sheet title={t("coding.title")} about={t("coding.about")}>
      <Awaited of={found}>
        {({ rows }) => rows.length === 0 ? <Empty>{t("coding.noSamples")}</Empty> : (
          <ul className="cards">
            {rows.map((row) => (
              <li key={row.id} className="card">
                <div className="row between"><h2><Link to={`/s/${study}/coding/${encodeURIComponent(row.id)}`}><bdi>{row.id}</bdi></Link></h2><Badge>{said("subject", row.kind)}</Badge></div>
                <p className="soft">{row.purpose && <>{said("purpose", row.purpose)} · </>}{t("coding.items", { n: row.items })}</p>
                {row.mine.assigned > 0 && <Meter label={t("coding.mine")} value={row.mine.done + row.mine.skipped} of={row.mine.assigned} words={`${number(row.mine.done + row.mine.skipped)} / ${number(row.mine.assigned)}`} />}
              </li>
            ))}
          </ul>
        )}
      </Awaited>
    </Sheet>
  );
}

function Sample({ study, sample }: { study: string; sample: string }) {
  const may = useMay(study);
  return may("code") ? <Desk study={study} sample={sample} /> : <Overview study={study} sample={sample} />;
}

/** What the lead sees: how far the coders are, how well they agree, and what the codes come to so far. */
function Overview({ study, sample }: { study: string; sample: string }) {
  const { t } = useTongue();
  return <Sheet title={sample} about={t("coding.overview")}><Standing study={study} sample={sample} /></Sheet>;
}

export function Standing({ study, sample }: { study: string; sample: string }) {
  const { t, number, percent, language } = useTongue();
  const may = useMay(study);
  const at = `studies/${study}/samples/${encodeURIComponent(sample)}`;
  const progress = useLoad<Page<ProgressRow>>(may("see_progress") ? `${at}/progress?limit=200` : null, 5);
  const agreement = useLoad<Agreement>(may("see_agreement") ? `${at}/agreement` : null, 5);
  const estimate = useLoad<ShownFinding>(may("see_estimate") ? withQuery(`${at}/estimate`, { lang: language }) : null, 5);
  const round = (value: number, digits: number) => number(value, { maximumFractionDigits: digits });
  const figure = ({ alpha, low, high }: Agreement) => (typeof alpha !== "number" ? "–" : `${round(alpha, 3)}${typeof low === "number" && typeof high === "number" ? ` (${round(low, 2)}–${round(high, 2)})` : ""}`);
  return (
    <>
      {progress.data && (
        <section className="card">
          <h2>{t("coding.progress")}</h2>
          <div className="stack">
            {progress.data.rows.map((one) => <Meter key={one.coder} label={one.coder} value={one.done + one.skipped} of={one.assigned} words={t("coding.doneOf", { done: one.done, skipped: one.skipped, assigned: one.assigned })} />)}
          </div>
        </section>
      )}
      {agreement.data && (
        <section className="card" aria-live="polite">
          <h2>{t("coding.agreement")}</h2>
          <Facts of={[
            [t("coding.alpha"), figure(agreement.data)],
            [t("coding.same"), typeof agreement.data.percent === "number" ? percent(agreement.data.percent, 0) : "–"],
            [t("coding.both"), number(agreement.data.items)],
            ...agreement.data.golden.map((one): [string, string] => [t("coding.golden", { coder: one.coder }), `${number(one.right)} / ${number(one.coded)}`]),
          ]} />
        </section>
      )}
      {may("see_estimate") && (
        <section className="card" data-estimate="">
          <h2>{t("coding.estimate")}</h2>
          {estimate.data ? <><p className="about"><bdi>{estimate.data.finding.title}</bdi></p><FindingTable finding={estimate.data.finding} /></> : <p className="soft">{estimate.error ? <bdi>{estimate.error.message}</bdi> : t("part.loading")}</p>}
        </section>
      )}
    </>
  );
}

/** The code that a key means; letters by what is written on them, else by where they lie, so that Arabic keyboards work too. */
function keyOf(event: KeyboardEvent): string {
  const digit = /^(?:Digit|Numpad)([0-9])$/.exec(event.code)?.[1];
  if (digit && !(event.shiftKey && event.key === "?")) return digit;
  if (event.key === "?" || event.key === "؟") return "?";
  return /^[a-z]$/i.test(event.key) ? event.key.toLowerCase() : (/^Key([A-Z])$/.exec(event.code)?.[1]?.toLowerCase() ?? "");
}

/** The letters of the second codebook: those below its digits on most keyboards, without the letters that do something else. */
const letters: Record<number, string> = { 1: "q", 2: "w", 3: "e", 4: "r", 5: "t", 6: "y", 0: "p" };

function letterOf(code: Code): string | undefined {
  return typeof code.digit === "number" ? letters[code.digit] : undefined;
}

function Desk({ study, sample }: { study: string; sample: string }) {
  const { t, number, said } = useTongue();
  const { tell, refresh } = useHere();
  const act = useAct();
  const at = `studies/${study}/samples/${encodeURIComponent(sample)}`;
  const codebook = useLoad<Codebook>(`${at}/codebook`);
  const [current, setCurrent] = useState<Item | null>();
  const [trouble, setTrouble] = useState("");
  const [note, setNote] = useState("");
  const [chosen, setChosen] = useState<{ code?: string; second?: string }>({});
  const [dialog, setDialog] = useState<"skip" | "help" | null>(null);
  const [counts, setCounts] = useState<SampleRow["mine"] | null>(null);
  const [pace, setPace] = useState<number | null>(null);
  const began = useRef(Date.now());
  const done = useRef<{ item: number; place: number }[]>([]);
  const busy = useRef(false);
  // The item after the one shown, on its way while this one is judged: reading a card of a large study takes most of a second.
  const ahead = useRef<Promise<Item | undefined>>(undefined);
  const noteBox = useRef<HTMLDivElement>(null);
  const head = useRef<HTMLElement>(null);

  const show = useCallback((next: Item | null) => {
    setCurrent(next);
    setNote("");
    setChosen({ ...(next?.mine?.code && { code: next.mine.code }), ...(next?.mine?.second && { second: next.mine.second }) });
    began.current = Date.now();
    head.current?.scrollTo({ top: 0 });
    ahead.current = next ? get<Item | undefined>(`${at}/next?without=${next.item}`).catch(() => undefined) : undefined;
  }, [at]);
  const count = useCallback(() => {
    get<Page<SampleRow>>(`studies/${study}/samples`).then(({ rows }) => {
      const own = rows.find((row) => row.id === sample);
      setCounts(own?.mine ?? null);
      setPace(own?.pace ?? null);
    }, () => undefined);
  }, [study, sample]);
  const next = useCallback(async () => {
    try {
      const waiting = await ahead.current;
      show(waiting ?? (await get<Item | undefined>(`${at}/next`)) ?? null);
      setTrouble("");
    } catch (error) {
      setTrouble(error instanceof Refusal ? error.message : t("part.unreachable"));
    }
    count();
    refresh();
  }, [at, show, count, t]);
  useEffect(() => {
    ahead.current = undefined;
    void next();
  }, [at]);

  const once = useCallback(async (work: () => Promise<void>) => {
    if (busy.current) return;
    busy.current = true;
    await work().finally(() => { busy.current = false; });
  }, []);
  const give = useCallback((name: string, second: string | undefined) => once(async () => {
    if (!current) return;
    const body = { code: name, ...(second && { second }), ...(note.trim() && { note: note.trim() }), seconds: Math.min(3600, Math.round((Date.now() - began.current) / 1000)) };
    if (await act(() => put(`${at}/items/${current.item}/code`, body))) {
      done.current.push({ item: current.item, place: current.place ?? current.item });
      tell(t("coding.coded", { item: number(current.place ?? current.item), code: [name, second].filter((one) => one !== undefined).map((one) => said("code", one)).join(" · ") }));
      await next();
    }
  }), [current, note, at, act, next, once, tell, t, number, said]);
  const kinds = codebook.data?.second?.codes ?? [];
  // Where there are two codebooks, whichever code comes second sends both.
  const choose = useCallback((one: { code?: string; second?: string }) => {
    const both = { ...chosen, ...one };
    if (both.code && (both.second || kinds.length === 0)) return void give(both.code, both.second);
    setChosen(both);
    tell(t(both.code ? "coding.needSecond" : "coding.needFirst"));
  }, [chosen, kinds.length, give, tell, t]);
  const undo = useCallback(() => once(async () => {
    const last = done.current.at(-1);
    if (!last) { tell(t("coding.nothingToUndo"), "failed"); return; }
    if (await act(() => remove(`${at}/items/${last.item}/code`), t("coding.undone", { item: number(last.place) }))) {
      done.current.pop();
      show(await get<Item>(`${at}/items/${last.item}`));
      count();
    }
  }), [at, act, once, tell, show, count, t, number]);
  const skip = (reason: string) => once(async () => {
    setDialog(null);
    if (!current) return;
    if (await act(() => post(`${at}/items/${current.item}/skip`, { reason }), t("coding.skipped"))) {
      done.current.push({ item: current.item, place: current.place ?? current.item });
      await next();
    }
  });

  const codes = codebook.data?.codes ?? [];
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const target = event.target instanceof HTMLElement ? event.target : null;
      const writing = target?.closest("input, textarea, [role=dialog], [role=listbox]");
      if (event.key === "Escape" && target?.closest("textarea")) { target.blur(); return; }
      if (writing || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
      const key = keyOf(event);
      const meant = codes.find((one) => one.digit !== null && one.digit !== undefined && String(one.digit) === key);
      const kind = key === "" ? undefined : kinds.find((one) => letterOf(one) === key);
      const acts: Record<string, () => void> = { u: () => void undo(), n: () => noteBox.current?.querySelector("textarea")?.focus(), s: () => setDialog("skip"), "?": () => setDialog("help") };
      if (!meant && !kind && !acts[key]) return;
      event.preventDefault();
      if (meant) choose({ code: meant.name });
      else if (kind) choose({ second: kind.name });
      else acts[key]?.();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [codes, kinds, undo, choose]);

  const keys: [string, string][] = [["0–9", t("coding.keyDigit")], ...(kinds.length > 0 ? [["q–p", t("coding.keySecond")] as [string, string]] : []), ["u", t("coding.keyUndo")], ["n", t("coding.keyNote")], ["s", t("coding.keySkip")], ["?", t("coding.keyHelp")]];
  const finished = counts ? counts.done + counts.skipped : 0;
  return (
    <Sheet wide title={sample} about={t("coding.blind")} actions={<><Button icon="undo" onPress={() => void undo()}>{t("coding.undo")} <kbd>u</kbd></Button><Button icon="help" onPress={() => setDialog("help")}>{t("coding.help")} <kbd>?</kbd></Button></>}>
      <div className="desk">
        <section ref={head} className="card desk-card" aria-label={t("coding.item")} tabIndex={0} data-item={current?.item ?? ""}>
          {trouble && <p className="trouble" role="alert"><bdi>{trouble}</bdi><Button onPress={() => void next()}>{t("part.again")}</Button></p>}
          {current === undefined && !trouble && <p className="awaited" role="status">{t("part.loading")}</p>}
          {current === null && <Empty>{t("coding.finished")}</Empty>}
          {current && <><p className="item-number soft small">{t("coding.itemNumber", { n: number(current.place ?? current.item) })}</p>{current.card ? <SubjectCard key={current.item} card={current.card} /> : <Empty>{t("card.gone")}</Empty>}</>}
        </section>
        <aside className="desk-side">
          {counts && (
            <div className="card stack">
              <Meter label={t("coding.mine")} value={finished} of={counts.assigned} words={`${number(finished)} / ${number(counts.assigned)}`} />
              {pace !== null && pace > 0 && <p className="small soft">{t("coding.pace", { n: number(pace, { maximumFractionDigits: 0 }) })}</p>}
            </div>
          )}
          <Awaited of={codebook}>
            {() => (
              <>
                {kinds.length > 0 && <h3 className="codes-head">{t("coding.first")}</h3>}
                <div className="codes" role="group" aria-label={kinds.length > 0 ? t("coding.first") : t("coding.codes")}>
                  {codes.map((one) => <CodeButton key={one.name} code={one} letter={one.digit?.toString()} isChosen={chosen.code === one.name} isDisabled={!current} onPress={() => choose({ code: one.name })} />)}
                </div>
                {kinds.length > 0 && (
                  <>
                    <h3 className="codes-head">{t("coding.second")}</h3>
                    <div className="codes" role="group" aria-label={t("coding.second")} data-second="">
                      {kinds.map((one) => <CodeButton key={one.name} code={one} letter={letterOf(one)} isChosen={chosen.second === one.name} isDisabled={!current} onPress={() => choose({ second: one.name })} />)}
                    </div>
                  </>
                )}
              </>
            )}
          </Awaited>
          <div className="row">
            <Button icon="skip" isDisabled={!current} onPress={() => setDialog("skip")}>{t("coding.skip")} <kbd>s</kbd></Button>
          </div>
          <div ref={noteBox}><Field label={`${t("coding.note")} (n)`} hint={t("coding.noteHint")} lines={2} value={note} onChange={setNote} maxLength={2000} /></div>
        </aside>
      </div>
      <Reason title={t("coding.skipTitle")} label={t("coding.skipReason")} action={t("coding.skip")} isOpen={dialog === "skip"} onClose={() => setDialog(null)} onGiven={(reason) => void skip(reason)} />
      <Dialog title={t("coding.help")} isOpen={dialog === "help"} onClose={() => setDialog(null)} wide>
        <dl className="keys">{keys.map(([key, what]) => <div key={key}><dt><kbd>{key}</kbd></dt><dd>{what}</dd></div>)}</dl>
        <h3>{t("coding.rules", { version: codebook.data?.version ?? "" })}</h3>
        <Rules codes={codes} letter={(one) => one.digit?.toString()} />
        {codebook.data?.second && <><h3>{t("coding.second")}: {t("coding.rules", { version: codebook.data.second.version })}</h3><Rules codes={kinds} letter={letterOf} /></>}
      </Dialog>
    </Sheet>
  );
}

function Rules({ codes, letter }: { codes: Code[]; letter: (code: Code) => string | undefined }) {
  const { said } = useTongue();
  return <dl className="rules">{codes.map((one) => <div key={one.name}><dt>{letter(one) && <kbd>{letter(one)}</kbd>} {said("code", one.name)}</dt><dd><bdi>{one.rule}</bdi></dd></div>)}</dl>;
}

function CodeButton({ code, letter, isChosen, isDisabled, onPress }: { code: Code; letter: string | undefined; isChosen: boolean; isDisabled: boolean; onPress: () => void }) {
  const { said } = useTongue();
  return (
    <Button isDisabled={isDisabled} onPress={onPress} aria-pressed={isChosen}>
      <kbd>{letter ?? "·"}</kbd><span className="code-name">{said("code", code.name)}</span><span className="code-counts">{said("counts", code.counts)}</span>
    </Button>
  );
}
