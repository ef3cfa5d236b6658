import type { SeenIdentity, Transport } from "../../src/chat/transport.ts";

/** What a homeserver shows of people's keys, and which of them counts for us. */
export interface FakeIdentities {
  transport: Required<Pick<Transport, "identityOf" | "acceptIdentity">>;
  /** Key of the identity that each account shows now, and the devices that it signed. */
  shown: Map<string, Pick<SeenIdentity, "key" | "devices">>;
  /** Key of the identity that counts. */
  counts: Map<string, string>;
}

export function fakeIdentities(): FakeIdentities {
  const shown: FakeIdentities["shown"] = new Map();
  const counts: FakeIdentities["counts"] = new Map();
  return {
    shown,
    counts,
    transport: {
      identityOf(matrixId) {
        const now = shown.get(matrixId);
        const seen = now === undefined ? null : { ...now, counts: counts.get(matrixId) === now.key };
        return Promise.resolve(seen);
      },
      acceptIdentity(matrixId, key) {
        const isIt = shown.get(matrixId)?.key === key;
        if (isIt) counts.set(matrixId, key);
        return Promise.resolve(isIt);
      },
    },
  };
}
