import {
  bool,
  count,
  cutCount,
  labels,
  listOf,
  number,
  text,
  whole,
  wrongKind,
  type Reader,
} from "../read.ts";
import { record, since } from "../record.ts";
import { duration, probe, size } from "./values.ts";

const order: Reader<string> = (node, path, reading) => {
  const value = text(node, path, reading);
  if (value === "start-first" || value === "stop-first") return value;
  throw wrongKind(node, path, "start-first or stop-first");
};

const updateConfig = record({
  parallelism: count,
  delay: duration,
  failure_action: text,
  monitor: duration,
  max_failure_ratio: number,
  order: since(4, order),
});

const genericResource = record({ discrete_resource_spec: record({ kind: text, value: number }) });

export const deploy = record(
  {
    mode: text,
    endpoint_mode: since(2, text),
    replicas: count,
    labels,
    update_config: updateConfig,
    rollback_config: since(7, updateConfig),
    resources: record({
      limits: record({ cpus: text, memory: size, pids: since(9, whole) }),
      reservations: record({
        cpus: text,
        memory: size,
        generic_resources: since(5, listOf(genericResource)),
      }),
    }),
    restart_policy: record({ condition: text, delay: duration, max_attempts: count, window: duration }),
    placement: record({
      constraints: listOf(text),
      preferences: since(3, listOf(record({ spread: text }))),
      max_replicas_per_node: since(8, count),
    }),
  },
  { empty: true },
);

export const healthcheck = record({
  disable: bool,
  interval: duration,
  retries: cutCount,
  test: probe,
  timeout: duration,
  start_period: since(4, duration),
  start_interval: since(12, duration),
});
