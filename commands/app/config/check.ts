import { say } from "../../../src/chat/message.ts";
import { AppDomain } from "../../../src/core/terms.ts";
import { answer, command } from "../../../src/router/define.ts";

export default command({
  summary:
    "Check the settings of an app against the sample of its recipe: what is missing, unknown or empty.",
  example: "app config check notes.example.coop",
  role: "member",
  args: { app: AppDomain },
  reads: true,
  run: async ({ args: { app }, apps }) => {
    const check = await apps.configCheck(app);
    const list = [
      ...check.faults.map((fault) => `✕ ${fault}`),
      ...check.missing.map((key) => `missing: ${key} is in the sample and not set`),
      ...check.empty.map((key) => `empty: ${key} has a value in the sample`),
      ...check.unknown.map((key) => `unknown: ${key} is not in the sample; is it written as meant?`),
      ...check.secrets.map(({ name, generate }) =>
        generate
          ? `secret ${name}: made by the next deploy`
          : `✕ secret ${name}: a maintainer puts it in by hand`,
      ),
    ];
    const count = list.length === 1 ? "One thing" : `${list.length} things`;
    return answer(
      say(
        list.length === 0
          ? `The settings of ${app} fit the sample of ${check.version}.`
          : `${count} about the settings of ${app}, beside the sample of ${check.version}:`,
        { list, next: `To change one: \`app config set ${app} <setting> <value>\`` },
      ),
      check,
    );
  },
});
