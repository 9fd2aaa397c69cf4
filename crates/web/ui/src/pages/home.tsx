// What there is and what waits for me.
import { useLoad } from "../api/client";
import type { Page } from "../api/client";
import type { CaseRow, SampleRow, StudyView, VersionRow, WhoAmI } from "../api/types";
import { useTongue } from "../i18n";
import { Badge, Empty, Icon, Meter, Sheet } from "../parts";
import { Link } from "../router";
import { useStudies } from "../studies";

function Waiting({ study }: { study: StudyView }) {
  const { t, number } = useTongue();
  const at = `studies/${encodeURIComponent(study.id)}`;
  const may = (action: string) => study.may.includes(action);
  const samples = useLoad<Page<SampleRow>>(may("code") ? `${at}/samples` : null).data?.rows ?? [];
  const life = useLoad<Page<CaseRow>>(may("hold_case") ? `${at}/cases?lane=threat_to_life&state=open&limit=50` : null).data?.rows ?? [];
  const second = useLoad<Page<CaseRow>>(may("second_case") ? `${at}/cases?state=second&limit=50` : null).data?.rows ?? [];
  const to = (room: string) => `/s/${encodeURIComponent(study.id)}/${room}`;
  const mine = samples.filter((sample) => sample.mine.assigned > 0);
  return (
    <>
      {life.length > 0 && <Link to={`${to("cases")}?lane=threat_to_life`} className="wait life"><Icon name="life" />{t("home.life", { n: life.length })}</Link>}
      {second.length > 0 && <Link to={`${to("cases")}?state=second`} className="wait"><Icon name="cases" />{t("home.second", { n: second.length })}</Link>}
      {mine.map(({ id, mine }) => (
        <Link key={id} to={`${to("coding")}/${encodeURIComponent(id)}`} className="wait">
          <Icon name="coding" />
          <Meter label={t("home.sample", { sample: id })} value={mine.done + mine.skipped} of={mine.assigned} words={`${number(mine.done + mine.skipped)} / ${number(mine.assigned)}`} />
        </Link>
      ))}
    </>
  );
}

function Study({ study }: { study: StudyView }) {
  const { t, moment, said } = useTongue();
  const at = `studies/${encodeURIComponent(study.id)}`;
  const versions = useLoad<Page<VersionRow>>(study.may.includes("see_findings") ? `${at}/versions?limit=1` : null).data?.rows ?? [];
  const rooms = useStudies().rooms(study);
  return (
    <article className="card study">
      <header>
        <h2><bdi>{study.name}</bdi></h2>
        <p className="soft"><bdi>{study.designation}</bdi></p>
        <p className="row">{study.roles.map((role) => <Badge key={role} tone="accent">{said("role", role)}</Badge>)}{study.unlisted && <Badge tone="warn">{t("home.unlisted")}</Badge>}</p>
      </header>
      <Waiting study={study} />
      {versions[0] && <p className="small soft">{t("home.version", { when: moment(versions[0].made_at), n: versions[0].findings })}</p>}
      <ul className="doors">{rooms.map((room) => <li key={room.id}><Link className="button plain" to={`/s/${encodeURIComponent(study.id)}/${room.id}`}><Icon name={room.icon} />{t(room.title)}</Link></li>)}</ul>
    </article>
  );
}

export function Home({ who }: { who: WhoAmI }) {
  const { t } = useTongue();
  const { list, loaded } = useStudies();
  return (
    <Sheet title={t("home.title", { name: who.person.name })} about={t("home.about")}>
      {loaded && list.length === 0 && <Empty>{who.administrator ? t("home.administrator") : t("home.none")}</Empty>}
      <div className="studies">{list.map((study) => <Study key={study.id} study={study} />)}</div>
    </Sheet>
  );
}
