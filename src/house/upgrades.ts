import type { Approvals } from "../approvals/index.ts";
import type { BackupCare } from "../backups/index.ts";
import { readWindow } from "../core/window.ts";
import { openRegistries } from "../registries/index.ts";
import { openUpgrades, type Upgrades } from "../upgrades/index.ts";
import type { Engine } from "../workflow/index.ts";
import type { Rooms } from "./start-house.ts";

type Ground = Pick<Rooms, "options" | "db" | "clock" | "apps" | "recipes" | "people" | "outbox">;

/** Who acts when a question is taken back because time has passed it. */
const ourselves = "tandem";

/** Opens the upgrades with what they need of the engine and of the rooms. */
export function upgradesFor(
  { options, db, clock, apps, recipes, people, outbox }: Ground,
  engine: Pick<Engine, "start" | "show" | "cancel" | "list">,
  approvals: Pick<Approvals, "ofRun">,
  care: Pick<BackupCare, "freshness">,
): Upgrades {
  const { upgrades, web } = options.config;
  return openUpgrades({
    ...{ db, clock, apps, recipes, people },
    backupOf: (domain) => care.freshness(domain),
    registries: openRegistries({ db, clock }),
    // The schema has refused every other text.
    window: readWindow(upgrades.window) ?? { from: 0, until: 1440 },
    timeZone: web.timeZone,
    pauseMinutes: upgrades.pauseMinutes,
    defaultRoom: options.defaultRoom,
    noticesRoom: upgrades.room ?? options.defaultRoom,
    isBusy: (domain) => engine.list({ open: true, lock: `app ${domain}` }).length > 0,
    post: (room, key, message) => outbox.post({ kind: "message", key, room, message }),
    runs: {
      propose: ({ app, from, to }, key, room) => {
        const place = room === null ? null : { room };
        return engine.start("propose-upgrade", { app, from, to }, { key, askedBy: null, place }).runId;
      },
      isOpen: (run) => engine.show(run)?.finishedAt === null && isStillAsked(approvals, run),
      cancel: (run, why) => engine.cancel(run, ourselves, why),
    },
  });
}

/** Until it was agreed to: what is being carried out is not taken back because something newer has come. */
function isStillAsked(approvals: Pick<Approvals, "ofRun">, run: string): boolean {
  const states = approvals.ofRun(run).map(({ status }) => status);
  return states.includes("open") || !states.includes("approved");
}
