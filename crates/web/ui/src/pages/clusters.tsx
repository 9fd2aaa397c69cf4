// Clusters: accounts that met more often than chance explains. Who they are, when they met, and the posts behind every tie.
import { lazy, Suspense, useState } from "react";
import { useLoad, usePages, withQuery } from "../api/client";
import type { Cluster, ClusterRow, EdgePosts, Tie } from "../api/types";
import { useTongue } from "../i18n";
import { Awaited, Badge, Button, Dialog, Empty, Facts, More, Sheet } from "../parts";
import { Post } from "../parts/content";
import { go, Link, usePlace } from "../router";
import { useMay, useStudies } from "../studies";
import { OpenCase } from "./open-case";

/** Ties in the table at most; the strongest come first. */
const mostTies = 500;

const Network = lazy(() => import("../parts/network"));

export default function Clusters({ study, id }: { study: string; id: string | undefined }) {
  return id === undefined ? <List study={study} /> : <One key={id} study={study} id={id} />;
}

function List({ study }: { study: string }) {
  const { t, number, day, said } = useTongue();
  const may = useMay(study);
  const least = useStudies().find(study)?.min_cell ?? 0;
  const found = usePages<ClusterRow>(`studies/${study}/clusters`);
  return (
    <Sheet title={t("clusters.title")} about={t("clusters.about")}>
      {!may("see_internal") && <p className="soft">{t("clusters.small", { n: number(least) })}</p>}
      <Awaited of={found}>
        {() => found.rows.length === 0 ? <Empty>{t("clusters.none")}</Empty> : (
          <div className="table-box">
            <table>
              <caption className="spoken">{t("clusters.title")}</caption>
              <thead><tr><th scope="col">{t("clusters.cluster")}</th><th scope="col" className="number">{t("clusters.accounts")}</th><th scope="col" className="number">{t("clusters.ties")}</th><th scope="col">{t("clusters.kinds")}</th><th scope="col">{t("clusters.when")}</th></tr></thead>
              <tbody>
                {found.rows.map((row) => (
                  <tr key={row.id}>
                    <th scope="row"><Link to={`/s/${study}/clusters/${row.id}`}>{t("clusters.n", { n: number(row.id) })}</Link></th>
                    <td className="number">{number(row.accounts)}</td><td className="number">{number(row.edges)}</td>
                    <td><div className="row">{row.kinds.map((kind) => <Badge key={kind}>{said("trace", kind)}</Badge>)}</div></td>
                    <td>{row.from && row.to ? `${day(row.from)} – ${day(row.to)}` : "–"}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Awaited>
      <More next={found.more} />
    </Sheet>
  );
}

function One({ study, id }: { study: string; id: string }) {
  const { t, number, language } = useTongue();
  const may = useMay(study);
  const run = usePlace().query.get("run");
  const found = useLoad<Cluster>(withQuery(`studies/${study}/clusters/${encodeURIComponent(id)}`, { lang: language }));
  const [edge, setEdge] = useState<[number, number] | null>(null);
  const [opening, setOpening] = useState(false);
  const title = t("clusters.n", { n: number(Number(id)) });
  return (
    <Sheet wide title={title} about={t("clusters.noVerdict")} actions={may("open_case") && found.data && <Button look="main" icon="cases" onPress={() => setOpening(true)}>{t("cases.open")}</Button>}>
      <p className="crumb"><Link to={`/s/${study}/clusters`}>{t("clusters.all")}</Link></p>
      {run && found.data && !found.data.reference.endsWith(`:${run}`) && <p className="trouble" role="note">{t("clusters.otherRun")}</p>}
      <Awaited of={found}>{(cluster) => <Body cluster={cluster} onEdge={may("see_posts") ? (a, b) => setEdge([a, b]) : undefined} />}</Awaited>
      {edge && <Edge study={study} a={edge[0]} b={edge[1]} onClose={() => setEdge(null)} />}
      <OpenCase study={study} subject={{ kind: "cluster", reference: found.data?.reference ?? id }} from="cluster" reach={found.data?.accounts ?? 0} isOpen={opening} onClose={() => setOpening(false)} onDone={(made) => go(`/s/${study}/cases/${made}`)} />
    </Sheet>
  );
}

function Body({ cluster, onEdge }: { cluster: Cluster; onEdge: ((a: number, b: number) => void) | undefined }) {
  const { t, number, day } = useTongue();
  const most = Math.max(1, ...cluster.timeline.map((one) => one.posts ?? 0));
  const posts = (count: number | null | undefined) => (typeof count === "number" ? number(count) : t("clusters.withheld"));
  return (
    <>
      <div className="card">
        <Facts of={[[t("clusters.accounts"), number(cluster.accounts)], [t("clusters.ties"), number(cluster.edges)], [t("clusters.when"), cluster.from && cluster.to ? `${day(cluster.from)} – ${day(cluster.to)}` : "–"]]} />
        {cluster.reasons.length > 0 && <ul className="reasons" aria-label={t("clusters.reasons")}>{cluster.reasons.map((reason) => <li key={reason}><bdi>{reason}</bdi></li>)}</ul>}
      </div>
      <div className="even-columns">
        <section className="card">
          <h2>{t("clusters.network")}</h2>
          <Suspense fallback={<p className="awaited" role="status">{t("part.loading")}</p>}><Network cluster={cluster} onEdge={onEdge} /></Suspense>
        </section>
        <section className="card">
          <h2>{t("clusters.timeline")}</h2>
          <ol className="bars" aria-label={t("clusters.timeline")}>
            {cluster.timeline.map((one) => <li key={one.day} title={`${day(one.day)}: ${posts(one.posts)}`}>{typeof one.posts === "number" ? <div style={{ blockSize: `${(one.posts / most) * 100}%` }} /> : <div className="withheld" />}<span className="spoken">{day(one.day)}: {posts(one.posts)}</span></li>)}
          </ol>
          <div className="row between small soft"><span>{cluster.timeline[0] && day(cluster.timeline[0].day)}</span><span>{cluster.timeline.length > 1 && day(cluster.timeline.at(-1)?.day ?? "")}</span></div>
          <h3 className="spaced">{t("clusters.members")}</h3>
          <div className="table-box tall" tabIndex={0} role="group" aria-label={t("clusters.members")}>
            <table>
              <thead><tr><th scope="col">{t("clusters.member")}</th><th scope="col" className="number">{t("clusters.ties")}</th></tr></thead>
              <tbody>{cluster.members.map((one) => <tr key={one.id}><th scope="row">{number(one.id)}</th><td className="number">{number(one.edges)}</td></tr>)}</tbody>
            </table>
          </div>
        </section>
      </div>
      <div className="even-columns">
        <Explained all={cluster.explained} />
        <div className="stack">
          <Parts title={t("clusters.languages")} parts={cluster.languages} of={cluster.accounts} />
          <Parts title={t("clusters.places")} parts={cluster.places} of={cluster.accounts} />
        </div>
      </div>
      <section className="card"><h2>{t("clusters.ties")}</h2><Ties ties={cluster.ties} onEdge={onEdge} /></section>
    </>
  );
}

/** Innocent explanations come first; that several fit, or none, decides nothing. */
function Explained({ all }: { all: Cluster["explained"] }) {
  const { t, percent } = useTongue();
  const word = (fits: boolean | null | undefined) => (fits === true ? t("clusters.fits") : fits === false ? t("clusters.fitsNot") : t("clusters.fitsUnknown"));
  return (
    <section className="card">
      <h2>{t("clusters.explained")}</h2>
      <ul className="list">
        {all.map((one) => <li key={one.what} className="list-item"><span><bdi>{one.what}</bdi></span><span className="row"><Badge {...(one.fits === true && { tone: "accent" as const })}>{word(one.fits)}</Badge>{typeof one.share === "number" && <span className="soft">{percent(one.share, 0)}</span>}</span></li>)}
      </ul>
    </section>
  );
}

function Parts({ title, parts, of }: { title: string; parts: Cluster["languages"]; of: number }) {
  const { t, number } = useTongue();
  return (
    <section className="card">
      <h2>{title}</h2>
      <ul className="list">
        {parts.map((one) => <li key={one.name} className="list-item"><bdi>{one.name}</bdi><span className="soft">{typeof one.accounts === "number" ? `${number(one.accounts)} / ${number(of)}` : t("clusters.withheld")}</span></li>)}
      </ul>
    </section>
  );
}

/** A probability or rate; what is too small for four digits is said to be below them. */
function useSmall(): (p: number | null | undefined) => string {
  const { number } = useTongue();
  return (p) => (typeof p !== "number" ? "–" : p < 0.0001 ? `< ${number(0.0001, { maximumFractionDigits: 4 })}` : number(p, { maximumFractionDigits: 4 }));
}

function Ties({ ties, onEdge }: { ties: Tie[]; onEdge: ((a: number, b: number) => void) | undefined }) {
  const { t, number, said } = useTongue();
  const small = useSmall();
  const real = (value: number | null | undefined) => (typeof value === "number" ? number(value, { maximumFractionDigits: 1 }) : "–");
  return (
    <>
      {ties.length > mostTies && <p className="small soft">{t("clusters.strongest", { n: number(mostTies), of: number(ties.length) })}</p>}
      <div className="table-box tall" tabIndex={0} role="group" aria-label={t("clusters.ties")}>
        <table>
          <caption className="spoken">{t("clusters.ties")}</caption>
          <thead><tr><th scope="col">{t("clusters.pair")}</th>{onEdge && <th scope="col"><span className="spoken">{t("clusters.posts")}</span></th>}<th scope="col">{t("clusters.kinds")}</th><th scope="col" className="number">{t("clusters.pairsHead")}</th><th scope="col" className="number">{t("clusters.objects")}</th><th scope="col" className="number">{t("clusters.expected")}</th><th scope="col" className="number">{t("clusters.evidence")}</th><th scope="col" className="number">q</th></tr></thead>
          <tbody>
            {ties.slice(0, mostTies).map((tie) => (
              <tr key={`${tie.a}-${tie.b}`}>
                <th scope="row" className="whole">{number(tie.a)} – {number(tie.b)}</th>
                {onEdge && <td><Button onPress={() => onEdge(tie.a, tie.b)} aria-label={t("clusters.postsOf", { a: number(tie.a), b: number(tie.b) })}>{t("clusters.posts")}</Button></td>}
                <td><div className="row">{tie.kinds.map((kind) => <Badge key={kind}>{said("trace", kind)}</Badge>)}</div></td><td className="number">{number(tie.pairs)}</td><td className="number">{number(tie.objects)}</td><td className="number">{real(tie.expected)}</td><td className="number">{real(tie.log_odds)}</td><td className="number">{small(tie.q)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Edge({ study, a, b, onClose }: { study: string; a: number; b: number; onClose: () => void }) {
  const { t, number, span, said } = useTongue();
  const small = useSmall();
  const found = useLoad<EdgePosts>(`studies/${study}/edges/${a}/${b}`);
  return (
    <Dialog wide title={t("clusters.postsOf", { a: number(a), b: number(b) })} isOpen onClose={onClose}>
      <Awaited of={found}>
        {({ kinds, pairs, total }) => (
          <div className="stack" data-edge="">
            <div className="table-box">
              <table>
                <caption className="spoken">{t("clusters.kinds")}</caption>
                <thead><tr><th scope="col">{t("clusters.kinds")}</th><th scope="col" className="number">{t("clusters.pairsHead")}</th><th scope="col" className="number">{t("clusters.objects")}</th><th scope="col" className="number">{t("clusters.expected")}</th><th scope="col" className="number">p</th><th scope="col" className="number">q</th></tr></thead>
                <tbody>{kinds.map((one) => <tr key={one.kind}><th scope="row">{said("trace", one.kind)}</th><td className="number">{number(one.pairs)}</td><td className="number">{typeof one.objects === "number" ? number(one.objects) : "–"}</td><td className="number">{typeof one.expected === "number" ? number(one.expected, { maximumFractionDigits: 1 }) : "–"}</td><td className="number">{small(one.p)}</td><td className="number">{small(one.q)}</td></tr>)}</tbody>
              </table>
            </div>
            <p className="soft">{t("clusters.pairs", { n: total })} {pairs.length < total && t("clusters.shown", { shown: number(pairs.length) })}</p>
            {pairs.map((pair, at) => (
              <section key={at} className="pair">
                <p className="row small"><Badge>{said("trace", pair.kind)}</Badge>{pair.object && <bdi>{pair.object}</bdi>}<span className="soft">{t("clusters.apart", { span: span(Math.abs(pair.seconds)) })}</span></p>
                <div className="versus"><Post post={pair.a} /><Post post={pair.b} /></div>
              </section>
            ))}
          </div>
        )}
      </Awaited>
    </Dialog>
  );
}
