// Draws every chart of a report from the Vega-Lite specification that stands in the page.
import type { View } from "vega";
import type { TopLevelSpec } from "vega-lite";
import { draw } from "./draw";

interface Drawn {
  width: number;
  view?: View;
}

const drawn = new WeakMap<HTMLElement, Drawn>();
const locale = json(document.getElementById("chart-locale"));

function json(block: HTMLElement | null): any {
  return block?.textContent ? JSON.parse(block.textContent) : undefined;
}

async function drawIn(box: HTMLElement): Promise<void> {
  const width = Math.floor(box.clientWidth);
  const spec = json(document.getElementById(box.dataset["spec"] ?? "")) as TopLevelSpec | undefined;
  if (!spec || width === 0 || drawn.get(box)?.width === width) return;
  drawn.get(box)?.view?.finalize();
  drawn.set(box, { width }); // at once, so that a change of size meanwhile does not draw it twice
  drawn.set(box, { width, view: await draw(box, spec, locale, width) });
}

/** A chart that cannot be drawn leaves its table; the others are still drawn. */
async function drawAll(boxes: Iterable<HTMLElement>): Promise<void> {
  for (const box of boxes) {
    await drawIn(box).catch((error: unknown) => console.error("chart not drawn:", box.dataset["spec"], error));
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
