import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { readLabels } from "../../src/backups/labels.ts";

const one = (labels: Record<string, string>, service = "app") => ({ service, labels });

describe("the label specification", () => {
  test("all volumes unless one is left out, paths narrow one, hooks are of their services", () => {
    const read = readLabels([
      one({
        "backupbot.backup": "true",
        "backupbot.backup.volumes.cache": "false",
        "backupbot.backup.volumes.db-data.path": "backup.sql, /extra/",
        "traefik.enable": "true",
      }),
      one(
        {
          "backupbot.backup.pre-hook": "/pg_backup.sh backup",
          "backupbot.backup.post-hook": "rm /backup.sql",
          "backupbot.restore.pre-hook": "true",
          "backupbot.restore.post-hook": "/pg_backup.sh restore",
        },
        "db",
      ),
    ]);
    expect(read).toEqual({
      isEnabled: true,
      volumes: {
        cache: { include: false, paths: null },
        "db-data": { include: true, paths: ["backup.sql", "extra"] },
      },
      containerPaths: [],
      preHooks: [{ service: "db", command: "/pg_backup.sh backup" }],
      postHooks: [{ service: "db", command: "rm /backup.sql" }],
      restorePreHooks: [{ service: "db", command: "true" }],
      restorePostHooks: [{ service: "db", command: "/pg_backup.sh restore" }],
      warnings: [],
    });
  });

  test("a label on two services (bonfire) counts once, and is warned of", () => {
    const read = readLabels([one({ "backupbot.backup": "true" }), one({ "backupbot.backup": "true" }, "db")]);
    expect(read.isEnabled).toBe(true);
    expect(read.warnings).toEqual([expect.stringContaining("on 2 services (app, db)")]);
  });

  test("labels that no specification knows (llamenos) are named", () => {
    const read = readLabels([
      one({
        "backupbot.backup": "true",
        "backupbot.backup.command": "pg_dump",
        "backupbot.backup.volume.x": "false",
      }),
    ]);
    expect(read.warnings).toHaveLength(2);
    expect(read.warnings[0]).toContain("backupbot.backup.command");
    expect(read.warnings[1]).toContain("backupbot.backup.volume.x");
  });

  test("labels under a wrong key are named", () => {
    const read = readLabels([one({ "backupbot.backup": "true", "backup-bot.pre-hook": "dump" })]);
    expect(read.warnings).toEqual([expect.stringContaining("backup-bot.pre-hook")]);
    expect(read.preHooks).toEqual([]);
  });

  test("labels of containers are not read, and that is said with the place where they belong", () => {
    const labels = { "backupbot.backup": "true" };
    const containerLabels = {
      "backupbot.backup": "true",
      "backupbot.backup.pre-hook": "dump",
      "backupbot.restore.post-hook": "read",
      "com.docker.stack.namespace": "notes",
    };
    const read = readLabels([{ ...one(labels), containerLabels }]);
    expect([read.preHooks, read.restorePostHooks]).toEqual([[], []]);
    expect(read.warnings).toEqual([
      "app has labels for backups under labels (backupbot.backup.pre-hook, backupbot.restore.post-hook), where they " +
        "are not read: what they ask for is not done. In the recipe they belong under deploy.labels of app.",
    ]);
    expect(readLabels([{ ...one(labels), containerLabels: labels }]).warnings).toEqual([]);
  });

  test("v1's path is a path in the container, beside the volumes", () => {
    const read = readLabels([
      one({ "backupbot.backup": "true", "backupbot.backup.path": "/tmp/a,/tmp/b,relative" }),
    ]);
    expect(read.containerPaths.map(({ path }) => path)).toEqual(["/tmp/a", "/tmp/b"]);
    expect(read.warnings.join()).toContain("“relative”");
  });

  test("a path that leads out of its volume is left out", () => {
    const read = readLabels([
      one({ "backupbot.backup": "true", "backupbot.backup.volumes.data.path": "../../etc/shadow,ok/./here" }),
    ]);
    expect(read.volumes).toEqual({ data: { include: true, paths: ["ok/here"] } });
    expect(read.warnings.join()).toContain("leads out of the volume");
  });

  test("no label at all, and one that says false, are read", () => {
    expect(readLabels([one({})]).isEnabled).toBe(false);
    const off = readLabels([one({ "backupbot.backup": "false" })]);
    expect([off.isEnabled, off.warnings.length]).toEqual([false, 1]);
  });
});

test("any labels give a reading", () => {
  const key = fc.oneof(
    fc.string(),
    fc.constantFrom(
      "backupbot.backup",
      "backupbot.backup.path",
      "backupbot.restore",
      "backupbot.backup.pre-hook",
    ),
    fc.string().map((name) => `backupbot.backup.volumes.${name}`),
    fc.string().map((name) => `backupbot.backup.volumes.${name}.path`),
    fc.constantFrom("__proto__", "constructor").map((name) => `backupbot.backup.volumes.${name}.path`),
  );
  const labels = fc.dictionary(key, fc.oneof(fc.string(), fc.constantFrom("true", "false", "a,b", "../x")));
  const services = fc.array(fc.record({ service: fc.string(), labels }), { maxLength: 4 });
  fc.assert(
    fc.property(services, (all) => {
      const read = readLabels(all);
      for (const { paths } of Object.values(read.volumes)) {
        expect(paths === null || paths.length > 0).toBe(true);
        for (const inside of paths ?? []) {
          expect(inside.split("/")).not.toContain("..");
          expect(inside.startsWith("/")).toBe(false);
        }
      }
      for (const hook of read.preHooks) expect(hook.command.trim()).not.toBe("");
      expect(JSON.parse(JSON.stringify(read))).toEqual({ ...read, volumes: { ...read.volumes } });
    }),
    { numRuns: 500 },
  );
});

const recipes = path.join(import.meta.dirname, "../../../shared/data/recipes");
const names = readRecipes();

test.skipIf(names.length === 0)("public recipes are read", () => {
  for (const name of names) {
    const compose = parse(readFileSync(path.join(recipes, name, "compose.yml"), "utf8"), { merge: true }) as {
      services: Record<string, { deploy?: { labels?: string[] | Record<string, string> } }>;
    };
    const services = Object.entries(compose.services).map(([service, { deploy }]) => {
      const raw = deploy?.labels ?? [];
      const list = Array.isArray(raw) ? raw : Object.entries(raw).map(([key, value]) => `${key}=${value}`);
      return one(
        Object.fromEntries(list.map((text) => text.split(/=(.*)/s).slice(0, 2) as [string, string])),
        service,
      );
    });
    expect(() => readLabels(services), name).not.toThrow();
  }
});

function readRecipes(): string[] {
  try {
    return readdirSync(recipes).filter((name) =>
      readdirSync(path.join(recipes, name)).includes("compose.yml"),
    );
  } catch {
    return [];
  }
}
