/** Whether an app is on a server, by what was written down: nothing new can be backed up of one that is not. */
import type { AppDomain } from "../core/terms.ts";
import type { Db } from "../db/index.ts";
import type { BackupRecords } from "./types.ts";

/** `before`: it was taken off its server. `never`: it was never on one, as far as anybody knows. */
export type Deployed = "now" | "before" | "never";

/**
 * Looks into the audit once and answers for every app. One that was backed up since it was taken off is back, by
 * whatever means: its data counts as live. Reads the database only.
 */
export function lookWhatIsDeployed({
  db,
  records,
}: {
  db: Db;
  records: Pick<BackupRecords, "list">;
}): (app: AppDomain) => Deployed {
  const lastSaid = db.sqlite
    .prepare<[], { subject: string; what: string; at: string; n: number }>(
      `select subject, what, at, max(n) as n from audit
       where what in ('app.undeployed', 'app.adopted')
          or (what = 'app.deployed' and json_extract(details, '$.outcome') = 'converged')
       group by subject`,
    )
    .all();
  const last = new Map(lastSaid.map((said) => [said.subject, said]));
  return (app) => {
    const said = last.get(app);
    if (said !== undefined && said.what !== "app.undeployed") return "now";
    const since = said?.at ?? "";
    const isBack = records
      .list(app)
      .some(({ state, startedAt }) => (state === "proven" || state === "doubtful") && startedAt > since);
    if (isBack) return "now";
    return said === undefined ? "never" : "before";
  };
}
