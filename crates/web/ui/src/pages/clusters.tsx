// Clusters: accounts that met more often than chance explains. Who they are, when they met, and the posts behind every tie.
import { lazy, Suspense, useState } from "react";
import { useLoad, usePages } from "../api/client";
import type { Cluster, ClusterRow, EdgePosts, Tie } from "../api/types";
import { useTongue } from "../i18n";
import { Awaited, Badge, Button, Dialog, Empty, Facts, More, Sheet } from "../parts";
import { Post } from "../parts/content";
import { go, Link } from "../router";
import { useMay } from "../studies";
import { OpenCase } from "./open-case";

const Network = lazy(() => import("../parts/network"));

export default function Clusters({ study, id }: { study: string; id: string | undefined }) {
  return id === undefined ? <List study={study} /> : <One key={id} study={study} id={id} />;
}

function List({ study }: { study: string }) {
  const { t, number, day, said } = useTongue();
  const found = usePages<ClusterRow>(`studies/${study}/clusters`);
  return (
    <Sheet title={t("clusters.title")} about={t("clusters.about")}>
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
                    <td>{row.kinds.map((kind) => <Badge key={kind}>{said("object", kind)}</Badge>)}</td>
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
  const { t, number } = useTongue();
  const may = useMay(study);
  const found = useLoad<Cluster>(`studies/${study}/clusters/${encodeURIComponent(id)}`);
  const [edge, setEdge] = useState<[number, number] | null>(null);
  const [opening, setOpening] = useState(false);
  const title = t("clusters.n", { n: number(Number(id)) });
  return (
    <Sheet wide title={title} about={t("clusters.noVerdict")} actions={may("open_case") && <Button look="main" icon="cases" onPress={() => setOpening(true)}>{t("cases.open")}</Button>}>
      <p className="crumb"><Link to={`/s/${study}/clusters`}>{t("clusters.all")}</Link></p>
      <Awaited of={found}>{(cluster) => <Body cluster={cluster} onEdge={may("see_posts") ? (a, b) => setEdge([a, b]) : undefined} />}</Awaited>
      {edge && <Edge study={study} a={edge[0]} b={edge[1]} onClose={() => setEdge(null)} />}
      <OpenCase study={study} subject={{ kind: "cluster", reference: id }} from="cluster" reach={found.data?.accounts ?? 0} isOpen={opening} onClose={() => setOpening(false)} onDone={(made) => go(`/s/${study}/cases/${made}`)} />
    </Sheet>
  );
}

function Body({ cluster, onEdge }: { cluster: Cluster; onEdge: ((a: number, b: number) => void) | undefined }) {
  const { t, number, day } = useTongue();
  const most = Math.max(1, ...cluster.timeline.map((one) => one.posts));
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
            {cluster.timeline.map((one) => <li key={one.day} title={`${day(one.day)}: ${number(one.posts)}`}><div style={{ blockSize: `${(one.posts / most) * 100}%` }} /><span className="spoken">{day(one.day)}: {number(one.posts)}</span></li>)}
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
      <section className="card"><h2>{t("clusters.ties")}</h2><Ties ties={cluster.ties} onEdge={onEdge} /></section>
    </>
  );
}

function Ties({ ties, onEdge }: { ties: Tie[]; onEdge: ((a: number, b: number) => void) | undefined }) {
  const { t, number } = useTongue();
  const small = (p: number) => (p < 0.0001 ? `< ${number(0.0001, { maximumFractionDigits: 4 })}` : number(p, { maximumFractionDigits: 4 }));
  return (
    <div className="table-box tall" tabIndex={0} role="group" aria-label={t("clusters.ties")}>
      <table>
        <caption className="spoken">{t("clusters.ties")}</caption>
        <thead><tr><th scope="col">{t("clusters.pair")}</th><th scope="col" className="number">{t("clusters.objects")}</th><th scope="col" className="number">p</th><th scope="col" className="number">q</th>{onEdge && <th scope="col"><span className="spoken">{t("clusters.posts")}</span></th>}</tr></thead>
        <tbody>
          {ties.map((tie) => (
            <tr key={`${tie.a}-${tie.b}`}>
              <th scope="row">{number(tie.a)} – {number(tie.b)}</th><td className="number">{number(tie.objects)}</td><td className="number">{small(tie.p)}</td><td className="number">{small(tie.q)}</td>
              {onEdge && <td><Button onPress={() => onEdge(tie.a, tie.b)} aria-label={t("clusters.postsOf", { a: number(tie.a), b: number(tie.b) })}>{t("clusters.posts")}</Button></td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Edge({ study, a, b, onClose }: { study: string; a: number; b: number; onClose: () => void }) {
  const { t, number, span, said } = useTongue();
  const found = useLoad<EdgePosts>(`studies/${study}/edges/${a}/${b}`);
  return (
    <Dialog wide title={t("clusters.postsOf", { a: number(a), b: number(b) })} isOpen onClose={onClose}>
      <Awaited of={found}>
        {({ pairs, total }) => (
          <div className="stack" data-edge="">
            <p className="soft">{t("clusters.pairs", { n: total })}</p>
            {pairs.map((pair, at) => (
              <section key={at} className="pair">
                <p className="row small"><Badge>{said("object", pair.kind)}</Badge><bdi>{pair.object}</bdi><span className="soft">{t("clusters.apart", { span: span(Math.abs(pair.seconds)) })}</span></p>
                <div className="versus"><Post post={pair.a} /><Post post={pair.b} /></div>
              </section>
            ))}
          </div>
        )}
      </Awaited>
    </Dialog>
  );
}
