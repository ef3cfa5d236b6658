import { z } from "zod";
import { say } from "../src/chat/message.ts";
import { workflow } from "../src/workflow/define.ts";
import checkRepository from "./check-repository.ts";
import { howItWent } from "./parts/one-by-one.ts";

/** Once a week: whether the data of every repository is whole, another part of it each time. Faults ring. */
export default workflow({
  input: z.strictObject({}),
  lock: () => "checks of repositories",

  async run({ step, tx, child, run, backups }) {
    for (const repository of await step("look", () => backups.repositoriesInUse())) {
      const went = await howItWent(child(`check ${repository}`, checkRepository, { repository }));
      if (went.ok) continue;
      const { happened, means, remedy } = went.problem;
      const message = say(`The weekly check of the repository ${repository} failed.`, {
        list: [happened, means],
        next: remedy,
      });
      await tx(`tell of ${repository}`, () =>
        backups.tellRoom(`${run.id}/check/${repository}`, message, { rings: true }),
      );
    }
    return null;
  },
});
