/** Files on their way between a container and people: on disk for a day, never in the database or the journal. */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { sha256 } from "../../core/canonical.ts";
import type { Clock } from "../../core/clock.ts";

const keptMs = 24 * 3_600_000;

export interface Parcels {
  /** Keeps the bytes for a day; the same key is the same parcel. Answers its id. */
  keep(key: string, bytes: Buffer): string;
  /** Undefined when there is none, or its day is over. */
  read(id: string): Buffer | undefined;
}

/** Opens the folder; parcels whose day is over are removed whenever another one comes. */
export function openParcels(folder: string, clock: Clock): Parcels {
  return {
    keep(key, bytes) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      for (const name of readdirSync(folder)) {
        const file = path.join(folder, name);
        if (clock.now() - statSync(file).mtimeMs > keptMs) rmSync(file, { force: true });
      }
      const id = sha256(key).slice(0, 32);
      writeFileSync(path.join(folder, id), bytes, { mode: 0o600 });
      return id;
    },
    read(id) {
      // Only names that were made here: an id comes from outside.
      if (!/^[0-9a-f]{32}$/.test(id)) return undefined;
      try {
        return readFileSync(path.join(folder, id));
      } catch (thrown) {
        if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return undefined;
        throw thrown;
      }
    },
  };
}
