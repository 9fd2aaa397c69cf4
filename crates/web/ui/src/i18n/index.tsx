// The words of the interface: one message file per language, loaded when it is needed, with numbers and dates as the language writes them.
import { createContext, useContext, type ReactNode } from "react";
import { I18nProvider } from "react-aria-components";
import { parse, type Part } from "./message.mjs";
import type { Words } from "./words";

export const languages = ["ar", "en", "fr", "tr", "de", "it"] as const;
export type Language = (typeof languages)[number];
export type Key = keyof Words & string;

/** What each language calls itself. */
export const ownNames: Record<Language, string> = { ar: "العربية", en: "English", fr: "Français", tr: "Türkçe", de: "Deutsch", it: "Italiano" };

/** Digits and calendar are named, so that every browser writes the same: Arabic-Indic digits in Arabic, the Gregorian calendar everywhere. */
const locales: Record<Language, string> = { ar: "ar-u-ca-gregory-nu-arab", en: "en-GB", fr: "fr", tr: "tr", de: "de", it: "it" };

const files = import.meta.glob<Record<string, string>>("../../messages/*.json", { import: "default" });

type Arguments<K extends Key> = keyof Words[K] extends never ? [] : [Words[K]];

export interface Tongue {
  language: Language;
  locale: string;
  rtl: boolean;
  t: <K extends Key>(key: K, ...given: Arguments<K>) => string;
  /** The message `prefix.value` where there is one, else the value itself: for words that come from the server. */
  said: (prefix: string, value: string) => string;
  number: (value: number, options?: Intl.NumberFormatOptions) => string;
  percent: (value: number, digits?: number) => string;
  day: (time: string) => string;
  moment: (time: string) => string;
  /** How long ago, in the largest unit that fits. */
  ago: (time: string, now?: number) => string;
  /** A length of time in seconds, in its two largest units. */
  span: (seconds: number) => string;
  list: (items: string[]) => string;
}

export function isLanguage(tag: string | undefined | null): tag is Language {
  return languages.some((own) => own === tag);
}

/** The language that the browser asks for, as far as we have it. */
export function preferred(): Language {
  const kept = localStorage.getItem("marsad-language");
  return [kept, ...navigator.languages.map((tag) => tag.slice(0, 2))].find(isLanguage) ?? "en";
}

export async function loadTongue(language: Language): Promise<Tongue> {
  const load = files[`../../messages/${language}.json`];
  if (!load) throw new Error(`no messages for ${language}`);
  return tongue(language, await load());
}

const units = [["day", 86_400], ["hour", 3600], ["minute", 60], ["second", 1]] as const;

function tongue(language: Language, messages: Record<string, string>): Tongue {
  const locale = locales[language];
  const rules = new Intl.PluralRules(locale);
  const parsed = new Map<string, Part[]>();
  const number: Tongue["number"] = (value, options) => new Intl.NumberFormat(locale, options).format(value);
  const write = (parts: Part[], given: Record<string, string | number>, n: number): string =>
    parts
      .map((part) => {
        if (typeof part === "string") return part;
        if (part.hash) return number(n);
        const value = given[part.name] ?? "";
        if (!part.forms) return typeof value === "number" ? number(value) : value;
        const form = part.forms[`=${value}`] ?? part.forms[rules.select(Number(value))] ?? part.forms["other"] ?? [];
        return write(form, given, Number(value));
      })
      .join("");
  const say = (key: string, given: Record<string, string | number>): string => {
    let parts = parsed.get(key);
    if (!parts) parsed.set(key, (parts = parse(messages[key] ?? key)));
    return write(parts, given, 0);
  };
  const date = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...options });
    return (time: string) => (Number.isNaN(Date.parse(time)) ? time : format.format(new Date(time)));
  };
  const unit = (value: number, name: string) => number(value, { style: "unit", unit: name, unitDisplay: "short", maximumFractionDigits: 0 });
  const lists = new Intl.ListFormat(locale, { type: "conjunction" });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  return {
    language,
    locale,
    rtl: language === "ar",
    t: (key, ...given) => say(key, (given[0] ?? {}) as Record<string, string | number>),
    said: (prefix, value) => (`${prefix}.${value}` in messages ? say(`${prefix}.${value}`, {}) : value),
    number,
    percent: (value, digits = 1) => number(value, { style: "percent", maximumFractionDigits: digits }),
    // Arabic has the month by its name only in the long style.
    day: date({ dateStyle: language === "ar" ? "long" : "medium" }),
    moment: date({ dateStyle: language === "ar" ? "long" : "medium", timeStyle: "short", hourCycle: "h23" }),
    ago: (time, now = Date.now()) => {
      const seconds = (Date.parse(time) - now) / 1000;
      const [name, size] = units.find(([, size]) => Math.abs(seconds) >= size) ?? units[3];
      return relative.format(Math.round(seconds / size), name);
    },
    span: (seconds) => {
      const first = units.findIndex(([, size]) => seconds >= size);
      if (first < 0) return unit(0, "second");
      const [big, small] = [units[first], units[first + 1]];
      const whole = Math.floor(seconds / (big?.[1] ?? 1));
      const rest = small ? Math.floor((seconds % (big?.[1] ?? 1)) / small[1]) : 0;
      return [unit(whole, big?.[0] ?? "second"), ...(small && rest > 0 ? [unit(rest, small[0])] : [])].join(" ");
    },
    list: (items) => lists.format(items),
  };
}

const Spoken = createContext<Tongue | null>(null);

export function Speaks({ tongue, children }: { tongue: Tongue; children: ReactNode }) {
  return (
    <I18nProvider locale={tongue.locale}>
      <Spoken value={tongue}>{children}</Spoken>
    </I18nProvider>
  );
}

export function useTongue(): Tongue {
  const tongue = useContext(Spoken);
  if (!tongue) throw new Error("no language");
  return tongue;
}
