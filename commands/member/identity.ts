import { MatrixId } from "../../src/core/terms.ts";
import { command, start } from "../../src/router/define.ts";
import memberIdentity from "../../workflows/member-identity.ts";

export default command({
  summary:
    "Believe a member's new Matrix identity, after they set up their keys anew. A maintainer compares them and agrees.",
  example: "member identity @bo:example.coop",
  role: "operator",
  verified: true,
  args: { matrixId: MatrixId },
  run: ({ args, people }) => {
    people.get(args.matrixId);
    return start(memberIdentity, args);
  },
});
