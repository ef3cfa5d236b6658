import { openCare, type BackupCare } from "../backups/index.ts";
import type { Engine } from "../workflow/index.ts";
import type { Rooms } from "./start-house.ts";
import { versionOf } from "./version.ts";

type Ground = Pick<
  Rooms,
  "options" | "db" | "clock" | "audit" | "apps" | "servers" | "people" | "turns" | "outbox" | "transport"
>;

/** Opens what is around single backups, with what it needs of the engine and of the rooms. */
export function careFor(ground: Ground, engine: Pick<Engine, "list">): BackupCare {
  const { options, outbox, transport } = ground;
  const { backups: settings, web, dataDir, file, root } = options.config;
  const room = settings.room ?? options.defaultRoom;
  return openCare({
    ...ground,
    settings,
    timeZone: web.timeZone,
    isBusy: (domain) => engine.list({ open: true, lock: `app ${domain}` }).length > 0,
    post:
      room === undefined ? undefined : (key, message) => outbox.post({ kind: "message", key, room, message }),
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
