// The frame around every page, and which page an address means.
import { lazy, Suspense, useEffect, useRef, useState, type ReactNode } from "react";
import { Button as AriaButton, Dialog, Modal, ModalOverlay } from "react-aria-components";
import type { WhoAmI } from "./api/types";
import { useTongue, type Key } from "./i18n";
import { Button, Empty, Icon, Sheet } from "./parts";
import type { IconName } from "./parts/icon";
import { Home } from "./pages/home";
import { LogIn, SetUp } from "./pages/enter";
import { go, Link, usePlace } from "./router";
import { useHere } from "./session";
import { useStudies, WithStudies } from "./studies";

const Findings = lazy(() => import("./pages/findings"));
const Clusters = lazy(() => import("./pages/clusters"));
const Coding = lazy(() => import("./pages/coding"));
const Disputes = lazy(() => import("./pages/disputes"));
const Cases = lazy(() => import("./pages/cases"));
const Covers = lazy(() => import("./pages/covers"));
const Audit = lazy(() => import("./pages/audit"));
const People = lazy(() => import("./pages/people"));
const Me = lazy(() => import("./pages/me"));

/** The page behind the name of a room. */
const pages: Record<string, (study: string, rest: string[]) => ReactNode> = {
  findings: (study, rest) => <Findings study={study} id={rest[0]} />,
  clusters: (study, rest) => <Clusters study={study} id={rest[0]} />,
  coding: (study, rest) => <Coding study={study} sample={rest[0]} />,
  disputes: (study, rest) => <Disputes study={study} sample={rest[0]} />,
  cases: (study, rest) => <Cases study={study} id={rest[0]} />,
  covers: (study) => <Covers study={study} />,
  audit: (study) => <Audit study={study} />,
};

/** The study of the address, or the one that was looked at last. */
function useStudy() {
  const { path } = usePlace();
  const { list } = useStudies();
  const named = path[0] === "s" ? path[1] : sessionStorage.getItem("marsad-study");
  const study = list.find((one) => one.id === named) ?? (path[0] === "s" ? undefined : list[0]);
  useEffect(() => { if (study) sessionStorage.setItem("marsad-study", study.id); }, [study]);
  return study;
}

function Nav({ who, onGone }: { who: WhoAmI; onGone?: () => void }) {
  const { t } = useTongue();
  const { path } = usePlace();
  const study = useStudy();
  const { rooms } = useStudies();
  const item = (to: string, icon: IconName, title: Key, current: boolean) => (
    <li key={to}><Link to={to} className="nav-item" {...(current && { "aria-current": "page" as const })} onClickCapture={onGone}><Icon name={icon} />{t(title)}</Link></li>
  );
  return (
    <nav aria-label={t("nav.label")} className="nav">
      <ul>{item("/", "home", "nav.home", path.length === 0)}</ul>
      {study && (
        <>
          <h2 className="nav-study"><span>{t("nav.study")}</span><bdi>{study.name}</bdi></h2>
          <ul>{rooms(study).map((room) => item(`/s/${encodeURIComponent(study.id)}/${room.id}`, room.icon, room.title, path[0] === "s" && path[2] === room.id))}</ul>
        </>
      )}
      {who.administrator && <ul className="nav-server">{item("/people", "people", "nav.people", path[0] === "people")}{item("/denials", "denials", "nav.denials", path[0] === "denials")}</ul>}
    </nav>
  );
}

function Foot({ who }: { who: WhoAmI }) {
  const { t } = useTongue();
  const { leave, exposure } = useHere();
  return (
    <div className="rail-foot">
      {exposure && <p className="exposure" title={t("me.exposureHint")}><Icon name="eye" />{t("me.seenToday", { n: exposure.today })}</p>}
      <div className="row between">
        <Link to="/me" className="nav-item"><Icon name="me" /><bdi>{who.person.name}</bdi></Link>
        <AriaButton className="button quiet" aria-label={t("enter.leave")} onPress={() => { void leave(); go("/"); }}><Icon name="out" /></AriaButton>
      </div>
    </div>
  );
}

function Brand() {
  return <Link to="/" className="brand"><img src="/icon.svg" alt="" width="28" height="28" /><span>Marsad</span></Link>;
}

function BreakDue() {
  const { t, ago } = useTongue();
  const { exposure } = useHere();
  const [put, setPut] = useState(0);
  if (!exposure?.break_due || Date.now() < put) return null;
  return (
    <aside className="break-due" role="status">
      <p><strong>{t("me.breakDue")}</strong> {t("me.breakSince", { since: ago(exposure.since) })}</p>
      <Button onPress={() => setPut(Date.now() + 600_000)}>{t("me.breakLater")}</Button>
    </aside>
  );
}

function Shell({ who, children }: { who: WhoAmI; children: ReactNode }) {
  const { t } = useTongue();
  const { path } = usePlace();
  const [open, setOpen] = useState(false);
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  const address = path.join("/");
  useEffect(() => {
    // Another page: readers of the screen start at its head. Not on the first, where nothing was left.
    if (first.current) { first.current = false; return; }
    main.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [address]);
  return (
    <>
      <a className="skip" href="#main">{t("nav.skip")}</a>
      <div className="shell">
        <header className="rail">
          <div className="rail-top">
            <Brand />
            <AriaButton className="button quiet only-narrow" aria-label={t("nav.open")} onPress={() => setOpen(true)}><Icon name="menu" /></AriaButton>
          </div>
          <div className="only-wide rail-body"><Nav who={who} /><Foot who={who} /></div>
          <ModalOverlay className="overlay side" isOpen={open} onOpenChange={setOpen} isDismissable>
            <Modal className="drawer">
              <Dialog aria-label={t("nav.label")} className="dialog rail-body">
                <div className="row between"><Brand /><Button look="quiet" icon="close" aria-label={t("part.close")} onPress={() => setOpen(false)} /></div>
                <Nav who={who} onGone={() => setOpen(false)} /><Foot who={who} />
              </Dialog>
            </Modal>
          </ModalOverlay>
        </header>
        <main id="main" ref={main} tabIndex={-1}>
          <BreakDue />
          <Suspense fallback={<p className="awaited" role="status">{t("part.loading")}</p>}>{children}</Suspense>
        </main>
      </div>
    </>
  );
}

function NotThere() {
  const { t } = useTongue();
  return <Sheet title={t("part.notThere")}><Empty><Link to="/">{t("nav.home")}</Link></Empty></Sheet>;
}

function Page({ who }: { who: WhoAmI }) {
  const { path } = usePlace();
  const study = useStudy();
  const { loaded } = useStudies();
  const [first, , room = ""] = path;
  if (path.length === 0) return <Home who={who} />;
  if (first === "me") return <Me />;
  if (first === "people" && who.administrator) return <People denials={false} />;
  if (first === "denials" && who.administrator) return <People denials />;
  if (!loaded) return null;
  const page = first === "s" && study ? pages[room] : undefined;
  return page && study ? page(study.id, path.slice(3)) : <NotThere />;
}

export function App() {
  const { who } = useHere();
  const { path } = usePlace();
  if (path[0] === "setup") return <SetUp />;
  if (!who) return <LogIn />;
  return <WithStudies key={who.person.id}><Shell who={who}><Page key={path[1]} who={who} /></Shell></WithStudies>;
}

