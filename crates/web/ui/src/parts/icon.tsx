// Drawings of 20 by 20, in the colour of the words beside them; they say nothing to screen readers. `flip` mirrors those that point.
const paths = {
  home: "M3 9l7-6 7 6v8h-5v-5H8v5H3z",
  findings: "M3 17h14M5 14V9m4 5V4m4 10v-7m4 7v-4",
  clusters: "M3 5a2 2 0 1 0 4 0a2 2 0 1 0 -4 0M13 5a2 2 0 1 0 4 0a2 2 0 1 0 -4 0M8 15a2 2 0 1 0 4 0a2 2 0 1 0 -4 0M7 5h6M6 6.800l3 6.400M14 6.800l-3 6.400",
  coding: "M4 4h12v12H4zM7 10l2.200 2.200L13.500 8",
  disputes: "M10 3v14M5 6h10M5 6l-2.500 5h5zM15 6l-2.500 5h5zM7 17h6",
  cases: "M3 6h14v10H3zM7 6V4h6v2M3 11h14",
  covers: "M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5zM3 3l14 14",
  audit: "M10 2l6 2.500v5c0 4-2.500 6.500-6 8.500-3.500-2-6-4.500-6-8.500v-5zM7.500 10l2 2 3.500-4",
  people: "M4 7a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M2 17c0-3 2-5 5-5s5 2 5 5M13.500 4.200a3 3 0 0 1 0 5.600M14.500 12.300c2.200.6 3.500 2.300 3.500 4.700",
  denials: "M3 10a7 7 0 1 0 14 0a7 7 0 1 0 -14 0M5.200 5.200l9.600 9.600",
  me: "M6.5 7a3.5 3.5 0 1 0 7.0 0a3.5 3.5 0 1 0 -7.0 0M3.500 17.500c0-3.300 2.800-5.500 6.500-5.500s6.500 2.200 6.500 5.500",
  down: "M5 8l5 5 5-5",
  back: "M12 4l-6 6 6 6",
  close: "M5 5l10 10M15 5L5 15",
  menu: "M3 5h14M3 10h14M3 15h14",
  copy: "M7 7h10v10H7zM13 7V3H3v10h4",
  source: "M3 10a7 7 0 1 0 14 0a7 7 0 1 0 -14 0M10 9v5M10 6v.200",
  eye: "M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5zM7.5 10a2.5 2.5 0 1 0 5.0 0a2.5 2.5 0 1 0 -5.0 0",
  out: "M8 3H3v14h5M12 6l4 4-4 4M16 10H7",
  undo: "M7 4L3 8l4 4M3 8h8a5 5 0 0 1 0 10H8",
  note: "M4 3h12v10l-4 4H4zM7 7h6M7 10h4",
  skip: "M4 4l7 6-7 6zM15 4v12",
  help: "M3 10a7 7 0 1 0 14 0a7 7 0 1 0 -14 0M8 8a2 2 0 1 1 2.800 1.900c-.6.300-.8.700-.8 1.400M10 13.800v.200",
  life: "M10 3l8 14H2zM10 8v4M10 14.500v.2",
  refresh: "M16 10a6 6 0 1 1-2-4.500M14 2v4h-4",
} as const;

const pointing = new Set<IconName>(["back", "out", "undo", "skip"]);
export type IconName = keyof typeof paths;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg className={pointing.has(name) ? "icon flip" : "icon"} viewBox="0 0 20 20" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
