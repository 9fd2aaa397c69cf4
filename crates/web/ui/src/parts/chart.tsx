// A chart of the report, drawn by the report's own code, which comes only when there is something to draw.
import { useEffect, useRef, useState } from "react";
import type { ChartLocale } from "../../../../report/ui/src/draw";
import { useTongue, type Tongue } from "../i18n";

/** How the language writes numbers and times, for the axes. The server mirrors drawings of languages that are written from the right. */
function chartLocale({ locale, language, rtl }: Tongue): ChartLocale {
  const parts = new Intl.NumberFormat(locale, { minimumFractionDigits: 1 }).formatToParts(-1234567.5);
  const part = (type: string, other: string) => parts.find((one) => one.type === type)?.value ?? other;
  const digit = new Intl.NumberFormat(locale, { useGrouping: false });
  const months = (month: "long" | "short") => Array.from({ length: 12 }, (_, at) => new Intl.DateTimeFormat(locale, { month, timeZone: "UTC" }).format(Date.UTC(2024, at, 15)));
  const none = ["", "", "", "", "", "", ""];
  const percent = new Intl.NumberFormat(locale, { style: "percent" }).formatToParts(0.5).filter((one) => one.type !== "integer").map((one) => one.value).join("");
  return {
    dayFirst: language !== "en",
    rtl,
    number: {
      decimal: part("decimal", "."), thousands: "\u202f", grouping: [3], currency: ["", ""], minus: "−", percent: language === "tr" ? "\u202f%" : percent || "%",
      numerals: Array.from({ length: 10 }, (_, at) => digit.format(at)),
    },
    time: { dateTime: "%x %X", date: "%Y-%m-%d", time: "%H:%M:%S", periods: ["AM", "PM"], days: none, shortDays: none, months: months("long"), shortMonths: months("short") },
  };
}

export function Chart({ spec, label }: { spec: object; label: string }) {
  const tongue = useTongue();
  const box = useRef<HTMLDivElement>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    const place = box.current;
    if (!place) return;
    let gone = false;
    let width = 0;
    let end = () => undefined as void;
    const draw = async () => {
      const now = Math.floor(place.clientWidth);
      if (now === 0 || now === width) return;
      width = now;
      const { draw } = await import("../../../../report/ui/src/draw");
      if (gone) return;
      end();
      const view = await draw(place, spec as Parameters<typeof draw>[1], chartLocale(tongue), now);
      end = () => { view.finalize(); };
      if (gone) end();
      else place.dataset["drawn"] = "";
    };
    const sized = new ResizeObserver(() => { draw().catch(() => setFailed(true)); });
    sized.observe(place);
    return () => { gone = true; sized.disconnect(); end(); place.replaceChildren(); };
  }, [spec, tongue]);
  return failed ? <p className="soft">{tongue.t("findings.noChart")}</p> : <div ref={box} className="chart" role="img" aria-label={label} dir="ltr" />;
}

/** What is hatched on maps: withheld. One pattern for all charts of the page. */
export function Patterns() {
  return (
    <svg width="0" height="0" aria-hidden="true" className="patterns">
      <defs><pattern id="withheld" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="5" height="5" fill="var(--map-none)" /><rect width="1.5" height="5" fill="var(--ink-soft)" /></pattern></defs>
    </svg>
  );
}
