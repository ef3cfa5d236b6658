/** What Stripe's rules are built of: finding, keeping, telling by events, lists in pages. */
import type { Builder, Kind, Obj, State } from "./state.ts";

export class Refused extends Error {
  readonly status: number;
  readonly code: string;
  readonly param: string | undefined;
  constructor(status: number, code: string, message: string, param?: string) {
    super(message);
    this.status = status;
    this.code = code;
    this.param = param;
  }
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- checked against the route's schema before
export type Params = Record<string, any>;

export interface World {
  state: State;
  build: Builder;
  /** Seconds since 1970. */
  now: () => number;
}

export interface Visit extends World {
  /** What stands in the blanks of the path. */
  ids: string[];
  params: Params;
}

export type Rule = (visit: Visit) => unknown;

export function find(state: State, kind: Kind, id: unknown, param = "id"): Obj {
  const found = state.objects.find((one) => one.object === kind && one.id === id);
  if (found !== undefined) return found;
  const message = `No such ${kind}: '${String(id)}'`;
  throw new Refused(param === "id" ? 404 : 400, "resource_missing", message, param);
}

export function keep(state: State, made: Obj): Obj {
  state.objects.push(made);
  return made;
}

export function add(one: Obj, field: string, by: number): void {
  one[field] = (one[field] as number) + by;
}

/** An object in a field of another. */
export function inner(one: Obj, field: string): Params {
  return one[field] as Params;
}

export function missing(param: string): never {
  throw new Refused(400, "parameter_missing", `Missing required param: ${param}.`, param);
}

/** Something happened: whoever asks for events hears of it. */
export function tell({ state, build, now }: World, type: string, object: Obj): Obj {
  return keep(
    state,
    build("event", {
      ...{ type, api_version: "2026-10-28.endive", created: now(), livemode: false, pending_webhooks: 1 },
      ...{ request: { id: null, idempotency_key: null }, data: { object: structuredClone(object) } },
    }),
  );
}

export const retrieve =
  (kind: Kind): Rule =>
  ({ state, ids }) =>
    find(state, kind, ids[0]);

const mostPerPage = 100;

/** Newest first, in pages, as every list of version 1. `filters` are those that compare a field of the object. */
export const list =
  (kind: Kind, url: string, filters: readonly string[] = []): Rule =>
  ({ state, params }) => {
    const limit = (params["limit"] as number | undefined) ?? 10;
    if (limit < 1 || limit > mostPerPage) {
      throw new Refused(400, "parameter_invalid_integer", "limit must be between 1 and 100", "limit");
    }
    const ordered = state.objects
      .filter((one) => one.object === kind && isWanted(state, one, params, filters))
      .reverse()
      .sort((a, b) => timeOf(b) - timeOf(a));
    const after = params["starting_after"] as string | undefined;
    const from = after === undefined ? 0 : ordered.findIndex(({ id }) => id === after) + 1;
    if (after !== undefined && from === 0) {
      throw new Refused(400, "resource_missing", `No such ${kind}: '${after}'`, "starting_after");
    }
    const data = ordered.slice(from, from + limit);
    return { object: "list", data, has_more: ordered.length > from + data.length, url };
  };

/** Invoice items have a date in place of it. */
const timeOf = (one: Obj): number => (one as { created?: number }).created ?? (one["date"] as number);

function isWanted(state: State, one: Obj, params: Params, filters: readonly string[]): boolean {
  const range = (params["created"] ?? {}) as { gte?: number; gt?: number; lte?: number; lt?: number };
  const madeAt = timeOf(one);
  const keys = params["lookup_keys"] as string[] | undefined;
  const payout = params["payout"] as string | undefined;
  const payment = params["payment"] as Record<string, string> | undefined;
  return (
    madeAt >= (range.gte ?? 0) &&
    madeAt > (range.gt ?? -1) &&
    madeAt <= (range.lte ?? Infinity) &&
    madeAt < (range.lt ?? Infinity) &&
    (keys?.includes(one["lookup_key"] as string) ?? true) &&
    (payout === undefined || (state.members.get(payout)?.includes(one.id) ?? false)) &&
    Object.entries(payment ?? {}).every(([key, value]) => (one["payment"] as Params)[key] === value) &&
    filters.every((field) => params[field] === undefined || one[field] === params[field])
  );
}
