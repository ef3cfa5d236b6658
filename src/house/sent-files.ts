import type { Parcels } from "../apps/index.ts";
import type { Transport, Trust } from "../chat/transport.ts";
import type { MatrixId } from "../core/terms.ts";
import { mostFileBytes } from "../swarm/index.ts";

/** A file out of a room, kept as a parcel. JSON: it is a step's result, and its bytes are not in it. */
export interface FetchedFile {
  /** To be shown, and never a path. */
  name: string;
  bytes: number;
  sender: MatrixId;
  /** How sure it is that the sender sent just this. */
  trust: Trust;
  parcel: string;
}

/** Files that people sent into rooms. */
export interface SentFiles {
  /**
   * The file that an event of the room is, kept for a day under the step's key: twice is once. Null when the event is
   * no file. Throws as `Transport.fileOf`; nothing is kept of what is too large or not as it was sent.
   */
  fetch(
    sent: { room: string; eventId: string },
    step: { key: string; signal: AbortSignal },
  ): Promise<FetchedFile | null>;
}

interface Parts {
  transport: Pick<Transport, "fileOf"> | null;
  parcels: Pick<Parcels, "keep">;
}

/** What comes out of a room is no larger than what can be put into a container. */
export function openSentFiles({ transport, parcels }: Parts): SentFiles {
  return {
    async fetch({ room, eventId }, { key, signal }) {
      const file = await transport?.fileOf(room, eventId, { mostBytes: mostFileBytes, signal });
      if (file === undefined) return null;
      const { name, bytes, sender, trust } = file;
      return { name, bytes: bytes.length, sender, trust, parcel: parcels.keep(key, bytes) };
    },
  };
}
