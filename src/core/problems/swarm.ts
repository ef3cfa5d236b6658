import { problem } from "../problem.ts";

export const dockerDown = problem(
  "docker-down",
  ({ socket, reason }: { socket: string; reason: string }) => ({
    happened: `The Docker Engine does not answer at ${socket}: ${reason}.`,
    means: "Nothing can be deployed or looked at until it does; what already runs is not touched.",
    remedy:
      "An operator starts Docker on that server and lets Tandem use the socket; then say the command again.",
  }),
  { socket: "/var/run/docker.sock", reason: "nothing listens there" },
);

export const notAManager = problem(
  "not-a-manager",
  ({ node }: { node: string }) => ({
    happened: `The Docker Engine on ${node} answers, but it manages no Swarm.`,
    means: "Apps run as Swarm stacks, so nothing can be deployed there.",
    remedy: "An operator runs docker swarm init on that server, or names a server that is a manager.",
  }),
  { node: "swarm-1" },
);

export const nodeNotReached = problem(
  "node-not-reached",
  ({ node }: { node: string }) => ({
    happened: `No way is known to ${node}, the node that this runs on.`,
    means: "The Swarm can be asked about it, but nothing can be run or read inside its containers.",
    remedy: "An operator names that node in the inventory: `server add-node <server> <node>`",
  }),
  { node: "swarm-2" },
);

export const notRunningThere = problem(
  "not-running-there",
  ({ stack, service }: { stack: string; service: string }) => ({
    happened: `No container of ${service} of ${stack} runs right now.`,
    means: "Commands and files go into a running container, so nothing was done.",
    remedy: "Look what it is doing with `app ps <app>`, then say the command again once it runs.",
  }),
  { stack: "cloud_example_coop", service: "db" },
);

export const engineRefused = problem(
  "engine-refused",
  ({ asked, answer }: { asked: string; answer: string }) => ({
    happened: `The Docker Engine refused to ${asked}: ${answer}.`,
    means: "What came before it was done, what comes after it was not.",
    remedy: "Mend what the engine names, then deploy again; that continues where this stopped.",
  }),
  {
    asked: "create the service cloud_example_coop_app",
    answer: "rpc error: name conflicts with an existing object",
  },
);

export const imageNotFound = problem(
  "image-not-found",
  ({ image, service, answer }: { image: string; service: string; answer: string }) => ({
    happened: `The image ${image} of ${service} cannot be had: ${answer}.`,
    means: "The deploy would fail, so nothing was changed.",
    remedy: "Check the image's name and tag in the recipe, and that the registry lets this server read it.",
  }),
  { image: "nextcloud:99-fpm", service: "app", answer: "manifest unknown" },
);

export const imageUnreachable = problem(
  "image-unreachable",
  ({ image, service, answer }: { image: string; service: string; answer: string }) => ({
    happened: `The registry of ${image} (for ${service}) does not answer: ${answer}.`,
    means: "The server has no copy of that image either, so the deploy would fail; nothing was changed.",
    remedy: "Wait until the registry answers, then deploy again.",
  }),
  { image: "git.example.coop/forum:3.1", service: "app", answer: "connection refused" },
);

export const networkMissing = problem(
  "network-missing",
  ({ network, scope }: { network: string; scope?: string }) => ({
    happened:
      scope === undefined
        ? `The network ${network} does not exist on this Swarm.`
        : `The network ${network} exists with scope ${scope}, and a stack needs one with scope swarm.`,
    means: "The app is to be reached through it and cannot start without it; nothing was changed.",
    remedy:
      `Deploy the app that brings ${network} first (often traefik), ` +
      `or make it: docker network create -d overlay ${network}`,
  }),
  { network: "proxy" },
);

export const networkTaken = problem(
  "network-taken",
  ({ network, owner }: { network: string; owner: string }) => ({
    happened: `A network named ${network} exists already and belongs to ${owner}.`,
    means: "The stack would make one of the same name, which the engine refuses; nothing was changed.",
    remedy: `Remove that network, or mark it as external in the recipe: docker network inspect ${network}`,
  }),
  { network: "cloud_example_coop_internal", owner: "nobody's stack" },
);

export const secretMissing = problem(
  "secret-missing",
  ({ kind, names }: { kind: "secret" | "config"; names: string[] }) => ({
    happened:
      names.length === 1
        ? `The ${kind} ${names.join()} does not exist on this Swarm.`
        : `The ${kind}s ${names.join(", ")} do not exist on this Swarm.`,
    means: "The services that need it cannot start; nothing was changed.",
    remedy: `Put it there first: docker ${kind} create ${names[0] ?? "name"} - (the value on standard input).`,
  }),
  { kind: "secret", names: ["cloud_example_coop_db_password_v1"] },
);

export const configChanged = problem(
  "config-changed",
  ({ config, setting }: { config: string; setting?: string | undefined }) => ({
    happened: `The config ${config} exists with other content than the recipe has now.`,
    means:
      "Docker never changes a config's content, so this deploy would stop half-way; nothing was changed. " +
      (setting === undefined
        ? "The recipe's maintainers have to give it another name."
        : `The recipe's maintainers forgot to raise ${setting} in abra.sh.`),
    remedy:
      "Take another version of the recipe, or tell its maintainers. Or undeploy the app and deploy it again: " +
      "its configs are made anew, its data stays, and it is away for that long.",
  }),
  { config: "cloud_example_coop_nginx_conf_v1", setting: "NGINX_CONF_VERSION" },
);

export const portTaken = problem(
  "port-taken",
  ({ port, service, holder }: { port: string; service: string; holder: string }) => ({
    happened: `${service} wants port ${port}, which ${holder} holds.`,
    means: "Two cannot listen on one port, so nothing was changed.",
    remedy: "Give one of them another port, or undeploy the one that is not needed.",
  }),
  { port: "443/tcp", service: "app", holder: "the service traefik_app" },
);

