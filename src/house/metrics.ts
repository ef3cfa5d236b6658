import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { BackupCare } from "../backups/index.ts";
import type { DurableInbox } from "../chat/inbox.ts";
import type { OutboxQueue } from "../chat/outbox.ts";
import type { Transport } from "../chat/transport.ts";
import { durationMs, type Clock } from "../core/clock.ts";
import type { Engine } from "../workflow/index.ts";

export interface MetricsParts {
  care: Pick<BackupCare, "freshnessOfAll" | "careStates">;
  engine: Pick<Engine, "stats" | "finished">;
  inbox: Pick<DurableInbox, "waiting" | "setAside">;
  outbox: Pick<OutboxQueue, "depth" | "refusedSince">;
  transport: Transport | null;
  clock: Clock;
}

/** What /metrics shows. Everything is read when it is asked for; nothing is counted beside the records. */
export function openMetrics({ engine, inbox, outbox, transport, clock, care }: MetricsParts): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const gauge = (name: string, help: string, read: () => number): void => {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  };
  gauge("tandem_runs_open", "Runs that have not ended.", () => engine.stats().open);
  gauge("tandem_runs_stranded", "Runs that cannot go on.", () => engine.stats().stranded);
  gauge("tandem_steps_in_flight", "Steps whose work is under way.", () => engine.stats().stepsInFlight);
  gauge("tandem_inbox_waiting", "Events heard and not handled yet.", () => inbox.waiting());
  gauge("tandem_inbox_set_aside", "Events given up.", () => inbox.setAside().length);
  gauge("tandem_outbox_depth", "Messages waiting to be sent.", () => outbox.depth());
  gauge("tandem_outbox_refused", "Messages of the last day that the homeserver refused.", () =>
    outbox.refusedSince(clock.now() - durationMs("1d")),
  );
  gauge(
    "tandem_apps_without_fresh_backup",
    "Deployed apps that have no proven backup of the last 26 hours.",
    () => care.freshnessOfAll().filter(({ state }) => state === "red").length,
  );
  gauge(
    "tandem_backup_care_overdue",
    "Of Tandem's own backup, forgetting and checks of repositories: how many failed last or are overdue.",
    () => care.careStates().filter(({ state }) => state === "red").length,
  );
  if (transport !== null) {
    gauge("tandem_chat_connected", "1 while the transport is connected.", () =>
      transport.health().connected ? 1 : 0,
    );
    gauge("tandem_chat_sync_age_seconds", "Seconds since the last sync; -1 before the first.", () => {
      const last = transport.health().lastSyncAt;
      return last === null ? -1 : (clock.now() - last) / 1000;
    });
  }
  new Gauge({
    name: "tandem_runs_finished",
    help: "Runs that ended, by how.",
    labelNames: ["status"],
    registers: [registry],
    collect() {
      for (const [status, count] of Object.entries(engine.finished())) this.set({ status }, count);
    },
  });
  return registry;
}
