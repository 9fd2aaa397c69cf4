// Draws every chart of a report from the Vega-Lite specification that stands in the page, as SVG.
//
// Expressions are interpreted, not compiled to functions, so that the page's content security policy can forbid `eval`.
import { parse, View } from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { locale as localeOf } from "vega-format";
import { compile, type TopLevelSpec } from "vega-lite";
import { theme } from "./theme";
import { tooltip } from "./tooltip";

interface Drawn {
  width: number;
  view: View;
}

const drawn = new WeakMap<HTMLElement, Drawn>();
const locale = json(document.getElementById("chart-locale"));

function json(block: HTMLElement | null): any {
  return block?.textContent ? JSON.parse(block.textContent) : undefined;
}

/** Digits as the language writes them. Vega does so for numbers but not for times. */
function digits(text: string): string {
  return text.replace(/[0-9]/g, (digit) => locale.number.numerals[Number(digit)]);
}

/** The language's way with numbers and times, for axes. */
function writing(): any {
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
    return (value: unknown) => placed(digits(write(value)));
  };
  return { ...own, format: number(own.format), formatSpan: span, formatFloat: number(own.formatFloat), timeFormat: time(own.timeFormat), utcFormat: time(own.utcFormat) };
}

async function draw(box: HTMLElement): Promise<void> {
  const width = Math.floor(box.clientWidth);
  const spec = json(document.getElementById(box.dataset["spec"] ?? "")) as TopLevelSpec | undefined;
  if (!spec || width === 0 || drawn.get(box)?.width === width) return;
  drawn.get(box)?.view.finalize();
  const config = theme(width, locale.rtl);
  // Vega writes its description over the label of the place, which says more than the title does.
  const description = box.getAttribute("aria-label") ?? "";
  // A map keeps the shape of its projection.
  const height = spec.usermeta?.["map"] ? { height: Math.round(width * 0.49) } : {};
  const vega = compile({ ...spec, ...height, description, width, autosize: { type: "fit-x", contains: "padding" } } as TopLevelSpec, { config }).spec;
  const view = new View(parse(vega, undefined, { ast: true }), { expr: expressionInterpreter, renderer: "svg", container: box, hover: true, tooltip });
  view.locale(writing());
  drawn.set(box, { width, view });
  await view.runAsync();
  // The place carries one sentence; the parts of the drawing have roles and no words.
  box.querySelector("svg")?.setAttribute("aria-hidden", "true");
  box.setAttribute("role", "img");
}

/** A chart that cannot be drawn leaves its table; the others are still drawn. */
async function drawAll(boxes: Iterable<HTMLElement>): Promise<void> {
  for (const box of boxes) {
    await draw(box).catch((error: unknown) => console.error("chart not drawn:", box.dataset["spec"], error));
  }
}

/** Paper has no way to open a fold: open them all for printing, and put them back. */
function unfoldForPrint(): void {
  let opened: HTMLDetailsElement[] = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll<HTMLDetailsElement>("details:not([open])")];
    for (const fold of opened) fold.open = true;
  });
  addEventListener("afterprint", () => {
    for (const fold of opened) fold.open = false;
  });
}

const boxes = [...document.querySelectorAll<HTMLElement>(".chart[data-spec]")];
unfoldForPrint();
void drawAll(boxes).then(() => {
  document.documentElement.dataset["charts"] = String(boxes.filter((box) => box.querySelector("svg")).length);
  // Printing also resizes; a drawn chart scales by itself then, and redrawing half-way would leave it blank on paper.
  const resized = new ResizeObserver((entries) => {
    if (!matchMedia("print").matches) void drawAll(entries.map((entry) => entry.target as HTMLElement));
  });
  for (const box of boxes) resized.observe(box);
});
