import { eq } from "drizzle-orm";
import type { Audit } from "../audit/index.ts";
import { schema, type Db } from "../db/index.ts";
import type { Rows } from "./rows.ts";
import type { Apps } from "./types.ts";

/** Which upgrades of an app happen by themselves. */
export function openPolicy({
  db,
  audit,
  rows,
}: {
  db: Db;
  audit: Audit;
  rows: Pick<Rows, "get">;
}): Pick<Apps, "setPolicy"> {
  const { app } = schema;
  return {
    setPolicy: (who, domain, policy) =>
      db.tx(() => {
        const { policy: before } = rows.get(domain);
        db.orm.update(app).set({ policy }).where(eq(app.domain, domain)).run();
        audit.append({ who, what: "app.policy", subject: domain, details: { from: before, to: policy } });
      }),
  };
}
