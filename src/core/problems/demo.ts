import { problem } from "../problem.ts";

export const demoGoesOn = problem(
  "demo-goes-on",
  (_: object) => ({
    happened: "A demo runs in another terminal.",
    means: "Two would take each other's app and files away, so this one has not begun.",
    remedy: "Leave the other one with /quit first.",
  }),
  {},
);

export const busyboxMissing = problem(
  "busybox-missing",
  (_: object) => ({
    happened: "There is no static busybox on this machine.",
    means: "The image of the sample app is made of it, so nothing could be deployed.",
    remedy: "Install it (Debian: apt-get install busybox-static), then start the demo again.",
  }),
  {},
);
