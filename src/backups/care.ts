/** Everything around single backups: when they are due, whether each app is safe, what is kept, Tandem itself. */
import type { App, Apps } from "../apps/index.ts";
import type { Audit } from "../audit/index.ts";
import type { Message } from "../chat/message.ts";
import type { Clock } from "../core/clock.ts";
import type { RepositoryName } from "../core/backup-terms.ts";
import { backupIsGone } from "../core/problems/backup-care.ts";
import type { AppDomain } from "../core/terms.ts";
import { minuteOfDay, readWindow } from "../core/window.ts";
import type { Db } from "../db/index.ts";
import type { People } from "../people/index.ts";
import type { Servers } from "../servers/index.ts";
import { freshnessOf, type Freshness } from "./freshness.ts";
import { planNight, type NightApp, type NightEntry } from "./nightly.ts";
import { openOverseeing, type Overseeing } from "./overseeing.ts";
import { openPolicy, openPolicySetting, type PolicySetting } from "./policy.ts";
import { openRecords } from "./records.ts";
import { openRepositories } from "./repositories.ts";
import { openRemoving, type Removing } from "./removing.ts";
import { openRetention, type Retention } from "./retention.ts";
import { openSelf, type Self } from "./self/take-self.ts";
import type { SelfParts } from "./self/gather.ts";
import type { Turns } from "./turns.ts";
import type { Backup, BackupSettings } from "./types.ts";
import { lookWhatIsDeployed } from "./undeployed.ts";

/** What must be known before a backup is removed for good. JSON. */
export interface BeforeForgetting {
  app: AppDomain;
  repository: string;
  state: Backup["state"];
  /** What it consists of in the repository. */
  snapshots: string[];
  takenAt: string;
  /** There is no other proven one of this app. */
  isOnlyProven: boolean;
  /** When the newest other proven one was taken. */
  newestOther: string | null;
}

export interface BackupCare extends PolicySetting, Retention, Removing, Self, Overseeing {
  /** What is to be backed up from now until the window opens next, in lanes that go side by side. */
  planNight(): NightEntry[][];
  /** How long it is until then, ms; negative when it is over. */
  msUntil(atMs: number): number;
  /**
   * Whether an app's turn can be taken now: `busy` while a run works on it or asks about it, `gone` when its policy has
   * changed meanwhile or nothing of it runs.
   */
  lookBefore(app: AppDomain): Promise<"go" | "busy" | "gone">;
  /** The newest backup of an app, however it ended. */
  newestOf(app: AppDomain): Pick<Backup, "id" | "state" | "reason" | "startedAt">;
  /** Repositories into which an app's policy leads, or Tandem's own backup. */
  repositoriesInUse(): RepositoryName[];
  /** Throws `backup-unknown` and `backup-is-gone`. */
  beforeForgetting(id: string): BeforeForgetting;
  /** Whether the data of an app, or of every app, is safe. Reads the database only. */
  freshness(app: AppDomain): Freshness;
  freshnessOfAll(): Freshness[];
  /**
   * Says something in the room for notices about backups, once per key; `rings` calls the maintainers. Where there is
   * no room, what rings is said to the operators in theirs.
   */
  tellRoom(key: string, message: Message, options?: { rings?: boolean }): void;
}

export interface CareOptions {
  db: Db;
  clock: Clock;
  audit: Audit;
  apps: Pick<Apps, "get" | "list" | "services">;
  servers: Pick<Servers, "list" | "swarmOf">;
  people: Pick<People, "withRole">;
  turns: Turns;
  settings: BackupSettings & { selfRepository?: string | undefined };
  timeZone: string;
  /** Whether a run has the app in its hands, or waits for it. */
  isBusy: (app: AppDomain) => boolean;
  /** When the night began that is under way, ms; null: none is. */
  nightSince: () => number | null;
  /** Says something, once per key; joins the open transaction. Undefined: there is no room for it. */
  post: ((key: string, message: Message) => void) | undefined;
  /** The same in the operators' room. */
  postToOperators: ((key: string, message: Message) => void) | undefined;
  self: Omit<SelfParts, "db" | "clock">;
}

const minuteMs = 60_000;

