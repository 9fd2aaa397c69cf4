// How charts look. Colours are the page's own CSS variables, so that dark mode and print recolour drawn charts without a redraw.
import type { Config } from "vega-lite";

const font = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans Arabic", sans-serif';
const ink = "var(--ink)";
const soft = "var(--ink-soft)";
const line = "var(--line)";

/** Where a legend stands above a drawing. Vega knows this; the types of Vega-Lite do not. */
function legendAt(rtl: boolean): object {
  return { layout: { top: { anchor: rtl ? "end" : "start" } } };
}

/** The theme for a chart of this many pixels across; drawings of languages that run from right to left are mirrored, and their words keep to the right. */
export function theme(width: number, rtl: boolean): Config {
  const [near, far] = rtl ? (["right", "left"] as const) : (["left", "right"] as const);
  const narrow = width < 520;
  const labels = { labelFont: font, labelFontSize: 12, labelColor: ink };
  const titles = { titleFont: font, titleFontSize: 12, titleFontWeight: "normal" as const, titleColor: soft };
  return {
    aria: false, // the container carries one sentence, and the table beside the chart says the rest
    background: "transparent",
    font,
    padding: { left: 2, right: 2, top: 4, bottom: 2 },
    view: { stroke: null },
    axis: { ...labels, ...titles, domainColor: line, tickColor: line, gridColor: line, tickSize: 4, labelPadding: 5, titlePadding: 8, labelOverlap: "parity" },
    axisX: { labelOverlap: "greedy", labelSeparation: 8 },
    // A heading above the axis reads better than one turned on its side.
    axisYQuantitative: { domain: false, ticks: false, tickCount: 5, titleAngle: 0, titleAlign: near, titleAnchor: "end", titleBaseline: "bottom", titleX: 0, titleY: -10 },
    axisYDiscrete: { domain: false, ticks: false, grid: false, labelLimit: Math.round(Math.min(260, width * 0.36)), labelPadding: 8, labelOverlap: false },
    legend: { ...labels, ...titles, orient: "top", direction: "horizontal", columns: narrow ? 2 : 4, labelLimit: narrow ? 130 : 200, symbolSize: 90, symbolStrokeWidth: 2, offset: 30, columnPadding: 18, rowPadding: 4, ...legendAt(rtl) },
    range: { category: [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `var(--series-${n})`) },
    bar: { color: "var(--bar)" },
    rect: { color: "var(--bar)" },
    line: { color: "var(--accent)", strokeWidth: 2, strokeCap: "round", strokeJoin: "round" },
    point: { color: "var(--accent)", filled: true, size: 36, opacity: 1 },
    area: { color: "var(--accent)" },
    text: { color: ink, font, fontSize: 12 },
    style: {
      whisker: { color: ink, stroke: ink, strokeWidth: 1.25, opacity: 1 },
      cap: { color: ink, opacity: 1 },
      value: { align: near, baseline: "middle", dx: rtl ? -8 : 8 },
      range: { color: "var(--accent)", stroke: "var(--accent)", strokeWidth: 2 },
      span: { color: "var(--accent)", stroke: "var(--accent)", strokeWidth: 10, opacity: 0.45 },
      heading: { align: near, baseline: "middle", fontSize: 13 },
      figure: { align: far, baseline: "middle", fontSize: 13, fontWeight: 600 },
      band: { opacity: 0.18 },
      reference: { color: soft, stroke: soft, strokeWidth: 1.25, strokeDash: [5, 4] },
      event: { color: ink, stroke: ink, strokeWidth: 1.25, strokeDash: [2, 3] },
      "event-word": { align: near, baseline: "top", dx: rtl ? -5 : 5, fontSize: 12, fontWeight: 600 },
      country: { stroke: "var(--paper)", strokeWidth: 0.5, opacity: 1, filled: true },
      link: { color: soft, stroke: soft, strokeWidth: 0.75, opacity: 0.35 },
      zero: { color: soft, stroke: soft, strokeWidth: 1 },
    },
  };
}
