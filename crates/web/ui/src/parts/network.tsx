// A cluster as a drawing: the more pairs of posts two accounts have, the thicker their line. The table of ties says the same in words.
import { useMemo } from "react";
import type { Cluster } from "../api/types";
import { useTongue } from "../i18n";

interface Place { x: number; y: number }

const size = 600;
const most = 400;

/** Places by springs and repulsion from a fixed start, so that the same cluster always looks the same. O(rounds × members²). */
export function layout(ids: number[], ties: { a: number; b: number }[]): Map<number, Place> {
  const at = new Map(ids.map((id, index) => [id, index]));
  const angle = (index: number) => index * 2.399963; // the golden angle spreads them evenly
  const places = ids.map((_, index) => ({ x: Math.sqrt(index + 1) * Math.cos(angle(index)), y: Math.sqrt(index + 1) * Math.sin(angle(index)) }));
  const pairs = ties.flatMap(({ a, b }) => { const [one, other] = [at.get(a), at.get(b)]; return one === undefined || other === undefined ? [] : [[one, other] as const]; });
  const rounds = ids.length > 150 ? 80 : 200;
  for (let round = 0; round < rounds; round += 1) {
    const step = 0.6 * (1 - round / rounds);
    const force = places.map(({ x, y }) => ({ x: -x * 0.04, y: -y * 0.04 }));
    places.forEach((one, i) => places.forEach((other, j) => {
      if (j <= i) return;
      const [dx, dy] = [one.x - other.x, one.y - other.y];
      const push = 1.4 / Math.max(0.05, dx * dx + dy * dy);
      const [f, g] = [force[i], force[j]];
      if (f && g) { f.x += dx * push; f.y += dy * push; g.x -= dx * push; g.y -= dy * push; }
    }));
    for (const [i, j] of pairs) {
      const [one, other, f, g] = [places[i], places[j], force[i], force[j]];
      if (!one || !other || !f || !g) continue;
      const [dx, dy] = [(other.x - one.x) * 0.12, (other.y - one.y) * 0.12];
      f.x += dx; f.y += dy; g.x -= dx; g.y -= dy;
    }
    places.forEach((one, i) => { const f = force[i]; if (f) { const long = Math.hypot(f.x, f.y) || 1; const far = Math.min(long, 1.5) * step; one.x += (f.x / long) * far; one.y += (f.y / long) * far; } });
  }
  const reach = Math.max(0.001, ...places.flatMap(({ x, y }) => [Math.abs(x), Math.abs(y)]));
  return new Map(ids.map((id, index) => { const { x, y } = places[index] ?? { x: 0, y: 0 }; return [id, { x: size / 2 + (x / reach) * (size / 2 - 30), y: size / 2 + (y / reach) * (size / 2 - 30) }]; }));
}

export default function Network({ cluster, onEdge }: { cluster: Cluster; onEdge: ((a: number, b: number) => void) | undefined }) {
  const { t, number } = useTongue();
  const members = useMemo(() => cluster.members.toSorted((a, b) => b.edges - a.edges).slice(0, most), [cluster]);
  const places = useMemo(() => layout(members.map((one) => one.id), cluster.ties), [members, cluster]);
  const strongest = Math.max(1, ...cluster.ties.map((tie) => tie.pairs));
  return (
    <>
      <svg className="network" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={t("clusters.drawing", { n: members.length })}>
        {cluster.ties.map((tie) => {
          const [one, other] = [places.get(tie.a), places.get(tie.b)];
          if (!one || !other) return null;
          return (
            <g key={`${tie.a}-${tie.b}`} className={onEdge ? "tie pressable" : "tie"} onClick={() => onEdge?.(tie.a, tie.b)}>
              <line className="hit" x1={one.x} y1={one.y} x2={other.x} y2={other.y} />
              <line x1={one.x} y1={one.y} x2={other.x} y2={other.y} strokeWidth={1 + 4 * (tie.pairs / strongest)} />
              <title>{t("clusters.tieOf", { a: number(tie.a), b: number(tie.b), n: tie.pairs })}</title>
            </g>
          );
        })}
        {members.map((one) => {
          const place = places.get(one.id);
          return place && <g key={one.id} className="node"><circle cx={place.x} cy={place.y} r={members.length > 60 ? 7 : 13} />{members.length <= 60 && <text x={place.x} y={place.y} dy="0.35em">{number(one.id)}</text>}</g>;
        })}
      </svg>
      {cluster.members.length > most && <p className="small soft">{t("clusters.cut", { n: most })}</p>}
    </>
  );
}