export const noNode = problem(
  "no-node",
  ({ service, wants }: { service: string; wants: string }) => ({
    happened: `No server of this Swarm can run ${service}: ${wants}.`,
    means: "It would wait for ever, so nothing was changed.",
    remedy:
      "Change the placement in the recipe, or label a server: docker node update --label-add key=value server",
  }),
  { service: "app", wants: "node.labels.gpu == yes holds on none of 1 ready server" },
);

export const constraintUnreadable = problem(
  "constraint-unreadable",
  ({ service, constraint }: { service: string; constraint: string }) => ({
    happened: `The placement constraint "${constraint}" of ${service} is none that Swarm knows.`,
    means: "The engine would refuse the service, so nothing was changed.",
    remedy: "Write it as node.role == manager, node.labels.key == value or with != in the recipe.",
  }),
  { service: "app", constraint: "node.labels.gpu = yes" },
);

export const noResources = problem(
  "no-resources",
  ({ service, wants, has }: { service: string; wants: string; has: string }) => ({
    happened: `${service} reserves ${wants}, and the roomiest server has ${has} left.`,
    means: "It would wait for ever, so nothing was changed.",
    remedy: "Lower the reservation in the recipe, or add a larger server.",
  }),
  { service: "app", wants: "900 GB of memory", has: "3.8 GB" },
);

export const planChanged = problem(
  "plan-changed",
  ({ stack, what }: { stack: string; what: string }) => ({
    happened: `What runs as ${stack} is no longer what this plan was made for: ${what}.`,
    means: "Going on could undo somebody else's work, so nothing more was changed.",
    remedy: "Plan again, look at the new difference, and have that approved.",
  }),
  { stack: "cloud_example_coop", what: "app was changed since" },
);

export const stackStays = problem(
  "stack-stays",
  ({ stack, what, seconds }: { stack: string; what: string; seconds: number }) => ({
    happened: `After ${seconds} s these parts of ${stack} are still there: ${what}.`,
    means: "The rest was removed; something still uses these.",
    remedy: "Look which containers hold them (docker ps -a), then undeploy again.",
  }),
  { stack: "cloud_example_coop", what: "network cloud_example_coop_default", seconds: 120 },
);

export const stackUnknown = problem(
  "stack-unknown",
  ({ stack, service }: { stack: string; service?: string }) => ({
    happened: service === undefined ? `Nothing of ${stack} runs.` : `${stack} has no service ${service}.`,
    means: "So there is nothing to show.",
    remedy: service === undefined ? "Deploy it first." : "Leave the service out to see all of them.",
  }),
  { stack: "cloud_example_coop", service: "redis" },
);

export const runsBySchedule = problem(
  "runs-by-schedule",
  ({ stack, service }: { stack: string; service: string }) => ({
    happened: `${service} of ${stack} is started by its schedule (swarm-cronjob).`,
    means: "A restart would be a run outside of it; nothing was changed.",
    remedy: "Wait for its next run: that is a new container in any case.",
  }),
  { stack: "cloud_example_coop", service: "cron" },
);

export const fileOutsideRecipe = problem(
  "file-outside-recipe",
  ({ file }: { file: string }) => ({
    happened: `The recipe wants to read ${file}, which is not one of its own files.`,
    means: "A recipe could take Tandem's own keys that way, so nothing was read and nothing was changed.",
    remedy: "Use a file inside the recipe's folder; report the recipe if you did not write it.",
  }),
  { file: "/etc/shadow" },
);

export const stackRefused = problem(
  "stack-refused",
  ({ what, why }: { what: string; why: string }) => ({
    happened: `The engine would refuse ${what}: ${why}.`,
    means: "The deploy would stop half-way, so nothing was changed.",
    remedy: "Change the recipe, or the app's domain when its name is too long.",
  }),
  { what: "the service cloud_example_coop_app", why: "its name is longer than 63 characters" },
);

export const secretInUse = problem(
  "secret-in-use",
  ({ name, services }: { name: string; services: readonly string[] }) => ({
    happened: `The secret ${name} is in use by ${services.join(", ")}.`,
    means: "A Swarm removes no secret that a service uses; nothing was removed.",
    remedy: "To give them another value: `app secret rotate <app> <secret>`. That removes the old one.",
  }),
  { name: "cloud_example_coop_db_password_v1", services: ["app", "db"] },
);

export const pathNotThere = problem(
  "path-not-there",
  ({ stack, service, path }: { stack: string; service: string; path: string }) => ({
    happened: `There is no ${path} in ${service} of ${stack}.`,
    means: "Nothing was copied.",
    remedy: "See what is there: `app run <app> <service> -- ls -l /`",
  }),
  { stack: "cloud_example_coop", service: "app", path: "/var/www/config.php" },
);

export const pathIsFolder = problem(
  "path-is-folder",
  ({ stack, service, path }: { stack: string; service: string; path: string }) => ({
    happened: `${path} in ${service} of ${stack} is a folder.`,
    means: "A file under that name would take its place with all that is in it, so nothing was copied.",
    remedy: "Say the whole path of the file, its name at the end.",
  }),
  { stack: "cloud_example_coop", service: "app", path: "/var/www" },
);

export const fileTooLarge = problem(
  "file-too-large",
  ({ file, mostMb }: { file: string; mostMb: number }) => ({
    happened: `${file} is larger than ${mostMb} MB.`,
    means: "Rooms and forms carry no more than that; nothing was copied.",
    remedy: "Copy a part of it, or let an operator fetch it from the server.",
  }),
  { file: "/var/www/data", mostMb: 10 },
);
