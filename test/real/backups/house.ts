/** Backups over the real engine and the real restic, of small apps that are written down here instead of deployed by hand. */
import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { eq } from "drizzle-orm";
import { openAudit } from "../../../src/audit/index.ts";
import { openBackups, openTurns, type BackupCause, type Backups } from "../../../src/backups/index.ts";
import type { HelpingParts } from "../../../src/backups/helping.ts";
import { backupSettings } from "../../../src/config/backups.ts";
import { systemClock } from "../../../src/core/clock.ts";
import { AppDomain, type RecipeName, type ServerName } from "../../../src/core/terms.ts";
import { openDb, schema, type Db } from "../../../src/db/index.ts";
import { bySocket, bySsh, openSwarm, probeHostKey, type Swarm } from "../../../src/swarm/index.ts";
import backup from "../../../workflows/backup.ts";
import takeBackup from "../../../workflows/take-backup.ts";
import { fakeServers } from "../../apps/fake-swarm.ts";
import { temporaryFolder } from "../../recipes/repository.ts";
import { tell, type Told } from "../../workflows/telling.ts";
import type { TestDocker } from "../docker/index.ts";
import { imageOfPrograms } from "../docker/programs.ts";
import { startCable, type Cable } from "../ssh/cable.ts";
import { startSshd } from "../ssh/sshd.ts";
import { quickKey } from "./quick-key.ts";

/** A secret that is to be found in the repository, and nowhere else. */
export const planted = `planted-${randomBytes(9).toString("hex")}`;

/** Where the image of PostgreSQL keeps its databases. */
export const databaseFolder = "/var/lib/postgresql/data";

export interface SmallApp {
  labels?: string[];
  /** What it does; it has /data, and the secret /run/secrets/key. */
  script?: string;
  /** A second service: `volumes` as compose has them. */
  db?: {
    image: string;
    /** Where it keeps its databases; `databaseFolder` unless named. */
    folder?: string;
    labels?: string[];
    replicas?: number;
    script?: string;
    environment?: string[];
    health?: object;
  };
  /** Its policy, where it is not as for all. */
  mode?: "running" | "stopped" | "off";
  dumps?: boolean;
  /** On `swarm-2`, which is the same engine behind a cable and a real sshd. */
  isFar?: boolean;
}

/** The server `swarm-2`, whose cable a test can pull. */
export interface FarServer {
  swarm: Swarm;
  cable: Cable;
  /** What was said of each absence: the reason, then null when it was over. */
  told: (string | null)[];
  stop(): Promise<void>;
}

export interface BackupHouse {
  db: Db;
  swarm: Swarm;
  backups: Backups;
  /** What a helper wants that a test starts itself. */
  helping: HelpingParts;
  house: Parameters<typeof tell>[0];
  /** The folder of the repository `nightly`, and the file with its password. */
  folder: string;
  password: string;
  data: string;
  /** The image of helpers. */
  image: string;
  /** An image with busybox alone. */
  plain: string;
  /** Where one was asked for. */
  far: FarServer | undefined;
  /** A file system of 4 MB, with a repository of restic in it. */
  smallDisk: string;
  stackOf(app: AppDomain): string;
  /** Makes the repository in `folder`, and makes it known as `nightly`. */
  makeRepository(): void;
  addRepository(name: string, place?: { location: string }): void;
  /** From now on it is backed up there. */
  policy(app: AppDomain, repository: string): void;
  resetPassword(): void;
  /** Deploys an app and waits until it runs. */
  deploy(of: string, app: SmallApp): Promise<AppDomain>;
  take(app: AppDomain, cause?: BackupCause): Promise<Told>;
  /** The locks in the repository, by their ids. */
  locks(): string[];
  sh(app: AppDomain, script: string, service?: string): Promise<string>;
  /** The restic of this machine, as an oracle. */
  restic(...words: string[]): string;
  /** Containers of helpers that are still there. */
  helpers(): Promise<string[]>;
  stop(): Promise<void>;
}

