import { describe, expect, test } from "vitest";
import { FakeClock } from "../../src/core/clock.ts";
import { lookAtCollective } from "../../src/collective/index.ts";
import { Secret } from "../../src/core/secret.ts";
import { apiUrl, openContractServer, type ContractServer } from "../contract/opencollective/server.ts";
import { coopSlug, coopToken, newState, type Fault } from "../contract/opencollective/state.ts";
import { codeOf } from "./house.ts";

const clock = new FakeClock(Date.parse("2026-11-27T09:00:00Z"));
const server = (): ContractServer => openContractServer(newState(), clock);

const look = ({ fetch }: ContractServer, token: string | undefined = coopToken, slug = coopSlug) =>
  lookAtCollective({ ...{ url: apiUrl, slug, clock, fetch }, token: new Secret(token) });

test("it answers, knows the account, and lets the co-op's token read it", async () => {
  const there = server();
  expect(await look(there)).toBe(
    "three-rivers holds EUR 6507.14; the token is of coop-bot and may read its transactions",
  );
  expect(there.state.requests).toEqual(["Balance", "WhoAmI", "OwnTransactions"]);
});

test("without a token of the co-op it says what that leaves out", async () => {
  const { fetch } = server();
  expect(await lookAtCollective({ url: apiUrl, slug: coopSlug, token: undefined, clock, fetch })).toBe(
    "three-rivers holds EUR 6507.14; without collective.tokenFile the books read nothing of it",
  );
});

describe("what is to be mended is named", () => {
  test("an account that is not there, a token that was revoked, one without the scope", async () => {
    const there = server();
    expect(await codeOf(() => look(there, coopToken, "four-rivers"))).toBe("collective-unreadable");
    expect(await codeOf(() => look(there, "a-token-of-nobody-0123456789"))).toBe("collective-token-refused");
    there.state.scopes.set(coopToken, ["expenses"]);
    expect(await codeOf(() => look(there))).toBe("collective-unreadable");
  });

  const faults: [Fault, string][] = [
    ["away", "collective-unreachable"],
    ["page", "collective-page"],
    ["busy", "collective-busy"],
    ["changed", "collective-changed"],
  ];
  test.for(faults)("%s", async ([fault, code]) => {
    const there = server();
    there.faults.next = (operation) => (operation === "OwnTransactions" ? fault : undefined);
    expect(await codeOf(() => look(there))).toBe(code);
  });
});
