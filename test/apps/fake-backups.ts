/** Backups as commands about apps see them: nobody takes any, unless a test says which app is red. */
import type { Apps } from "../../src/apps/index.ts";
import type { BackupCare, Backups, Freshness } from "../../src/backups/index.ts";
import type { Trades } from "../../src/workflow/index.ts";

export function fakeBackups(apps: Pick<Apps, "list">, red: string[] = []): Trades["backups"] {
  const freshness = (app: Freshness["app"]): Freshness =>
    red.includes(app)
      ? { app, state: "red", newestAt: null, words: "no proven backup" }
      : { app, state: "none", newestAt: null, words: "not backed up: there is no repository for it" };
  const fake: Pick<BackupCare, "freshness" | "freshnessOfAll"> & Pick<Backups, "drillWords"> = {
    freshness,
    drillWords: ({ app }) =>
      red.includes(app)
        ? ["There is no backup of it yet that could be restored."]
        : ["It is not backed up, so there is nothing to restore."],
    freshnessOfAll: () => apps.list().map(({ domain }) => freshness(domain)),
  };
  return fake as Trades["backups"];
}
