// Draws a chart from its Vega-Lite specification, as SVG: for a report, and for the pages of the server.
//
// Expressions are interpreted, not compiled to functions, so that a content security policy can forbid `eval`.
import { parse, View } from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { locale as localeOf } from "vega-format";
import { compile, type TopLevelSpec } from "vega-lite";
import { theme } from "./theme";
import { tooltip } from "./tooltip";

/** How a language writes numbers and times, as d3 has it, and which way it runs. */
export interface ChartLocale {
  dayFirst: boolean;
  rtl: boolean;
  number: { numerals: string[]; [more: string]: unknown };
  time: object;
}

/** Digits as the language writes them. Vega does so for numbers but not for times. */
function digits(text: string, locale: ChartLocale): string {
  return text.replace(/[0-9]/g, (digit) => locale.number.numerals[Number(digit)] ?? digit);
}

/** The language's way with numbers and times, for axes. */
function writing(locale: ChartLocale): any {
  const own = localeOf(locale.number, locale.time);
  type Format = (specifier: unknown) => (value: unknown) => string;
  // A label stands alone in a drawing that runs from left to right: an isolate keeps its signs where its language has them.
  const placed = (text: string) => (locale.rtl ? `\u2067${text}\u2069` : text);
  const number = (format: Format) => (specifier: unknown) => {
    const write = format(specifier);
    return (value: unknown) => placed(write(value));
  };
  const span = (from: number, to: number, count: number, specifier: unknown) => {
    const write = own.formatSpan(from, to, count, specifier);
    return (value: unknown) => placed(write(value));
  };
  const time = (format: Format) => (specifier: unknown) => {
    const isOpen = specifier === undefined || specifier === null || typeof specifier === "object";
    const write = format(isOpen && locale.dayFirst ? { date: "%-d %b", week: "%-d %b", day: "%-d %b", ...(specifier as object) } : specifier);
    return (value: unknown) => placed(digits(write(value), locale));
  };
  return { ...own, format: number(own.format), formatSpan: span, formatFloat: number(own.formatFloat), timeFormat: time(own.timeFormat), utcFormat: time(own.utcFormat) };
}

/** Draws into a place of this many pixels across; the view is the caller's to end (`finalize`). */
export async function draw(box: HTMLElement, spec: TopLevelSpec, locale: ChartLocale, width: number): Promise<View> {
  const config = theme(width, locale.rtl);
  // Vega writes its description over the label of the place, which says more than the title does.
  const description = box.getAttribute("aria-label") ?? "";
  // A map keeps the shape of its projection.
  const height = spec.usermeta?.["map"] ? { height: Math.round(width * 0.49) } : {};
  const vega = compile({ ...spec, ...height, description, width, autosize: { type: "fit-x", contains: "padding" } } as TopLevelSpec, { config }).spec;
  const view = new View(parse(vega, undefined, { ast: true }), { expr: expressionInterpreter, renderer: "svg", container: box, hover: true, tooltip });
  view.locale(writing(locale));
  await view.runAsync();
  // The place carries one sentence; the parts of the drawing have roles and no words.
  box.querySelector("svg")?.setAttribute("aria-hidden", "true");
  box.setAttribute("role", "img");
  return view;
}
