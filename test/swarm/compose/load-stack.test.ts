/** What others learn of a stack beside its payloads, and where problems point to. */
import { expect, test } from "vitest";
import { Problem } from "../../../src/core/problem.ts";
import { loadStack, type LoadedStack } from "../../../src/swarm/compose/index.ts";

function load(...texts: string[]): LoadedStack {
  const files = texts.map((text, index) => ({
    path: index === 0 ? "compose.yml" : `compose.${index}.yml`,
    text,
  }));
  const readFile = (file: string): Buffer | undefined =>
    file === "/recipes/app/nginx.conf" ? Buffer.from("conf") : undefined;
  return loadStack({ stack: "notes", files, dir: "/recipes/app", env: { ONE: "one" }, readFile });
}

function problemOf(...texts: string[]): Problem {
  try {
    load(...texts);
  } catch (thrown) {
    if (thrown instanceof Problem) return thrown;
    throw thrown;
  }
  throw new Error("it was read");
}

test("what is written about a service is told as it was written", () => {
  const { services } = load(`
services:
  app:
    image: docker.io/library/nginx
    privileged: true
    depends_on: [db, elsewhere]
    healthcheck: {test: "true"}
    ports: ["8080:80"]
    secrets: [token]
    configs: [conf]
    volumes: ["/var/run:/host:ro", "./data:/data", "named:/named"]
    deploy:
      labels: {kept: "yes"}
      update_config: {failure_action: rollback, monitor: 5s, delay: 10s}
  db: {image: postgres, healthcheck: {test: [NONE]}, volumes: ["/run/docker.sock.d:/x"]}
volumes: {named: }
secrets: {token: {external: true, name: notes_token_v1}}
configs: {conf: {file: nginx.conf}}
`);
  expect(services.map((one) => one.service)).toEqual(["app", "db"]);
  const { spec, ...app } = services[0] ?? expect.fail("there is no app");
  expect(spec.TaskTemplate.ContainerSpec.Image).toBe("nginx:latest");
  expect(app).toEqual({
    service: "app",
    image: "docker.io/library/nginx",
    dependsOn: ["db"],
    hasHealthcheck: true,
    update: { failureAction: "rollback", monitorNanoseconds: 5e9, delayNanoseconds: 10e9 },
    ports: [{ Protocol: "tcp", TargetPort: 80, PublishedPort: 8080, PublishMode: "ingress" }],
    secrets: ["notes_token_v1"],
    configs: ["notes_conf"],
    deployLabels: { kept: "yes" },
    binds: [
      { source: "/var/run", target: "/host", readOnly: true },
      { source: "/recipes/app/data", target: "/data", readOnly: false, relative: "./data" },
    ],
    usesDockerSocket: true,
    isPrivileged: true,
  });
  expect(services[1]).toMatchObject({
    hasHealthcheck: false,
    usesDockerSocket: false,
    isPrivileged: false,
    update: {},
  });
});

test("what has to exist already is told by name, built-in networks and unused files are not", () => {
  const loaded = load(`
services:
  app:
    image: nginx
    networks: [proxy, host]
    secrets: [used]
    volumes: ["data:/data", "outside:/outside"]
networks: {proxy: {external: true, name: web}, host: {external: true}}
secrets: {used: {external: true, name: used_v1}, unused: {external: true}}
configs: {conf: {file: nginx.conf, template_driver: golang}}
volumes: {data: , outside: {external: true, name: shared}, unused: }
`);
  expect(loaded.external).toEqual({ networks: ["web"], secrets: ["used_v1"], configs: [] });
  expect(loaded.volumes).toEqual([
    { name: "notes_data", external: false },
    { name: "shared", external: true },
  ]);
  expect(loaded.configs).toEqual([
    {
      Name: "notes_conf",
      Labels: { "com.docker.stack.namespace": "notes" },
      Data: "Y29uZg==",
      Templating: { Name: "golang" },
    },
  ]);
});

test("the environment is the one that is handed in, and nothing of this process", () => {
  const { services } = load('services: {app: {image: nginx, environment: ["PATH", "ONE", "TWO=$HOME"]}}');
  expect(services[0]?.spec.TaskTemplate.ContainerSpec.Env).toEqual(["ONE=one", "PATH", "TWO="]);
});

test("a fault that the CLI forgets is a Problem: a variable after it does not make it good", () => {
  expect(problemOf('services: {app: {image: nginx, labels: {auth: "bo:$2y$05$$ $ONE"}}}').code).toBe(
    "compose-dollar",
  );
  const demanded = problemOf('services: {app: {image: nginx, labels: {a: "${NOPE:?set it} ${ONE}"}}}');
  expect(demanded.code).toBe("compose-variable-missing");
});

test("a problem points at the file and line where it stands, also after merging", () => {
  const base = "services:\n  app:\n    image: nginx\n";
  const overlay = "services:\n  app:\n    networks:\n      - proxi\nnetworks:\n  proxy: {external: true}\n";
  expect(problemOf(base, overlay).text.happened).toBe(
    'compose.1.yml, line 3, column 5: services.app.networks uses the network "proxi", which the files do not define.',
  );
  expect(
    problemOf("services:\n  app:\n    image: nginx\n    deploy:\n      replicas: two\n").text.happened,
  ).toBe(
    'compose.yml, line 5, column 17: services.app.deploy.replicas is the text "two", and a whole number was expected.',
  );
  expect(problemOf("services:\n  app: {image: 'nginx\n").text.happened).toContain(
    "compose.yml, line 3, column 1: ",
  );
});

test("without a file there is nothing to load", () => {
  expect(() => load()).toThrow("No compose file is named.");
});
