import { composeKeyRefused, composeUnknownKey } from "../../core/problems/compose.ts";
import { sayPlace, type Entry } from "./node.ts";
import { unknownKey, wrongKind, wrongValue, type Reader, type Reading } from "./read.ts";

/** How one key of a mapping is read. */
interface Field<T> {
  read: Reader<T>;
  /** First minor version of compose files that has it: 7 for 3.7. */
  since?: number;
  /** Why Swarm does nothing with it, as the end of a remark. */
  ignored?: string;
  /** What to write in its place, for keys that are refused. */
  instead?: string;
}

type FieldOf<R> = R extends Reader<infer T> ? T : R extends Field<infer T> ? T : never;
type Fields = Record<string, Reader<unknown> | Field<unknown>>;

/** A mapping as it was read: every key may be missing. */
export type RecordOf<F extends Fields> = { [K in keyof F]?: FieldOf<F[K]> };

interface Shape {
  /** First minor version in which keys beginning with `x-` may stand here. */
  extensions?: number;
  /** Whether other keys are passed over with a remark, where the CLI passes over them too. */
  loose?: boolean;
  /** First minor version in which other keys are passed over without a remark. */
  open?: number;
  /** Whether nothing at all stands for an empty mapping. */
  empty?: boolean;
}

/** A key that exists only since minor version `minor`. */
export function since<T>(minor: number, read: Reader<T>): Field<T> {
  return { read, since: minor };
}

/** A key that Swarm ignores; `why` ends the remark "…: ignored by Swarm, <why>". */
export function ignored<T>(read: Reader<T>, why: string): Field<T> {
  return { read, ignored: why };
}

/** A key that the CLI refuses; `instead` is a whole sentence. */
export function refused(instead: string): Field<undefined> {
  return { read: () => undefined, instead };
}

/** A mapping with known keys. */
export function record<F extends Fields>(fields: F, shape: Shape = {}): Reader<RecordOf<F>> {
  const known = new Map(Object.entries(fields).map(([key, field]) => [key, asField(field)]));
  const names = [...known].filter(([, field]) => field.instead === undefined).map(([key]) => key);
  return (node, path, reading) => {
    if (node.kind === "scalar" && node.value === null && shape.empty === true) return {};
    if (node.kind !== "map") throw wrongKind(node, path, "a mapping");
    const values: Record<string, unknown> = {};
    for (const [key, entry] of node.entries) {
      const inner = path === "" ? key : `${path}.${key}`;
      const field = known.get(key);
      if (field !== undefined) {
        values[key] = readField(field, entry, inner, reading);
      } else if (shape.loose === true) {
        reading.warnings.push(`${sayPlace(entry.place)}: ${inner}: ignored, Docker does not know it.`);
      } else if (key.startsWith("x-") && shape.extensions !== undefined) {
        demandVersion(shape.extensions, entry, inner, reading);
      } else if (reading.version < (shape.open ?? Infinity)) {
        throw unknownKey(node, key, inner, names);
      }
    }
    // Every value was made by the reader of its key; the compiler cannot follow that through the loop.
    return values as RecordOf<F>;
  };
}

function asField(field: Reader<unknown> | Field<unknown>): Field<unknown> {
  return typeof field === "function" ? { read: field } : field;
}

function readField(field: Field<unknown>, entry: Entry, path: string, reading: Reading): unknown {
  const where = sayPlace(entry.place);
  if (field.instead !== undefined) throw composeKeyRefused({ where, path, instead: field.instead });
  demandVersion(field.since ?? 0, entry, path, reading);
  if (field.ignored !== undefined)
    reading.warnings.push(`${where}: ${path}: ignored by Swarm, ${field.ignored}.`);
  return field.read(entry.value, path, reading);
}

function demandVersion(minor: number, entry: Entry, path: string, reading: Reading): void {
  if (reading.version >= minor) return;
  throw composeUnknownKey({ where: sayPlace(entry.place), path, since: `3.${minor}` });
}

/** A mapping whose keys are names: services, networks, … */
export function named<T>(read: Reader<T>, pattern?: RegExp): Reader<Map<string, T>> {
  return (node, path, reading) => {
    if (node.kind !== "map") throw wrongKind(node, path, "a mapping");
    return new Map(
      [...node.entries].map(([key, { value }]) => {
        if (pattern?.test(key) === false) {
          const expected = "a name of letters, digits, . _ and -";
          throw wrongValue(node, path, `a mapping with the name ${JSON.stringify(key)}`, expected);
        }
        return [key, read(value, `${path}.${key}`, reading)];
      }),
    );
  };
}