export function openCare(options: CareOptions): BackupCare {
  const { db, clock, audit, apps, servers, turns, settings, self } = options;
  const records = openRecords(options);
  const repositories = openRepositories(options);
  const { policyOf } = openPolicy({ db, settings });
  const shared = { db, clock, audit, records, repositories, policyOf, apps };
  const { keepDaily: daily, keepWeekly: weekly, keepMonthly: monthly } = settings;
  const repository = settings.selfRepository ?? settings.repository;
  const selfParts = { ...self, db, clock, turns, repositories, repository };
  const ground = { ...options, ...shared, repository };
  const ourselves = openSelf({ ...selfParts, keep: { daily, weekly, monthly } });
  const nights = openNights(ground);
  return {
    ...openPolicySetting(shared),
    ...openRetention({ ...shared, servers, turns, image: settings.image }),
    ...openRemoving(ground),
    ...ourselves,
    ...nights,
    ...openLooks(ground),
    ...openOverseeing({ ...ground, ...ourselves, ...nights }),
    tellRoom(key, message, { rings = false } = {}) {
      const { post, postToOperators, people } = options;
      const role = post === undefined ? "operator" : "maintainer";
      const mentions = people.withRole(role).flatMap(({ matrixIds }) => matrixIds);
      if (rings) (post ?? postToOperators)?.(key, { ...message, mentions });
      else post?.(key, message);
    },
  };
}

type Ground = CareOptions & {
  records: ReturnType<typeof openRecords>;
  repositories: ReturnType<typeof openRepositories>;
  policyOf: ReturnType<typeof openPolicy>["policyOf"];
  repository: string | undefined;
};

function openNights(
  ground: Ground,
): Pick<BackupCare, "planNight" | "msUntil" | "lookBefore" | "repositoriesInUse"> {
  const { apps, clock, records, policyOf, settings, timeZone, isBusy, repositories } = ground;
  return {
    planNight() {
      const nowMs = clock.now();
      const due = apps.list().flatMap((app): NightApp[] => {
        const { repository, mode, window } = policyOf(app.domain);
        if (repository === null || mode === "off") return [];
        const there = records
          .list(app.domain)
          .find(({ state }) => state === "proven" || state === "doubtful");
        return [
          { app: app.domain, server: app.server, repository, window, lastAt: there?.startedAt ?? null },
        ];
      });
      const untilMs = nextOpening(settings.window, nowMs, timeZone);
      return planNight(due, { nowMs, untilMs, timeZone });
    },
    msUntil: (atMs) => atMs - clock.now(),
    async lookBefore(domain) {
      const app = apps.list().find((one) => one.domain === domain);
      if (app === undefined) return "gone";
      const { repository, mode } = policyOf(domain);
      if (repository === null || mode === "off") return "gone";
      if (isBusy(domain)) return "busy";
      // Whether its server answers is for the backup to say; only one that says "nothing runs" is left out.
      const running = await apps.services(domain).then(
        (services) => services.length > 0,
        () => true,
      );
      return running ? "go" : "gone";
    },
    repositoriesInUse() {
      const names = apps.list().map(({ domain }) => policyOf(domain).repository);
      const known = new Set(repositories.list().map(({ name }) => name));
      return [...new Set([...names, ground.repository])].filter(
        (name): name is RepositoryName => name != null && known.has(name),
      );
    },
  };
}

/** When the window of the settings opens next, ms since 1970. */
function nextOpening(text: string, nowMs: number, timeZone: string): number {
  const { from } = readWindow(text) ?? { from: 0 };
  const wait = (from - minuteOfDay(nowMs, timeZone) + 1440) % 1440 || 1440;
  return nowMs + wait * minuteMs;
}

function openLooks(
  ground: Ground,
): Pick<BackupCare, "newestOf" | "beforeForgetting" | "freshness" | "freshnessOfAll"> {
  const { clock, apps, records, policyOf } = ground;
  const look = (
    { domain }: Pick<App, "domain">,
    deployed: ReturnType<typeof lookWhatIsDeployed>,
  ): Freshness =>
    freshnessOf(
      { domain },
      {
        policy: policyOf(domain),
        newestAt: records.newestProven(domain)?.startedAt ?? null,
        deployed: deployed(domain),
        nowMs: clock.now(),
      },
    );
  return {
    newestOf(app) {
      const [newest] = records.list(app);
      if (newest === undefined) throw new Error(`${app} was backed up, and no row says so`);
      const { id, state, reason, startedAt } = newest;
      return { id, state, reason, startedAt };
    },
    beforeForgetting(id) {
      const { app, repository, state, startedAt, snapshots } = records.get(id);
      if ((state !== "proven" && state !== "doubtful") || snapshots.length === 0) {
        throw backupIsGone({ backup: id, state });
      }
      const other = records.list(app).find((one) => one.id !== id && one.state === "proven");
      const isOnlyProven = state === "proven" && other === undefined;
      return {
        app,
        repository,
        state,
        snapshots: snapshots.map((part) => part.id),
        takenAt: startedAt,
        isOnlyProven,
        newestOther: other?.startedAt ?? null,
      };
    },
    freshness: (app) => look(apps.get(app), lookWhatIsDeployed(ground)),
    freshnessOfAll() {
      const deployed = lookWhatIsDeployed(ground);
      return apps.list().map((app) => look(app, deployed));
    },
  };
}
