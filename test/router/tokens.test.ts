import { beforeEach, describe, expect, test } from "vitest";
import { MatrixId, MemberName } from "../../src/core/terms.ts";
import { openHouse, type TestHouse } from "./house.ts";

let house: TestHouse;
beforeEach(() => {
  house = openHouse(new Map());
});
const tokenIn = (link: string): string => new URL(link).searchParams.get("token") ?? "";
const everything = (): string =>
  JSON.stringify(
    ["sign_in_link", "api_token", "audit"].map((t) => house.db.sqlite.prepare(`select * from ${t}`).all()),
  );

describe("sign-in links", () => {
  test("sign in once, within 5 minutes", async () => {
    const link = house.tokens.signInLink("bo", "verified");
    expect(link).toMatch(/^https:\/\/tandem\.example\.coop\/sign-in\?token=[\w-]{43}$/);
    await house.clock.turn(5 * 60_000 - 1);
    expect(house.tokens.spendSignInLink(tokenIn(link))).toEqual({ member: "bo", verified: true });
    expect(house.tokens.spendSignInLink(tokenIn(link))).toBeUndefined();
  });

  test("tell how sure it was who asked for them", () => {
    for (const trust of ["unverified", "clear"] as const) {
      const link = house.tokens.signInLink("bo", trust);
      expect(house.tokens.spendSignInLink(tokenIn(link))).toEqual({ member: "bo", verified: false });
    }
  });

  test("that are old, made up or empty open nothing", async () => {
    const link = house.tokens.signInLink("bo", "verified");
    await house.clock.turn(5 * 60_000);
    expect(house.tokens.spendSignInLink(tokenIn(link))).toBeUndefined();
    expect(house.tokens.spendSignInLink("x".repeat(43))).toBeUndefined();
    expect(house.tokens.spendSignInLink("")).toBeUndefined();
  });

  test("are kept as hashes and written down", () => {
    const token = tokenIn(house.tokens.signInLink("bo", "verified"));
    house.tokens.spendSignInLink(token);
    expect(everything()).not.toContain(token);
    expect(house.audit.list({ limit: 2 }).map((row) => `${row.who} ${row.what}`)).toEqual([
      "bo sign-in-link.spent",
      "bo sign-in-link.made",
    ]);
  });
});

describe("bearer tokens", () => {
  test("stand for their member until they are revoked", () => {
    const token = house.tokens.createApiToken("bo", "script");
    expect(token).toMatch(/^tdm_[\w-]{43}$/);
    expect(house.tokens.memberOfApiToken(token)).toBe("bo");
    expect(house.tokens.memberOfApiToken(`${token}x`)).toBeUndefined();
    expect(everything()).not.toContain(token);
    expect(() => house.tokens.revokeApiToken("mia", "script")).toThrow(
      expect.objectContaining({ code: "token-unknown" }),
    );
    house.tokens.revokeApiToken("bo", "script");
    expect(house.tokens.memberOfApiToken(token)).toBeUndefined();
    expect(house.tokens.listApiTokens("bo")).toEqual([]);
    const second = house.tokens.createApiToken("bo", "script");
    expect(house.tokens.memberOfApiToken(second)).toBe("bo");
  });

  test("have one name each, and there are 20 at most", () => {
    house.tokens.createApiToken("bo", "script");
    expect(() => house.tokens.createApiToken("bo", "script")).toThrow(
      expect.objectContaining({ code: "token-label-taken" }),
    );
    house.tokens.createApiToken("mia", "script");
    for (let i = 1; i < 20; i++) house.tokens.createApiToken("bo", `t${i}`);
    expect(() => house.tokens.createApiToken("bo", "t20")).toThrow(
      expect.objectContaining({ code: "too-many-tokens" }),
    );
  });

  test("know when they were last used, to the minute", async () => {
    const token = house.tokens.createApiToken("bo", "script");
    const made = house.clock.now();
    expect(house.tokens.listApiTokens("bo")).toEqual([{ label: "script", createdAt: made, usedAt: null }]);
    house.tokens.memberOfApiToken(token);
    await house.clock.turn(59_000);
    house.tokens.memberOfApiToken(token);
    expect(house.tokens.listApiTokens("bo")[0]?.usedAt).toBe(made);
    await house.clock.turn(1000);
    house.tokens.memberOfApiToken(token);
    expect(house.tokens.listApiTokens("bo")[0]?.usedAt).toBe(made + 60_000);
  });
});

test("what a removed member left behind opens nothing; a changed role leaves it alone", () => {
  const link = house.tokens.signInLink("bo", "verified");
  const token = house.tokens.createApiToken("bo", "script");
  const bo = MemberName.parse("bo");
  house.people.link("ana", bo, MatrixId.parse("@bo2:a.coop"));
  expect(house.tokens.memberOfApiToken(token)).toBe("bo");
  house.people.remove("ana", bo);
  expect(house.tokens.memberOfApiToken(token)).toBeUndefined();
  expect(house.tokens.spendSignInLink(tokenIn(link))).toBeUndefined();
});
