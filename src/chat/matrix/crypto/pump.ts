import { setTimeout as sleep } from "node:timers/promises";
import { RequestType, type OlmMachine } from "@matrix-org/matrix-sdk-crypto-wasm";
import { path, type Api } from "../api.ts";
import type { DurableStore } from "../store/index.ts";

/** A request that the crypto machine wants made, whatever its kind. */
export interface CryptoRequest {
  id?: string | undefined;
  type: RequestType;
  body: string;
}

/** Carries the crypto machine's requests to the homeserver and its answers back. */
export interface Pump {
  /**
   * Makes everything that the machine wants made. Calls that come meanwhile share the round. While keys are taken in,
   * key queries only: the rest has to be on disk before it leaves, and is made by the next round.
   */
  run(): Promise<void>;
  send(request: CryptoRequest): Promise<void>;
  /** Keeps running until `work` is done: the machine may wait (5 s per device) for a query that only we can make. */
  alongside<T>(work: Promise<T>): Promise<T>;
}

/** How long the machine may work alone before it is looked whether it waits for us, and how often then, ms. */
const lookEveryMs = 20;

export function openPump(machine: OlmMachine, store: DurableStore, api: Api): Pump {
  let running: Promise<void> | undefined;
  /** Counts what was asked for, so that a round begins again when something was asked while it ran. */
  let asked = 0;

  const round = async (): Promise<void> => {
    for (let begun = -1; begun !== asked;) {
      begun = asked;
      const requests = (await machine.outgoingRequests()) as unknown as CryptoRequest[];
      const queriesFirst = requests.sort(
        (a, b) => Number(b.type === RequestType.KeysQuery) - Number(a.type === RequestType.KeysQuery),
      );
      for (const request of queriesFirst)
        if (request.type === RequestType.KeysQuery || !store.isHolding()) await send(request);
    }
  };

  const run = (): Promise<void> => {
    asked++;
    running ??= round().finally(() => (running = undefined));
    return running;
  };

  const send = async (request: CryptoRequest): Promise<void> => {
    // What others are told of keys must outlive us. A query tells nothing, and who takes in keys may wait for it.
    if (request.type !== RequestType.KeysQuery) await store.onDisk();
    const answer = await make(api, request);
    if (request.id !== undefined)
      await machine.markRequestAsSent(request.id, request.type, JSON.stringify(answer ?? {}));
  };

  return {
    run,
    send,
    async alongside(work) {
      const working = new Set([work]);
      const over = work.finally(() => working.clear());
      const looking = (async () => {
        await Promise.race([sleep(lookEveryMs), over.catch(toldElsewhere)]);
        while (working.size > 0) {
          await run().catch(toldElsewhere);
          await sleep(lookEveryMs);
        }
      })();
      const result = await over;
      await looking;
      return result;
    },
  };
}

function toldElsewhere(): void {
  // `work` fails for whoever waits for it; a request that fails here is made, and fails, again where it matters.
}

async function make(api: Api, request: CryptoRequest): Promise<unknown> {
  const body = JSON.parse(request.body) as object;
  switch (request.type) {
    case RequestType.KeysUpload:
      return api.call("POST", "/_matrix/client/v3/keys/upload", { body });
    case RequestType.KeysQuery:
      return api.call("POST", "/_matrix/client/v3/keys/query", { body });
    case RequestType.KeysClaim:
      return api.call("POST", "/_matrix/client/v3/keys/claim", { body });
    case RequestType.SignatureUpload:
      return api.call("POST", "/_matrix/client/v3/keys/signatures/upload", { body });
    case RequestType.ToDevice: {
      const { event_type: type, txn_id: txn } = request as CryptoRequest & {
        event_type: string;
        txn_id: string;
      };
      return api.call("PUT", path`/_matrix/client/v3/sendToDevice/${type}/${txn}`, { body });
    }
    case RequestType.RoomMessage: {
      const message = request as CryptoRequest & { room_id: string; event_type: string; txn_id: string };
      const { room_id: room, event_type: type, txn_id: txn } = message;
      return api.call("PUT", path`/_matrix/client/v3/rooms/${room}/send/${type}/${txn}`, { body });
    }
    case RequestType.KeysBackup:
      throw new Error("the machine asked for a key backup, which is never switched on");
  }
}
