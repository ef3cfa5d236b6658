import {
  anything,
  bool,
  labels,
  listOf,
  number,
  pairs,
  scalarOf,
  text,
  textMap,
  textOrTexts,
  texts,
  whole,
  wrongKind,
  type ReadBy,
  type Reader,
} from "../read.ts";
import { ignored, named, record, refused, since } from "../record.ts";
import { deploy, healthcheck } from "./deploy.ts";
import { fileUses } from "./file-uses.ts";
import { ports } from "./ports.ts";
import { command, duration, extraHosts } from "./values.ts";
import { volumes } from "./volumes.ts";

const networkUse = record({
  aliases: texts,
  driver_opts: since(13, textMap({ empty: false })),
  ipv4_address: ignored(text, "which gives addresses itself"),
  ipv6_address: ignored(text, "which gives addresses itself"),
});

export type NetworkUse = ReadBy<typeof networkUse>;

/** Networks by name; null where the file says nothing more about one. */
const networkUses: Reader<Map<string, NetworkUse | null>> = (node, path, reading) => {
  if (node.kind === "list") return new Map(texts(node, path, reading).map((name) => [name, null]));
  const use: Reader<NetworkUse | null> = (inner, at, r) =>
    inner.kind === "scalar" && inner.value === null ? null : networkUse(inner, at, r);
  return named(use, /^[a-zA-Z0-9._-]+$/)(node, path, reading);
};

const softAndHard = record({ soft: whole, hard: whole });

/** `single`: written as one number for both. */
interface Ulimit {
  soft: number;
  hard: number;
  single?: true;
}

const ulimit: Reader<Ulimit> = (node, path, reading) => {
  if (node.kind !== "map") {
    const both = whole(node, path, reading);
    return { soft: both, hard: both, single: true };
  }
  const { soft, hard } = softAndHard(node, path, reading);
  if (soft === undefined || hard === undefined) throw wrongKind(node, path, "a mapping with soft and hard");
  return { soft, hard };
};

const buildMap = record(
  {
    context: text,
    dockerfile: text,
    args: pairs,
    cache_from: since(2, texts),
    labels: since(3, pairs),
    network: since(4, text),
    target: since(4, text),
    shm_size: since(5, anything),
    extra_hosts: since(10, pairs),
  },
  { open: 11 },
);

const build: Reader<ReadBy<typeof buildMap>> = (node, path, reading) =>
  node.kind === "map" ? buildMap(node, path, reading) : { context: text(node, path, reading) };

const textOrNumber: Reader<unknown> = (node, path, reading) =>
  typeof scalarOf(node) === "string" ? text(node, path, reading) : number(node, path, reading);

const textOrNull: Reader<unknown> = (node, path, reading) =>
  scalarOf(node) === null ? null : text(node, path, reading);

/** Keys that change what is sent. */
const used = {
  image: text,
  command,
  entrypoint: command,
  environment: pairs,
  env_file: textOrTexts,
  labels,
  deploy,
  healthcheck,
  ports,
  volumes,
  networks: networkUses,
  secrets: since(1, fileUses),
  configs: since(3, fileUses),
  credential_spec: since(3, record({ config: since(8, text), file: text, registry: text })),
  depends_on: texts,
  cap_add: texts,
  cap_drop: texts,
  dns: textOrTexts,
  dns_search: textOrTexts,
  extra_hosts: extraHosts,
  hostname: text,
  init: since(7, bool),
  isolation: since(5, text),
  logging: record({ driver: text, options: textMap({ empty: true }) }),
  read_only: bool,
  stdin_open: bool,
  tty: bool,
  stop_signal: text,
  stop_grace_period: duration,
  sysctls: labels,
  ulimits: named(ulimit),
  user: text,
  working_dir: text,
  restart: text,
};

const limits = "Use deploy.resources.limits.";

/** Keys that are passed over, and those that the CLI refuses (docker CLI, cli/compose/types). */
const unused = {
  build: ignored(build, "images are built and pushed beforehand"),
  cgroupns_mode: { ...ignored(text, "which decides that itself"), since: 9 },
  cgroup_parent: ignored(text, "which places containers itself"),
  container_name: ignored(text, "which names containers itself"),
  devices: ignored(texts, "which gives no devices to containers"),
  domainname: ignored(text, "which knows host names only"),
  expose: ignored(listOf(textOrNumber, { unique: true }), "services on one network reach every port"),
  external_links: ignored(texts, "use networks"),
  ipc: ignored(text, "which isolates containers itself"),
  links: ignored(texts, "use networks"),
  mac_address: ignored(text, "which gives addresses itself"),
  network_mode: ignored(text, "use networks"),
  oom_score_adj: { ...ignored(whole, "the Docker CLI does not send it"), since: 13 },
  pid: ignored(textOrNull, "which isolates containers itself"),
  privileged: ignored(bool, "which runs no privileged containers"),
  security_opt: ignored(texts, "which knows no such options"),
  shm_size: ignored(text, "mount a tmpfs at /dev/shm"),
  tmpfs: ignored(textOrTexts, "write it under volumes with type: tmpfs"),
  userns_mode: ignored(text, "which decides that itself"),
  extends: refused("Write the settings out, or share them with an anchor (&name and <<: *name)."),
  volume_driver: refused("Define the volume at the top level, with its driver."),
  volumes_from: refused("Define the volume at the top level and mount it in each service that shares it."),
  cpu_quota: refused(limits),
  cpu_shares: refused(limits),
  cpuset: refused(limits),
  mem_limit: refused(limits),
  memswap_limit: refused(limits),
};

export const service = record({ ...used, ...unused }, { extensions: 7 });

export type ServiceEntry = ReadBy<typeof service>;
