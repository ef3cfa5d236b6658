import { DeviceId, OlmMachine, UserId, type RequestType } from "@matrix-org/matrix-sdk-crypto-wasm";
import { expect, test } from "vitest";
import type { Pump } from "../../../src/chat/matrix/crypto/pump.ts";
import { acceptIdentity, seenIdentity } from "../../../src/chat/matrix/crypto/peoples-identity.ts";
import type { DurableStore } from "../../../src/chat/matrix/store/index.ts";

const bo = "@bo:example.coop";

/** What a homeserver says of somebody who has just set up cross-signing. */
async function newKeys(): Promise<object> {
  const theirs = await OlmMachine.initialize(new UserId(bo), new DeviceId("BO"));
  const { uploadSigningKeysRequest } = await theirs.bootstrapCrossSigning(true);
  const keys = JSON.parse(uploadSigningKeysRequest.body) as { master_key: object; self_signing_key: object };
  theirs.close();
  return {
    device_keys: {},
    master_keys: { [bo]: keys.master_key },
    self_signing_keys: { [bo]: keys.self_signing_key },
  };
}

test("a new identity counts once it is accepted by its key, and that is on disk", async () => {
  const machine = await OlmMachine.initialize(new UserId("@tandem:example.coop"), new DeviceId("TANDEM"));
  let shown = await newKeys();
  const pump = {
    send: (request: { id: string; type: RequestType }) =>
      machine.markRequestAsSent(request.id, request.type, JSON.stringify(shown)),
  } as unknown as Pump;
  let onDisk = (): Promise<void> => Promise.resolve();
  const store = { onDisk: () => onDisk() } as unknown as DurableStore;
  const accept = (key: string): Promise<boolean> =>
    acceptIdentity({ machine, store, pump }, { user: bo, key });

  const first = (await seenIdentity(machine, pump, bo)) ?? expect.fail("no identity is seen");
  expect(first.counts).toBe(true);
  shown = await newKeys();
  const second = (await seenIdentity(machine, pump, bo)) ?? expect.fail("no identity is seen");
  expect(second.key).not.toBe(first.key);

  onDisk = () => Promise.reject(new Error("no space left on device"));
  expect(await accept(first.key)).toBe(false);
  await expect(accept(second.key)).rejects.toThrow("no space left on device");
  const written = Promise.withResolvers<undefined>();
  onDisk = () => written.promise;
  let isAccepted = false;
  const accepting = accept(second.key).then((is) => (isAccepted = is));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(isAccepted).toBe(false);
  written.resolve(undefined);
  expect(await accepting).toBe(true);
  expect(await seenIdentity(machine, pump, bo)).toMatchObject({ key: second.key, counts: true });
  machine.close();
});
