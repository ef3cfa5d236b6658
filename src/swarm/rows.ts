import { stackUnknown } from "../core/problems/swarm.ts";
import { redact } from "../core/secret.ts";
import { isCronjob } from "./cronjob.ts";
import type { Engine } from "./engine/connect.ts";
import { logLines } from "./engine/logs.ts";
import { lookAt, wantedOf } from "./look.ts";
import { namespaceLabel, shortName } from "./plan/rendered.ts";
import type { ServiceRow, TaskRow } from "./types.ts";
import { isRunning } from "./verdict/signs.ts";

const linesByDefault = 50;

/**
 * One row per service, by name. `wanted` is null where a count says nothing: one on every server, or the runs of a
 * cron job.
 */
export async function serviceRows(engine: Engine, stack: string, nowMs: number): Promise<ServiceRow[]> {
  const [look, nodes] = await Promise.all([lookAt(engine, stack, nowMs), engine.nodes()]);
  const rows = look.services.map(({ ID, Spec, UpdateStatus }): ServiceRow => {
    const running = look.tasks.filter((task) => task.ServiceID === ID && isRunning(task));
    return {
      service: shortName(stack, Spec.Name),
      image: tagOf(Spec.TaskTemplate.ContainerSpec.Image),
      running: running.length,
      wanted: Spec.Mode?.Global !== undefined || isCronjob(Spec) ? null : wantedOf(Spec, nodes),
      ...(UpdateStatus?.State === undefined ? {} : { update: UpdateStatus.State }),
    };
  });
  return rows.sort((a, b) => (a.service < b.service ? -1 : 1));
}

/** One row per task that the engine remembers, newest first within a service. */
export async function taskRows(engine: Engine, stack: string): Promise<TaskRow[]> {
  const label = [`${namespaceLabel}=${stack}`];
  const [services, tasks, nodes, containers] = await Promise.all([
    engine.services({ label }),
    engine.tasks({ label }),
    engine.nodes(),
    engine.containers({ label }),
  ]);
  const rows = tasks.map((task): TaskRow => {
    const name = services.find((one) => one.ID === task.ServiceID)?.Spec.Name ?? task.ServiceID;
    const status =
      containers.find((one) => one.Id === task.Status.ContainerStatus?.ContainerID)?.Status ?? "";
    const health = /\((?:health: )?(starting|healthy|unhealthy)\)/.exec(status)?.[1];
    return {
      service: shortName(stack, name),
      task: task.ID,
      node: nodes.find((one) => one.ID === task.NodeID)?.Description.Hostname ?? "",
      image: tagOf(task.Spec.ContainerSpec?.Image ?? ""),
      state: task.Status.State,
      ...(health === undefined ? {} : { health }),
      since: task.Status.Timestamp,
      ...(task.Status.Err === undefined || task.Status.Err === ""
        ? {}
        : { problem: redact(task.Status.Err) }),
    };
  });
  return rows.sort((a, b) =>
    a.service === b.service ? (a.since < b.since ? 1 : -1) : a.service < b.service ? -1 : 1,
  );
}

/** The last lines of one service, or of all, each with its service in front when there are several. */
export async function stackLogs(
  engine: Engine,
  stack: string,
  options: { service?: string; lines?: number } = {},
): Promise<string[]> {
  const found = await engine.services({ label: [`${namespaceLabel}=${stack}`] });
  const wanted = found.filter(
    ({ Spec }) => options.service === undefined || shortName(stack, Spec.Name) === options.service,
  );
  if (wanted.length === 0) {
    throw stackUnknown(
      found.length === 0 || options.service === undefined ? { stack } : { stack, service: options.service },
    );
  }
  const lines = options.lines ?? linesByDefault;
  const each = await Promise.all(
    wanted.map(async ({ ID, Spec }) => {
      const said = await logLines(engine, { service: ID }, lines);
      return wanted.length === 1 ? said : said.map((line) => `${shortName(stack, Spec.Name)} | ${line}`);
    }),
  );
  return each.flat().slice(-lines);
}

/** The image as people write it: without its digest. */
function tagOf(image: string): string {
  return image.split("@")[0] ?? image;
}
