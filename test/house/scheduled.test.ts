import { expect, test } from "vitest";
import { loadConfig } from "../../src/config.ts";
import { setSchedules, startedOtherwise } from "../../src/house/scheduled.ts";

function schedules(
  upgrades: object,
  backups: object = {},
  work: object = {},
  stripe: object = {},
  books: object = {},
  collective: object = {},
) {
  const set: string[] = [];
  const config = loadConfig({});
  setSchedules(
    {
      schedule: (name, cron, zone, make) => {
        expect(make()).toEqual({ workflow: name, input: {} });
        set.push(`${name}: ${cron} ${zone}`);
      },
    },
    {
      web: { ...config.web, timeZone: "Europe/Berlin" },
      upgrades: { ...config.upgrades, ...upgrades },
      backups: { ...config.backups, ...backups },
      work: { ...config.work, ...work },
      stripe: { ...config.stripe, ...stripe },
      books: { ...config.books, ...books },
      collective: { ...config.collective, ...collective },
    },
    () => undefined,
  );
  return set;
}

test("versions are watched every six hours, upgrades and backups begin with their windows, weekly looks are spread", () => {
  expect(schedules({})).toEqual([
    "watch-versions: 17 */6 * * * Europe/Berlin",
    "upgrade-by-policy: 0 2 * * * Europe/Berlin",
    "watch-images: 17 9 * * 1 Europe/Berlin",
    "backup-nightly: 0 1 * * * Europe/Berlin",
    "backup-late: 0 5 * * * Europe/Berlin",
    "check-repositories: 17 12 * * 0 Europe/Berlin",
    "drill-monthly: 17 6 * * * Europe/Berlin",
    "work-reminders: 17 0 27 * * Europe/Berlin",
  ]);
});

test("as the settings say", () => {
  expect(
    schedules(
      { everyHours: 24, window: "22:30-01:00", images: false },
      { window: "23:15-02:00", drills: false },
      { reminders: false },
    ),
  ).toEqual([
    "watch-versions: 17 */24 * * * Europe/Berlin",
    "upgrade-by-policy: 30 22 * * * Europe/Berlin",
    "backup-nightly: 15 23 * * * Europe/Berlin",
    "backup-late: 0 2 * * * Europe/Berlin",
    "check-repositories: 17 12 * * 0 Europe/Berlin",
  ]);
  expect(() => loadConfig({ TANDEM_UPGRADES_WINDOW: "2am" })).toThrow(
    expect.objectContaining({ code: "settings-wrong" }),
  );
});

test("with a key of Stripe: its events each hour, its money each night, reminders by day", () => {
  const before = schedules({}).length;
  expect(schedules({}, {}, {}, { secretKeyFile: "stripe.key" }).slice(before)).toEqual([
    "stripe-events: 17 * * * * Europe/Berlin",
    "stripe-books: 17 5 * * * Europe/Berlin",
    "billing-remind: 17 10 * * * Europe/Berlin",
  ]);
  const quiet = schedules({}, {}, {}, { secretKeyFile: "stripe.key", reminders: false });
  expect(quiet.at(-1)).toBe("stripe-books: 17 5 * * * Europe/Berlin");
});

test("with a repository for the journal: each morning what could not be kept before", () => {
  const before = schedules({}).length;
  const git = { path: "books", format: "hledger" };
  expect(schedules({}, {}, {}, {}, { git }).slice(before)).toEqual([
    "keep-journal: 17 6 * * * Europe/Berlin",
  ]);
});

test("with an account at Open Collective and a token for it: its ledger each hour", () => {
  const before = schedules({}).length;
  const added = (collective: object) => schedules({}, {}, {}, {}, {}, collective).slice(before);
  expect(added({ slug: "three-rivers", tokenFile: "oc.token" })).toEqual([
    "collective-books: 17 * * * * Europe/Berlin",
  ]);
  expect([added({ slug: "three-rivers" }), added({ tokenFile: "oc.token" })]).toEqual([[], []]);
  expect(startedOtherwise).toContain("collective-books");
});

test("what a schedule begins is known to discovery", () => {
  const git = { path: "books", format: "hledger" };
  const names = schedules({}, {}, {}, { secretKeyFile: "stripe.key" }, { git }).map(
    (line) => line.split(":")[0],
  );
  expect(startedOtherwise).toEqual(expect.arrayContaining(names));
});
