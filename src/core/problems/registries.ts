import { problem } from "../problem.ts";

export const imageNameUnreadable = problem(
  "image-name-unreadable",
  ({ image }: { image: string }) => ({
    happened: `${image} is no name of an image.`,
    means: "No registry can be asked for its tags.",
    remedy: "Tell the recipe's maintainers.",
  }),
  { image: "Nextcloud:29" },
);

export const registryUnreachable = problem(
  "registry-unreachable",
  ({ host, reason }: { host: string; reason: string }) => ({
    happened: `The registry ${host} did not say which tags there are: ${reason}.`,
    means: "Whether there is a newer image upstream is not known; apps and deploys are not touched by it.",
    remedy:
      "It is asked again next time. If that goes on, an operator looks whether the server can reach it.",
  }),
  { host: "registry-1.docker.io", reason: "no answer in 10 s" },
);

export const registryBusy = problem(
  "registry-busy",
  ({ host, until }: { host: string; until: string }) => ({
    happened: `The registry ${host} wants to be left alone until ${until}.`,
    means: "It was asked too often, by Tandem or by others at the same address. It is not asked before that.",
    remedy: "Nothing is to be done; it is asked again next time.",
  }),
  { host: "registry-1.docker.io", until: "2026-11-26 14:05 UTC" },
);

export const registryWantsLogin = problem(
  "registry-wants-login",
  ({ host, repository }: { host: string; repository: string }) => ({
    happened: `The registry ${host} tells nobody without an account about ${repository}.`,
    means: "Tandem asks registries without an account, so newer images of it are not noticed.",
    remedy: "Look there by hand now and then; the recipe's own versions are watched all the same.",
  }),
  { host: "ghcr.io", repository: "example/private" },
);
