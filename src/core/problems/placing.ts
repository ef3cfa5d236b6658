import { problem } from "../problem.ts";

export const restoredElsewhere = problem(
  "restored-elsewhere",
  (p: {
    app: string;
    service: string;
    volume: string;
    /** Nodes, by their names: where its data is, and where it runs. */
    data: readonly string[];
    runs: readonly string[];
    /** What binds it to the best place. */
    constraint: string;
    /** What was brought up is removed again. */
    isAnew: boolean;
  }) => ({
    happened:
      `The Swarm has started ${p.service} of ${p.app} on ${p.runs.join(" and ")}, and the data of its volume ` +
      `${p.volume} is on ${p.data.join(" and ")}.`,
    means:
      "Each node has a volume of its own under that name: the app would run with an empty or an old one, and look " +
      "healthy. So the restore counts as failed." +
      (p.isAnew
        ? ` What was made for it is removed again, but for volumes that it has begun on ${p.runs.join(" and ")}.`
        : ""),
    remedy:
      `Bind ${p.service} to one place, in its recipe under deploy, placement, constraints: ${p.constraint}. ` +
      (p.isAnew ? "" : `Bring that into force: \`app deploy ${p.app}\`. `) +
      "Or keep its volume on storage that all nodes share.",
  }),
  {
    app: "cloud.example.coop",
    service: "db",
    volume: "db-data",
    data: ["swarm-1"],
    runs: ["swarm-2"],
    constraint: "`node.hostname == swarm-2`",
    isAnew: false,
  },
);
