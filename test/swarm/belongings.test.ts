import { expect, test } from "vitest";
import { secretsOf } from "../../src/swarm/belongings.ts";
import type { Engine } from "../../src/swarm/engine/connect.ts";

test("a secret is its label's stack's, by Tandem's label or Docker's; without one its prefix says whose it is", async () => {
  const named = (Name: string, Labels?: Record<string, string>) => ({ ID: Name, Spec: { Name, Labels } });
  const secrets = [
    named("a_db_password_v1", { "tandem.stack": "a" }),
    named("a_b_key_v1", { "tandem.stack": "a" }),
    named("a_b_token_v1", { "tandem.stack": "a_b" }),
    named("a_config_v1", { "com.docker.stack.namespace": "a" }),
    named("a_from_abra_v1"),
    named("a_b_from_abra_v1"),
    named("other_v1"),
  ];
  const engine = {
    secrets: () => Promise.resolve(secrets),
    services: () => Promise.resolve([named("a_b_app", { "com.docker.stack.namespace": "a_b" })]),
  } as unknown as Engine;
  expect(await secretsOf(engine, "a")).toEqual([
    "a_b_key_v1",
    "a_config_v1",
    "a_db_password_v1",
    "a_from_abra_v1",
  ]);
  expect(await secretsOf(engine, "a_b")).toEqual(["a_b_from_abra_v1", "a_b_token_v1"]);
});
