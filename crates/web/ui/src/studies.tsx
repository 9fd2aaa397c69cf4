// The studies of the person who is logged in, and the pages of a study that are open to that person. The server decides; this only spares
// people doors that are shut.
import { createContext, useContext, useMemo, type ReactNode } from "react";
import { useLoad, type Page } from "./api/client";
import type { StudyView } from "./api/types";
import type { Key } from "./i18n";
import type { IconName } from "./parts/icon";

export interface Room { id: string; icon: IconName; title: Key; any: readonly string[] }

const all: readonly Room[] = [
  { id: "findings", icon: "findings", title: "nav.findings", any: ["see_findings"] },
  { id: "clusters", icon: "clusters", title: "nav.clusters", any: ["see_clusters"] },
  { id: "coding", icon: "coding", title: "nav.coding", any: ["code", "see_progress", "see_estimate"] },
  { id: "disputes", icon: "disputes", title: "nav.disputes", any: ["adjudicate"] },
  { id: "cases", icon: "cases", title: "nav.cases", any: ["see_cases"] },
  { id: "covers", icon: "covers", title: "nav.covers", any: ["file_report"] },
  { id: "audit", icon: "audit", title: "nav.audit", any: ["see_audit", "export_decisions"] },
];

interface Known { list: StudyView[]; loaded: boolean; rooms: (study: StudyView) => readonly Room[]; find: (id: string) => StudyView | undefined }

const Studies = createContext<Known | null>(null);

export function useStudies(): Known {
  const known = useContext(Studies);
  if (!known) throw new Error("no studies");
  return known;
}

/** What the person may do in a study. */
export function useMay(study: string): (action: string) => boolean {
  const found = useStudies().find(study);
  return (action) => found?.may.includes(action) ?? false;
}

export function WithStudies({ children }: { children: ReactNode }) {
  const { data, busy } = useLoad<Page<StudyView>>("studies?limit=200");
  const known = useMemo<Known>(() => {
    const list = data?.rows ?? [];
    return { list, loaded: !busy, rooms: (study) => all.filter((room) => room.any.some((action) => study.may.includes(action))), find: (id) => list.find((one) => one.id === id) };
  }, [data, busy]);
  return <Studies value={known}>{children}</Studies>;
}
