import { problem } from "../problem.ts";

export const serverNotReached = problem(
  "server-not-reached",
  ({ server, reason }: { server: string; reason: string }) => ({
    happened: `The server ${server} is not reached: ${reason}.`,
    means: "What runs there is not touched; nothing new can be done or seen there until it is back.",
    remedy: "An operator looks after it, then `server check <server>` tells where it stops.",
  }),
  { server: "swarm-2 (swarm-2.example.coop:22)", reason: "nothing listens there" },
);

export const serverLoginRefused = problem(
  "server-login-refused",
  ({ server, user, key }: { server: string; user: string; key: string }) => ({
    happened: `The server ${server} does not let ${user} in with ${key}.`,
    means: "It is the right server, by its host key; it does not know this key, or not for this account.",
    remedy:
      "Put its public half into ~/.ssh/authorized_keys of that account, which must be in the group docker.",
  }),
  { server: "swarm-2 (swarm-2.example.coop:22)", user: "tandem", key: "the key /run/keys/swarm" },
);

export const sshKeyUnusable = problem(
  "ssh-key-unusable",
  ({ key, reason }: { key: string; reason: string }) => ({
    happened: `There is no key to log in with: ${key}: ${reason}.`,
    means:
      "Tandem logs in with a key from a file or from the SSH agent it was started with, never by password.",
    remedy: "Make one without passphrase that only Tandem can read: ssh-keygen -t ed25519 -f <file>",
  }),
  { key: "/run/keys/swarm", reason: "there is no such file" },
);

export const hostKeyChanged = problem(
  "host-key-changed",
  ({ server, agreed, shown }: { server: string; agreed: string; shown: string }) => ({
    happened: [
      `The server ${server} shows another host key than the one that was agreed to.`,
      `agreed: ${agreed}`,
      `shown:  ${shown}`,
    ].join("\n"),
    means:
      "Either it was set up anew, or somebody stands between. Nothing was sent, and no key was offered to it.",
    remedy:
      "Ask whoever runs it, by another way than the network. If the new key is theirs: `server rotate-key <server>`",
  }),
  {
    server: "swarm-2 (swarm-2.example.coop:22)",
    agreed: "SHA256:uS1jSNEsoOJ6dPs0nCe3YZ4rIUmKB7mFxSx2Jl4S7oI",
    shown: "SHA256:7m0pVhLRzJUjQ9Xn4cMkQp3mZ9JxuO6X9yV3v1aQyXk",
  },
);

export const serverExists = problem(
  "server-exists",
  ({ server, host }: { server: string; host: string }) => ({
    happened: `There is a server ${server} already; it is ${host}.`,
    means: "A name belongs to one server; nothing was changed.",
    remedy: `Take another name, or look at this one: \`server show ${server}\``,
  }),
  { server: "swarm-2", host: "swarm-2.example.coop" },
);

export const serverInUse = problem(
  "server-in-use",
  ({ server, apps }: { server: string; apps: readonly string[] }) => ({
    happened: `${apps.length === 1 ? "An app is" : `${apps.length} apps are`} on ${server}: ${apps.join(", ")}.`,
    means: "Without the server nobody could look after them; nothing was changed.",
    remedy: "Move or remove them first, then say the command again.",
  }),
  { server: "swarm-2", apps: ["cloud.example.coop", "wiki.example.coop"] },
);

export const serverIsHere = problem(
  "server-is-here",
  ({ server }: { server: string }) => ({
    happened: `${server} is the Docker socket of this machine.`,
    means: "It has no address and no host key, and it is always there; nothing was changed.",
    remedy: "Which socket it is stands in the settings (`docker.socket`), where an operator can change it.",
  }),
  { server: "local" },
);

export const nodeUnknown = problem(
  "node-unknown",
  ({ server, node, known }: { server: string; node: string; known: readonly string[] }) => ({
    happened: `The Swarm of ${server} has no other node ${node}.`,
    means: "A way is kept under the name that the Swarm gives a node; nothing was changed.",
    remedy:
      known.length === 0
        ? "It has no other nodes at all."
        : `Take one of its own names: ${known.join(", ")}.`,
  }),
  { server: "swarm-2", node: "swarm-3", known: ["swarm-2b", "swarm-2c"] },
);
