import { z } from "zod";
import { say } from "../../src/chat/message.ts";
import { AppDomain } from "../../src/core/terms.ts";
import { answer, command } from "../../src/router/define.ts";

const Policy = z.enum(["manual", "patch", "minor"], { error: "manual, patch or minor" });

const means = {
  manual: "Newer versions are proposed; none happens by itself.",
  patch: "New patch versions happen by themselves, in the window; everything larger is proposed.",
  minor: "New patch and minor versions happen by themselves, in the window; a major one is proposed.",
};

export default command({
  summary: "Say which upgrades of an app happen by themselves: none, patch versions, or minor ones too.",
  example: "app policy notes.example.coop patch",
  role: "maintainer",
  args: { app: AppDomain, policy: Policy },
  run: ({ args: { app, policy }, by, apps, backups }) => {
    apps.setPolicy(by.member.name, app, policy);
    const isUnsaved = policy !== "manual" && backups.freshness(app).state === "none";
    return answer(
      say(`The policy of ${app} is ${policy}.`, {
        list: [
          means[policy],
          "A version whose notes speak of a migration waits for a person in every case.",
          ...(isUnsaved
            ? [
                "There is no repository for it, so no backup could be taken first: until there is one, every version " +
                  `waits for a person. If it keeps no data: \`backup policy ${app} --mode off\``,
              ]
            : []),
        ],
        next: "More about it: `help upgrades`",
      }),
      { app, policy },
    );
  },
});
