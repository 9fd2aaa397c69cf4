// The administrator's pages: who there is, who may do what where, and what was denied. No content is seen from here.
import { useState } from "react";
import { Checkbox, CheckboxGroup, Label } from "react-aria-components";
import { post, put, remove, usePages } from "../api/client";
import type { ActRow, DenialRow, PersonRow, Role } from "../api/types";
import { useTongue } from "../i18n";
import { Awaited, Badge, Button, Dialog, Empty, Field, More, Select, Sheet } from "../parts";
import { useAct } from "../session";
import { useStudies } from "../studies";

const roles: readonly Role[] = ["coder", "reviewer", "lead", "analyst", "auditor"];

export default function People({ denials }: { denials: boolean }) {
  return denials ? <Denials /> : <List />;
}

function List() {
  const { t, said, day } = useTongue();
  const act = useAct();
  const found = usePages<PersonRow>("people?limit=100");
  const acts = usePages<ActRow>("people/acts?limit=20");
  const reload = () => { found.reload(); acts.reload(); };
  const [name, setName] = useState<string | null>(null);
  const [link, setLink] = useState<string | null>(null);
  const [editing, setEditing] = useState<PersonRow | null>(null);
  const [resetting, setResetting] = useState<PersonRow | null>(null);
  const [closing, setClosing] = useState<PersonRow | null>(null);
  const make = () => act(async () => { setLink((await post<{ link: string }>("people", { name: name?.trim() })).link); setName(null); reload(); });
  const again = (person: PersonRow) => act(async () => { setLink((await post<{ link: string }>(`people/${person.id}/link`)).link); acts.reload(); });
  const reset = (person: PersonRow) => act(async () => setLink((await post<{ link: string }>(`people/${person.id}/reset`)).link)).then(() => { setResetting(null); reload(); });
  const close = (person: PersonRow) => act(() => remove(`people/${person.id}`), t("people.closed")).then(() => { setClosing(null); reload(); });
  return (
    <Sheet wide title={t("nav.people")} about={t("people.about")} actions={<Button look="main" onPress={() => setName("")}>{t("people.add")}</Button>}>
      <Awaited of={found}>
        {() => (
          <div className="table-box">
            <table>
              <caption className="spoken">{t("nav.people")}</caption>
              <thead><tr><th scope="col">{t("enter.name")}</th><th scope="col">{t("people.roles")}</th><th scope="col">{t("people.state")}</th><th scope="col">{t("people.since")}</th><th scope="col"><span className="spoken">{t("covers.acts")}</span></th></tr></thead>
              <tbody>
                {found.rows.map((person) => (
                  <tr key={person.id}>
                    <th scope="row"><bdi>{person.name}</bdi></th>
                    <td><div className="row">{person.roles.flatMap((one) => one.roles.map((role) => <Badge key={`${one.study} ${role}`} tone="accent">{said("role", role)}{one.study && <> · <bdi>{one.study}</bdi></>}</Badge>))}</div></td>
                    <td><div className="row">{person.closed ? <Badge tone="danger">{t("people.isClosed")}</Badge> : person.active ? <Badge tone="good">{t("people.active")}</Badge> : <Badge tone="warn">{t("people.invited")}</Badge>}{person.totp && <Badge>{t("people.totp")}</Badge>}</div></td>
                    <td>{day(person.made_at)}</td>
                    <td>{!person.closed && <div className="row"><Button onPress={() => setEditing(person)}>{t("people.edit")}</Button><Button onPress={() => void again(person)}>{t("people.link")}</Button><Button onPress={() => setResetting(person)}>{t("people.reset")}</Button><Button onPress={() => setClosing(person)}>{t("people.close")}</Button></div>}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Awaited>
      <More next={found.more} />
      <Acts found={acts} />
      <Dialog title={t("people.add")} isOpen={name !== null} onClose={() => setName(null)}>
        <form className="stack" onSubmit={(event) => { event.preventDefault(); void make(); }}>
          <Field label={t("enter.name")} hint={t("enter.nameHint")} value={name ?? ""} onChange={setName} isRequired autoFocus ltr />
          <div className="row end"><Button look="main" type="submit">{t("people.add")}</Button></div>
        </form>
      </Dialog>
      <Dialog title={t("people.linkTitle")} isOpen={link !== null} onClose={() => setLink(null)}>
        <div className="stack">
          <p>{t("people.linkAbout")}</p>
          <Field label={t("people.link")} value={link ? new URL(link, location.origin).href : ""} onChange={() => undefined} isReadOnly ltr />
          <div className="row end"><Button look="main" icon="copy" onPress={() => void act(() => navigator.clipboard.writeText(new URL(link ?? "", location.origin).href), t("part.copied"))}>{t("part.copy")}</Button></div>
        </div>
      </Dialog>
      <Dialog title={t("people.reset")} isOpen={resetting !== null} onClose={() => setResetting(null)}>
        <div className="stack"><p>{t("people.resetSure", { name: resetting?.name ?? "" })}</p><div className="row end"><Button onPress={() => setResetting(null)}>{t("part.cancel")}</Button><Button look="danger" onPress={() => { if (resetting) void reset(resetting); }}>{t("people.reset")}</Button></div></div>
      </Dialog>
      <Dialog title={t("people.close")} isOpen={closing !== null} onClose={() => setClosing(null)}>
        <div className="stack"><p>{t("people.closeSure", { name: closing?.name ?? "" })}</p><div className="row end"><Button onPress={() => setClosing(null)}>{t("part.cancel")}</Button><Button look="danger" onPress={() => { if (closing) void close(closing); }}>{t("people.close")}</Button></div></div>
      </Dialog>
      {editing && <Roles person={editing} studies={[...new Set(found.rows.flatMap((one) => one.roles.map((own) => own.study)).filter(Boolean))]} onClose={() => { setEditing(null); reload(); }} />}
    </Sheet>
  );
}

/** What administrators did to accounts: who watches over content is watched as well. */
function Acts({ found }: { found: ReturnType<typeof usePages<ActRow>> }) {
  const { t, said, moment } = useTongue();
  return (
    <section className="stack spaced">
      <h2>{t("people.acts")}</h2>
      <Awaited of={found}>
        {() => (
          <div className="table-box">
            <table>
              <caption className="spoken">{t("people.acts")}</caption>
              <thead><tr><th scope="col">{t("audit.at")}</th><th scope="col">{t("audit.who")}</th><th scope="col">{t("people.whose")}</th><th scope="col">{t("audit.what")}</th></tr></thead>
              <tbody>{found.rows.map((row, at) => <tr key={at}><td>{moment(row.at)}</td><td><bdi>{row.actor}</bdi></td><td><bdi>{row.person}</bdi></td><td>{said("deed", row.act)}</td></tr>)}</tbody>
            </table>
          </div>
        )}
      </Awaited>
      <More next={found.more} />
    </section>
  );
}

function Roles({ person, studies, onClose }: { person: PersonRow; studies: string[]; onClose: () => void }) {
  const { t, said } = useTongue();
  const act = useAct();
  const { list } = useStudies();
  const known = [...new Set([...list.map((one) => one.id), ...studies])];
  const [study, setStudy] = useState(known[0] ?? "");
  const of = (id: string) => person.roles.find((one) => one.study === id)?.roles ?? [];
  const [chosen, setChosen] = useState<string[]>(of(study));
  const save = () => act(() => put(`people/${person.id}/roles`, { study, roles: chosen }), t("part.saved")).then((good) => { if (good) onClose(); });
  return (
    <Dialog title={t("people.rolesOf", { name: person.name })} isOpen onClose={onClose}>
      <div className="stack">
        {known.length > 0 && <Select label={t("nav.study")} options={[...known.map((id) => ({ id, label: id })), { id: "*", label: t("people.server") }]} value={study || "*"} onChange={(id) => { const own = id === "*" ? "" : id; setStudy(own); setChosen(of(own)); }} />}
        <Field label={t("people.studyId")} value={study} onChange={(id) => { setStudy(id); setChosen(of(id)); }} ltr />
        <CheckboxGroup className="checks" value={chosen} onChange={setChosen}>
          <Label>{t("people.roles")}</Label>
          {(study === "" ? (["administrator"] as const) : roles).map((role) => <Checkbox key={role} value={role} className="check"><span className="box" aria-hidden="true" /><span>{said("role", role)}<span className="hint">{said("roleHint", role)}</span></span></Checkbox>)}
        </CheckboxGroup>
        <div className="row end"><Button look="main" onPress={() => void save()}>{t("part.save")}</Button></div>
      </div>
    </Dialog>
  );
}

function Denials() {
  const { t, number, moment } = useTongue();
  const found = usePages<DenialRow>("denials?limit=100");
  return (
    <Sheet wide title={t("nav.denials")} about={t("denials.about")}>
      <Awaited of={found}>
        {() => found.rows.length === 0 ? <Empty>{t("denials.none")}</Empty> : (
          <div className="table-box">
            <table>
              <caption className="spoken">{t("nav.denials")}</caption>
              <thead><tr><th scope="col">{t("audit.at")}</th><th scope="col">{t("audit.who")}</th><th scope="col">{t("audit.what")}</th><th scope="col">{t("nav.study")}</th><th scope="col">{t("denials.why")}</th><th scope="col" className="number">{t("denials.count")}</th></tr></thead>
              <tbody>{found.rows.map((row, at) => <tr key={at}><td>{moment(row.at)}</td><td>{row.person ? <bdi>{row.person}</bdi> : "–"}</td><td><code dir="ltr">{row.action}</code></td><td>{row.study ? <bdi>{row.study}</bdi> : "–"}</td><td><code dir="ltr">{row.why}</code></td><td className="number">{number(row.count)}</td></tr>)}</tbody>
            </table>
          </div>
        )}
      </Awaited>
      <More next={found.more} />
    </Sheet>
  );
}
