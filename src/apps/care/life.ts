/** Restarts, and the end of an app. */
import { eq } from "drizzle-orm";
import type { Audit } from "../../audit/index.ts";
import type { AppDomain } from "../../core/terms.ts";
import { schema, type Db } from "../../db/index.ts";
import type { Ground } from "./reading.ts";
import type { AppLife } from "./types.ts";

/** Who is written down when nobody asked. */
const nobody = "schedule";

export function openLife({ db, audit, rows, servers }: Ground & { db: Db; audit: Audit }): AppLife {
  const swarmOf = (domain: AppDomain) => servers.swarmOf(rows.get(domain).server);
  return {
    async planRestart(domain, service) {
      return swarmOf(domain).planLive(rows.get(domain).stack, { restart: service });
    },
    async applyLive(domain, plan, { run, askedBy }) {
      const labels = { "tandem.run": run, ...(askedBy !== null && { "tandem.asked-by": askedBy }) };
      await swarmOf(domain).apply(plan, labels);
    },
    verdictLive: async (domain, plan, options) => swarmOf(domain).watch(plan, options),
    restoreLive: async (domain, plan) => swarmOf(domain).restore(plan.stack, plan.before, plan),
    async removeStack(domain, { unseen, signal }) {
      const { stack } = rows.get(domain);
      await swarmOf(domain).remove(stack, { volumes: true, secrets: true, unseen, signal });
    },
    forget(domain) {
      const { app, proposal, secretForm } = schema;
      db.tx(() => {
        db.orm.delete(app).where(eq(app.domain, domain)).run();
        db.orm.delete(proposal).where(eq(proposal.app, domain)).run();
        db.orm.delete(secretForm).where(eq(secretForm.app, domain)).run();
      });
    },
    note(domain, { id, askedBy }, what, details) {
      audit.append({ who: askedBy ?? nobody, what, subject: domain, details: { run: id, ...details } });
    },
  };
}
