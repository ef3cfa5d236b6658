/** Short files, each about one key: in every version of compose files, and with every kind of value. */

export interface Snippet {
  name: string;
  /** Snippets of one row differ in one thing only: the version, or the kind of value. */
  row: string;
  text: string;
}

/** One line of a service each, by what it is about. */
const serviceLines = [
  "isolation: default",
  "init: true",
  "secrets: []",
  "configs: []",
  "credential_spec: {file: a}",
  "credential_spec: {config: ''}",
  "ports: [{target: 80}]",
  "volumes: [{type: volume, target: /a}]",
  "volumes: [{type: volume, target: /a, volume: {nocopy: true}}]",
  "volumes: [{type: bind, source: /a, target: /b, consistency: cached}]",
  "volumes: [{type: tmpfs, target: /a, tmpfs: {size: 5}}]",
  "deploy:",
  "deploy: {endpoint_mode: dnsrr}",
  "deploy: {update_config: {order: start-first}}",
  "deploy: {rollback_config: {parallelism: 1}}",
  "deploy: {placement: {preferences: [{spread: a}]}}",
  "deploy: {placement: {max_replicas_per_node: 1}}",
  "deploy: {resources: {limits: {pids: 4}}}",
  "deploy: {resources: {reservations: {generic_resources: [{discrete_resource_spec: {kind: a, value: 1}}]}}}",
  "healthcheck: {start_period: 5s}",
  "healthcheck: {start_interval: 5s}",
  "cgroupns_mode: host",
  "oom_score_adj: 5",
  "networks: {default: {driver_opts: {a: b}}}",
  "build: {context: ., labels: [a=b]}",
  "build: {context: ., network: a}",
  "build: {context: ., shm_size: 5}",
  "build: {context: ., other: 1}",
  "x-a: 1",
  "group_add: [a]",
  "pull_policy: always",
];

/** One line at the top each. */
const topLines = [
  "x-a: 5",
  "name: a",
  "secrets: {a: {external: true}}",
  "secrets: {a: {external: true, name: b}}",
  "secrets: {a: {external: true, template_driver: b}}",
  "secrets: {a: {driver: b, driver_opts: {a: b}}}",
  "secrets: {a: {external: true, x-b: 1}}",
  "configs: {a: {external: true}}",
  "configs: {a: {external: true, name: b}}",
  "configs: {a: {external: true, template_driver: b}}",
  "configs: {a: {external: true, x-b: 1}}",
  "networks: {n: {name: q}}",
  "networks: {n: {attachable: true}}",
  "networks: {n: {labels: [a=b]}}",
  "networks: {n: {x-a: 1}}",
  "volumes: {v: {name: q}}",
  "volumes: {v: {labels: [a=b]}}",
  "volumes: {v: {x-cluster-spec: {group: a}}}",
];

const versions = Array.from({ length: 14 }, (_, minor) => `3.${minor}`);

export function versionCases(): Snippet[] {
  return versions.flatMap((version) => {
    const head = `version: "${version}"\nservices:\n  s:\n    image: a\n`;
    return [
      ...serviceLines.map((line) => ({
        name: `${version} ${line}`,
        row: `service ${line}`,
        text: `${head}    ${line}\n`,
      })),
      ...topLines.map((line) => ({
        name: `${version} ${line}`,
        row: `top ${line}`,
        text: `${head}${line}\n`,
      })),
    ];
  });
}

const kinds: Record<string, string> = {
  nothing: "~",
  "a number": "5",
  "a negative number": "-5",
  "a float": "1.5",
  "a truth": "true",
  "a text": "abc",
  "an empty text": "''",
  "a date": "2020-01-01",
  "a list": "[abc]",
  "a double list": "[abc, abc]",
  "a list of numbers": "[5]",
  "an empty list": "[]",
  "a mapping": "{abc: def}",
  "a mapping of truths": "{abc: true}",
};

/** Keys of a service by path; `[…]` opens a list. */
const serviceKeys = [
  "command environment env_file labels deploy healthcheck ports volumes networks secrets configs credential_spec",
  "depends_on cap_add dns hostname init logging stop_grace_period sysctls ulimits user tty restart build expose pid",
  "privileged tmpfs shm_size",
  "deploy.mode deploy.replicas deploy.update_config deploy.update_config.parallelism deploy.update_config.delay",
  "deploy.update_config.max_failure_ratio deploy.resources.limits.cpus deploy.resources.limits.memory",
  "deploy.restart_policy.max_attempts deploy.placement.constraints deploy.placement.preferences",
  "healthcheck.test healthcheck.retries healthcheck.disable logging.options networks.default",
  "networks.default.aliases ulimits.nofile ports.[].target ports.[].mode secrets.[].source",
].flatMap((line) => line.split(" "));

const topKeys = [
  "version secrets networks volumes networks.n networks.n.driver_opts networks.n.ipam networks.n.external",
  "networks.n.internal volumes.n volumes.n.external volumes.n.labels secrets.n secrets.n.external configs.n",
].flatMap((line) => line.split(" "));

const defined = [
  "networks: {abc: }",
  "secrets: {abc: {external: true}}",
  "configs: {abc: {external: true}}",
  "",
].join("\n");

export function kindCases(): Snippet[] {
  const each = (keys: string[], text: (line: string) => string): Snippet[] =>
    keys.flatMap((key) =>
      Object.entries(kinds).map(([kind, value]) => ({
        name: `${key}: ${kind}`,
        row: key,
        text: text(lineOf(key, value)),
      })),
    );
  return [
    ...each(serviceKeys, (line) => `services: {s: {image: x, ${line}}}\n${defined}`),
    ...each(topKeys, (line) => `services: {s: {image: x}}\n${line}\n`),
  ];
}

/** `deploy: {mode: abc}` of `deploy.mode` and `abc`. */
function lineOf(key: string, value: string): string {
  const nested = key
    .split(".")
    .reduceRight((inner, part) => (part === "[]" ? `[${inner}]` : `{${part}: ${inner}}`), value);
  return nested.slice(1, -1);
}

/** One line per row: `y` for what is taken and `n` for what is refused, in the order of the snippets. */
export function matrixText(snippets: Snippet[], isTaken: (snippet: Snippet) => boolean): string {
  const rows = Map.groupBy(snippets, ({ row }) => row);
  const lines = [...rows].map(
    ([row, all]) => `${all.map((one) => (isTaken(one) ? "y" : "n")).join("")} ${row}`,
  );
  return `${lines.join("\n")}\n`;
}