export async function openBackupHouse(
  docker: TestDocker,
  { isFar = false }: { isFar?: boolean } = {},
): Promise<BackupHouse> {
  const image = `tandem.test/${docker.prefix}restic:0.14`;
  const plain = `tandem.test/${docker.prefix}plain:1`;
  await imageOfPrograms(docker.docker, image, ["/usr/bin/restic", "/usr/bin/ssh"], {
    files: [{ path: "etc/passwd", bytes: Buffer.from("root:x:0:0:root:/root:/bin/sh\n") }],
  });
  await imageOfPrograms(docker.docker, plain, []);
  const data = temporaryFolder();
  const folder = path.join(data, "repository");
  const password = path.join(data, "password");
  mkdirSync(folder);
  const rightPassword = randomBytes(12).toString("hex");
  writeFileSync(password, rightPassword);
  const smallDisk = path.join(data, "small");
  mkdirSync(smallDisk);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", smallDisk]);
  execFileSync("restic", ["-r", smallDisk, "--password-file", password, "--no-cache", "init"], {
    stdio: "ignore",
  });
  const clock = systemClock;
  const db = openDb(":memory:");
  const audit = openAudit(db, clock);
  const swarm = openSwarm({ way: bySocket(docker.socketPath), clock });
  const far = isFar ? await openFar(docker) : undefined;
  const servers = { ...fakeServers(swarm, far && { "swarm-2": far.swarm }), probe: probeHostKey };
  const stackOf = (app: AppDomain): string => app.replaceAll(".", "_");
  const known: AppDomain[] = [];
  const farAway = new Set<AppDomain>();
  const rowOf = (domain: AppDomain) => ({
    ...{ domain, recipe: "small" as RecipeName, version: null },
    server: (farAway.has(domain) ? "swarm-2" : "local") as ServerName,
    ...{ stack: stackOf(domain), createdBy: "ana", createdAt: "", policy: "manual" as const, room: null },
  });
  const apps = {
    get: rowOf,
    find: (domain: AppDomain) => (known.includes(domain) ? rowOf(domain) : undefined),
    note: (domain: AppDomain, run: { id: string; askedBy: string | null }, what: string, details: object) =>
      audit.append({
        who: run.askedBy ?? "schedule",
        what,
        subject: domain,
        details: { run: run.id, ...details },
      }),
    list: () => known.map(rowOf),
    envOf: (app: AppDomain) => `DOMAIN=${app}\nTITLE=a setting\n`,
  };
  const settings = { ...backupSettings.parse({ repository: "nightly" }), image };
  const turns = openTurns();
  const backups = openBackups({
    db,
    clock,
    audit,
    apps,
    servers,
    turns,
    settings,
    publicUrl: "https://tandem.example.coop",
  } as never);
  const house = { db, clock, audit, apps: apps as never, backups: backups as never };
  const restic = (...words: string[]): string =>
    execFileSync("restic", ["-r", folder, "--password-file", password, "--no-cache", ...words], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      maxBuffer: 64 * 1024 * 1024,
    });
  const addRepository: BackupHouse["addRepository"] = (name, { location } = { location: folder }) => {
    const plainly = { keyFile: null, hostKey: null, credentialsFile: null };
    backups.addRepository("ana", { name, location, server: null, passwordFile: password, ...plainly });
  };
  return {
    helping: { servers, turns, clock, image },
    ...{ db, swarm, backups, house, folder, password, data, image, plain, far, smallDisk, stackOf, restic },
    makeRepository() {
      restic("init");
      quickKey(folder, password);
      addRepository("nightly");
    },
    addRepository,
    locks: () =>
      restic("--no-lock", "list", "locks")
        .split("\n")
        .filter((line) => line !== ""),
    policy: (app, repository) =>
      void db.orm
        .update(schema.backupPolicy)
        .set({ repository })
        .where(eq(schema.backupPolicy.app, app))
        .run(),
    resetPassword: () => writeFileSync(password, rightPassword),
    async deploy(of, app) {
      const domain = AppDomain.parse(`${docker.stackName(of)}.example.coop`);
      known.push(domain);
      if (app.isFar === true) farAway.add(domain);
      const stack = stackOf(domain);
      await swarm.createSecrets(stack, [{ name: `${stack}_key_v1`, value: () => planted }]);
      const files = [{ path: "compose.yml", text: composeOf(app, plain) }];
      const plan = await swarm.plan({ stack, dir: data, files, env: { STACK_NAME: stack }, appLabels: {} });
      await swarm.apply(plan);
      const { outcome, reason } = await swarm.watch(plan);
      if (outcome !== "converged") throw new Error(`${domain} did not come up: ${reason ?? ""}`);
      const { mode = null, dumps = null } = app;
      db.orm.insert(schema.backupPolicy).values({ app: domain, mode, dumps }).run();
      return domain;
    },
    take: (app, cause = "asked") =>
      tell(house, backup, { app, cause }, () => true, { others: { "take-backup": takeBackup } }),
    async sh(app, script, service = "app") {
      const { exitCode, output } = await swarm.exec(stackOf(app), service, { argv: ["sh", "-c", script] });
      if (exitCode !== 0) throw new Error(`${script}: ${output}`);
      return output;
    },
    async helpers() {
      const filters = JSON.stringify({ label: ["tandem.helper"] });
      const all = await docker.docker.listContainers({
        all: true,
        filters: JSON.parse(filters) as object,
      } as object);
      return all.filter(({ Image }) => Image === image).map(({ Id }) => Id);
    },
    async stop() {
      await Promise.all(known.map((app) => swarm.remove(stackOf(app), { volumes: true, secrets: true })));
      swarm.close();
      await far?.stop();
      db.close();
      spawnSync("umount", [smallDisk]);
      for (const one of [image, plain]) spawnSync("docker", ["image", "rm", "-f", one]);
      rmSync(data, { recursive: true, force: true });
    },
  };
}

