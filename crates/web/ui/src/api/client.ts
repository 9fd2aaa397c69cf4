// Requests to the server. The session is a cookie that scripts cannot read; what changes something carries the token of the session.
import { useCallback, useEffect, useRef, useState } from "react";

/** What the server says when it refuses. `code` is for programs, `message` for people, in English. */
export class Refusal extends Error {
  constructor(readonly status: number, readonly code: string, message: string) {
    super(message);
  }
}

let csrf = "";
let language = "en";
let loggedOut: () => void = () => undefined;

export const setCsrf = (token: string) => { csrf = token; };
export const setRequestLanguage = (tag: string) => { language = tag; };
export const onLoggedOut = (act: () => void) => { loggedOut = act; };

type Method = "GET" | "POST" | "PUT" | "DELETE";

export async function ask<T>(method: Method, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const headers: Record<string, string> = { accept: "application/json", "accept-language": language };
  if (method !== "GET") headers["x-marsad-csrf"] = csrf;
  if (body !== undefined) headers["content-type"] = "application/json";
  const sent = await fetch(`/api/${path}`, { method, headers, body: body === undefined ? null : JSON.stringify(body), signal: signal ?? null, credentials: "same-origin" });
  if (sent.status === 204) return undefined as T;
  const kind = sent.headers.get("content-type") ?? "";
  const answer: unknown = kind.includes("json") ? await sent.json() : await sent.text();
  if (sent.ok) return answer as T;
  const { code = "failed", message = sent.statusText } = (answer as { error?: { code?: string; message?: string } } | null)?.error ?? {};
  if (sent.status === 401 && !path.startsWith("session")) loggedOut();
  throw new Refusal(sent.status, code, message);
}

export const get = <T>(path: string, signal?: AbortSignal) => ask<T>("GET", path, undefined, signal);
export const post = <T>(path: string, body?: unknown) => ask<T>("POST", path, body);
export const put = <T>(path: string, body?: unknown) => ask<T>("PUT", path, body);
export const remove = <T>(path: string, body?: unknown) => ask<T>("DELETE", path, body);

/** A path with its query; empty values are left out. */
export function withQuery(path: string, query: Record<string, string | number | undefined | null>): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
}

export interface Loaded<T> {
  data: T | undefined;
  error: Refusal | undefined;
  /** Whether an answer is awaited; what was there stays until it comes. */
  busy: boolean;
  reload: () => void;
  set: (data: T) => void;
}

/** What a path answers; asked again when the path changes. `null` asks nothing. With `every` it is asked again after so many seconds. */
export function useLoad<T>(path: string | null, every = 0): Loaded<T> {
  const [state, setState] = useState<{ path: string | null; data?: T; error?: Refusal; busy: boolean }>({ path, busy: path !== null });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (path === null) return;
    const stop = new AbortController();
    setState((old) => (old.path === path ? { ...old, busy: true } : { path, busy: true }));
    get<T>(path, stop.signal).then(
      (data) => setState({ path, data, busy: false }),
      (error: unknown) => {
        if (stop.signal.aborted) return;
        const refusal = error instanceof Refusal ? error : new Refusal(0, "unreachable", String(error));
        setState({ path, error: refusal, busy: false });
      },
    );
    const timer = every > 0 ? setTimeout(() => setTurn((n) => n + 1), every * 1000) : undefined;
    return () => { stop.abort(); clearTimeout(timer); };
  }, [path, turn, every]);
  const reload = useCallback(() => setTurn((n) => n + 1), []);
  const set = useCallback((data: T) => setState({ path, data, busy: false }), [path]);
  const current = state.path === path;
  return { data: current ? state.data : undefined, error: current ? state.error : undefined, busy: current ? state.busy : path !== null, reload, set };
}

export interface Page<T> {
  rows: T[];
  next: string | null;
}

export interface Pages<T> extends Loaded<Page<T>> {
  rows: T[];
  /** Fetches the next page; none on the last. */
  more: (() => void) | undefined;
}

/** A list, page by page. */
export function usePages<T>(path: string | null): Pages<T> {
  const first = useLoad<Page<T>>(path);
  const [rest, setRest] = useState<{ of: Page<T> | undefined; rows: T[]; next: string | null }>({ of: undefined, rows: [], next: null });
  const asking = useRef(false);
  const grown = rest.of !== undefined && rest.of === first.data;
  const next = grown ? rest.next : (first.data?.next ?? null);
  const rows = grown ? rest.rows : (first.data?.rows ?? []);
  const more = next === null || path === null ? undefined : () => {
    if (asking.current) return;
    asking.current = true;
    const sign = path.includes("?") ? "&" : "?";
    get<Page<T>>(`${path}${sign}after=${encodeURIComponent(next)}`)
      .then((page) => setRest({ of: first.data, rows: [...rows, ...page.rows], next: page.next }))
      .catch(() => undefined)
      .finally(() => { asking.current = false; });
  };
  return { ...first, rows, more };
}
