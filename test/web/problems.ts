import { problem } from "../../src/core/problem.ts";

/** Two problems that a command might meet. */
export const notAllowedHere = problem(
  "not-allowed",
  (_: object) => ({ happened: "Not for you.", means: "Nothing was done.", remedy: "Ask otto." }),
  {},
);
export const docker = problem(
  "docker-down",
  (_: object) => ({ happened: "Docker is down.", means: "Nothing was done.", remedy: "Start it." }),
  {},
);
