// The parts that pages are made of. Behaviour and roles are react-aria's; looks are ours.
import { useEffect, useId, useState, type ReactNode } from "react";
import {
  Button as AriaButton, Dialog as AriaDialog, Heading, Input, Label, ListBox, ListBoxItem, Modal, ModalOverlay, Popover, Radio, RadioGroup, Select as AriaSelect,
  SelectValue, Switch as AriaSwitch, Tab, TabList, TabPanel, Tabs as AriaTabs, Text, TextArea, TextField, type ButtonProps,
} from "react-aria-components";
import type { Loaded } from "../api/client";
import { useTongue } from "../i18n";
import { useTitle } from "../router";
import { Icon, type IconName } from "./icon";

type Look = "main" | "plain" | "quiet" | "danger";

export function Button({ look = "plain", icon, children, ...rest }: { look?: Look; icon?: IconName; children?: ReactNode } & Omit<ButtonProps, "children">) {
  return <AriaButton className={`button ${look}`} {...rest}>{icon && <Icon name={icon} />}{children}</AriaButton>;
}

/** The frame of a page: its heading, a line below, what can be done at its head. */
export function Sheet({ title, about, actions, wide = false, children }: { title: string; about?: ReactNode; actions?: ReactNode; wide?: boolean; children: ReactNode }) {
  useTitle(title);
  return (
    <div className={wide ? "sheet wide" : "sheet"}>
      <header className="sheet-head">
        <div>
          <h1 tabIndex={-1}>{title}</h1>
          {about && <p className="about">{about}</p>}
        </div>
        {actions && <div className="actions">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** What was loaded, or that it is awaited, or why it did not come. */
export function Awaited<T>({ of, children }: { of: Loaded<T>; children: (data: T) => ReactNode }) {
  const { t } = useTongue();
  if (of.data !== undefined) return <>{children(of.data)}</>;
  if (of.error) return <div className="trouble" role="alert"><p><bdi>{of.error.status === 0 ? t("part.unreachable") : of.error.message}</bdi></p><Button onPress={of.reload}>{t("part.again")}</Button></div>;
  return of.busy ? <p className="awaited" role="status">{t("part.loading")}</p> : null;
}

export function Empty({ children }: { children: ReactNode }) {
  return <p className="empty">{children}</p>;
}

export function Field({ label, value, onChange, hint, type = "text", lines = 1, ...rest }: {
  label: string; value: string; onChange: (value: string) => void; hint?: string; type?: string; lines?: number; isRequired?: boolean; autoFocus?: boolean;
  autoComplete?: string; inputMode?: "numeric" | "text"; maxLength?: number; isReadOnly?: boolean; ltr?: boolean; min?: number; max?: number;
}) {
  const { ltr, isRequired, isReadOnly, min, max, ...input } = rest;
  const side = ltr ? { dir: "ltr" } : { dir: "auto" };
  return (
    <TextField className="field" value={value} onChange={onChange} {...(isRequired && { isRequired })} {...(isReadOnly && { isReadOnly })}>
      <Label>{label}</Label>
      {lines > 1 ? <TextArea rows={lines} {...side} {...input} /> : <Input type={type} {...side} {...input} {...(min !== undefined && { min })} {...(max !== undefined && { max })} />}
      {hint && <Text slot="description" className="hint">{hint}</Text>}
    </TextField>
  );
}

export interface Option { id: string; label: string }

export function Select({ label, options, value, onChange, hideLabel = false }: { label: string; options: Option[]; value: string; onChange: (value: string) => void; hideLabel?: boolean }) {
  return (
    <AriaSelect className="field select" value={value} onChange={(key) => { if (key !== null) onChange(String(key)); }} {...(hideLabel && { "aria-label": label })}>
      {!hideLabel && <Label>{label}</Label>}
      <AriaButton className="button plain chooser"><SelectValue /><Icon name="down" /></AriaButton>
      <Popover className="popover">
        <ListBox className="list-box" items={options}>{({ id, label }) => <ListBoxItem id={id} textValue={label}>{label}</ListBoxItem>}</ListBox>
      </Popover>
    </AriaSelect>
  );
}

export function Choice({ label, options, value, onChange }: { label: string; options: Option[]; value: string; onChange: (value: string) => void }) {
  return (
    <RadioGroup className="choice" value={value} onChange={onChange}>
      <Label>{label}</Label>
      <div className="choices">{options.map((one) => <Radio key={one.id} value={one.id} className="radio">{one.label}</Radio>)}</div>
    </RadioGroup>
  );
}

export function Switch({ children, on, onChange, hint }: { children: ReactNode; on: boolean; onChange: (on: boolean) => void; hint?: string }) {
  return (
    <div className="switch-row">
      <AriaSwitch className="switch" isSelected={on} onChange={onChange}><span className="track" aria-hidden="true" />{children}</AriaSwitch>
      {hint && <p className="hint">{hint}</p>}
    </div>
  );
}

/** A window over the page; the rest waits until it is closed. */
export function Dialog({ title, isOpen, onClose, children, wide = false }: { title: string; isOpen: boolean; onClose: () => void; children: ReactNode; wide?: boolean }) {
  const { t } = useTongue();
  return (
    <ModalOverlay className="overlay" isOpen={isOpen} onOpenChange={(open) => { if (!open) onClose(); }} isDismissable>
      <Modal className={wide ? "modal wide" : "modal"}>
        <AriaDialog className="dialog">
          <div className="dialog-head">
            <Heading slot="title">{title}</Heading>
            <Button look="quiet" icon="close" aria-label={t("part.close")} onPress={onClose} />
          </div>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

/** Asks for a reason before something is done. */
export function Reason({ title, label, action, danger = false, isOpen, onClose, onGiven, children }: {
  title: string; label: string; action: string; danger?: boolean; isOpen: boolean; onClose: () => void; onGiven: (reason: string) => void; children?: ReactNode;
}) {
  const { t } = useTongue();
  const [reason, setReason] = useState("");
  useEffect(() => { if (isOpen) setReason(""); }, [isOpen]);
  const give = () => { if (reason.trim()) onGiven(reason.trim()); };
  return (
    <Dialog title={title} isOpen={isOpen} onClose={onClose}>
      <form className="stack" onSubmit={(event) => { event.preventDefault(); give(); }}>
        {children}
        <Field label={label} value={reason} onChange={setReason} lines={3} autoFocus isRequired />
        <div className="row end">
          <Button onPress={onClose}>{t("part.cancel")}</Button>
          <Button look={danger ? "danger" : "main"} type="submit" isDisabled={!reason.trim()}>{action}</Button>
        </div>
      </form>
    </Dialog>
  );
}

export function Tabs({ label, tabs, selected, onSelect }: { label: string; tabs: { id: string; title: string; body: ReactNode }[]; selected?: string; onSelect?: (id: string) => void }) {
  return (
    <AriaTabs className="tabs" {...(selected !== undefined && { selectedKey: selected })} {...(onSelect && { onSelectionChange: (key) => onSelect(String(key)) })}>
      <TabList aria-label={label} className="tab-list">{tabs.map((tab) => <Tab key={tab.id} id={tab.id} className="tab">{tab.title}</Tab>)}</TabList>
      {tabs.map((tab) => <TabPanel key={tab.id} id={tab.id} className="tab-panel">{tab.body}</TabPanel>)}
    </AriaTabs>
  );
}

export function Badge({ tone = "calm", children }: { tone?: "calm" | "good" | "warn" | "danger" | "accent"; children: ReactNode }) {
  return <span className={`badge ${tone}`}>{children}</span>;
}

export function Meter({ label, value, of, words }: { label: string; value: number; of: number; words: string }) {
  const id = useId();
  const share = of > 0 ? Math.min(1, value / of) : 0;
  return (
    <div className="meter">
      <span id={id} className="meter-label">{label}</span>
      <span className="meter-words">{words}</span>
      <div className="meter-track" role="progressbar" aria-labelledby={id} aria-valuemin={0} aria-valuemax={of} aria-valuenow={value} aria-valuetext={words}><div style={{ inlineSize: `${share * 100}%` }} /></div>
    </div>
  );
}

/** Figures with their names, side by side. */
export function Facts({ of }: { of: [string, ReactNode][] }) {
  return <dl className="facts">{of.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>;
}

/** Words of other people: in their own direction, never as markup. */
export function Theirs({ children, lang, block = false }: { children: string; lang?: string | null | undefined; block?: boolean }) {
  const given = { dir: "auto", ...(lang && { lang }) };
  return block ? <p className="theirs" {...given}>{children}</p> : <bdi {...(lang && { lang })}>{children}</bdi>;
}

export function More({ next }: { next: (() => void) | undefined }) {
  const { t } = useTongue();
  return next ? <div className="row center"><Button onPress={next}>{t("part.more")}</Button></div> : null;
}

export { Icon } from "./icon";
