// Addresses of the page: what stands in the address bar decides what is shown, and links are real links.
import { useEffect, useSyncExternalStore, type AnchorHTMLAttributes, type MouseEvent } from "react";

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener("popstate", listener);
  return () => { listeners.delete(listener); removeEventListener("popstate", listener); };
}

export function go(to: string, replace = false): void {
  history[replace ? "replaceState" : "pushState"](null, "", to);
  listeners.forEach((listener) => listener());
}

export function usePlace(): { path: string[]; query: URLSearchParams } {
  const href = useSyncExternalStore(subscribe, () => location.pathname + location.search);
  const url = new URL(href, location.origin);
  return { path: url.pathname.split("/").filter(Boolean).map(decodeURIComponent), query: url.searchParams };
}

/** Changes the query and nothing else; empty values go. */
export function setQuery(changes: Record<string, string | null>): void {
  const url = new URL(location.href);
  for (const [name, value] of Object.entries(changes)) value ? url.searchParams.set(name, value) : url.searchParams.delete(name);
  go(url.pathname + url.search, true);
}

export function Link({ to, ...rest }: { to: string } & AnchorHTMLAttributes<HTMLAnchorElement>) {
  const follow = (event: MouseEvent) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(to);
  };
  return <a href={to} onClick={follow} {...rest} />;
}

/** Names the page, and puts the focus at its head when it is another one. */
export function useTitle(title: string): void {
  useEffect(() => { document.title = title ? `${title} · Marsad` : "Marsad"; }, [title]);
}