async function openFar(docker: TestDocker): Promise<FarServer> {
  const sshd = await startSshd();
  const { port, user, keyFile, hostKey } = sshd;
  const cable = await startCable(port);
  const told: (string | null)[] = [];
  const address = { host: "127.0.0.1", port: cable.port, user, keyFile, hostKey, socket: docker.socketPath };
  const swarm = openSwarm({
    way: bySsh(address, { name: "swarm-2", clock: systemClock, agentSocket: undefined }),
    clock: systemClock,
    onAway: (_stack, why) => told.push(why),
  });
  return {
    ...{ swarm, cable, told },
    async stop() {
      swarm.close();
      await cable.stop();
      await sshd.stop();
    },
  };
}

/** YAML by way of JSON, which is YAML, too. */
function composeOf({ labels = [], script = "exec sleep 100000", db }: SmallApp, plain: string): string {
  const common = { stop_grace_period: "1s" };
  const deploy = { endpoint_mode: "dnsrr", restart_policy: { delay: "1s" } };
  const run = (text: string): string[] => ["/bin/sh", "-c", text.replaceAll("$", "$$$$")];
  return JSON.stringify({
    version: "3.8",
    services: {
      app: {
        ...common,
        image: plain,
        command: run(script),
        secrets: ["key"],
        volumes: ["data:/data", "cache:/cache"],
        deploy: { ...deploy, labels },
      },
      ...(db !== undefined && {
        db: {
          ...common,
          image: db.image,
          command: run(db.script ?? "exec sleep 100000"),
          volumes: [`db-data:${db.folder ?? databaseFolder}`],
          secrets: ["key"],
          ...(db.environment && { environment: db.environment }),
          ...(db.health && { healthcheck: db.health }),
          deploy: { ...deploy, replicas: db.replicas ?? 1, labels: db.labels ?? [] },
        },
      }),
    },
    volumes: { data: {}, cache: {}, ...(db !== undefined && { "db-data": {} }) },
    secrets: { key: { external: true, name: "${STACK_NAME}_key_v1" } },
  });
}
