import { openCare, type BackupCare } from "../backups/index.ts";
import type { Message } from "../chat/message.ts";
import type { Engine } from "../workflow/index.ts";
import type { Rooms } from "./start-house.ts";
import { versionOf } from "./version.ts";

type Ground = Pick<
  Rooms,
  "options" | "db" | "clock" | "audit" | "apps" | "servers" | "people" | "turns" | "outbox" | "transport"
>;

/** Of `backup-nightly`. */
const nightLock = "backups of the night";

/** Opens what is around single backups, with what it needs of the engine and of the rooms. */
export function careFor(ground: Ground, engine: Pick<Engine, "list">): BackupCare {
  const { options, outbox, transport } = ground;
  const { backups: settings, web, dataDir, file, root } = options.config;
  const postIn = (room: string | undefined) =>
    room === undefined
      ? undefined
      : (key: string, message: Message): void => outbox.post({ kind: "message", key, room, message });
  return openCare({
    ...ground,
    settings,
    timeZone: web.timeZone,
    isBusy: (domain) => engine.list({ open: true, lock: `app ${domain}` }).length > 0,
    nightSince() {
      const begun = engine.list({ open: true, lock: nightLock }).map(({ createdAt }) => createdAt);
      return begun.length === 0 ? null : Math.min(...begun);
    },
    post: postIn(settings.room ?? options.defaultRoom),
    postToOperators: postIn(options.operatorsRoom),
    self: {
      settingsFile: file,
      root,
      dataDir,
      folders: settings.selfFolders,
      version: versionOf(),
      identity: async () => (await transport?.exportIdentity?.()) ?? null,
    },
  });
}
