import { say } from "../../src/chat/message.ts";
import { formatMoney } from "../../src/core/money.ts";
import { amountNotPositive, amountTooLarge } from "../../src/core/problems/work.ts";
import { rateScopeUnclear } from "../../src/core/problems/work-ground.ts";
import { Person, Role } from "../../src/core/terms.ts";
import { Amount, CircleName, Day, Resolution } from "../../src/core/work-terms.ts";
import { answer, command, type CommandContext } from "../../src/router/define.ts";

const mostAnHourMinor = 100_000_000n;

export default command({
  summary:
    "Add what an hour is worth from a day on, as it was resolved: for all, a role, a circle or one person.",
  example: "rate add EUR20 --from 2026-01-01 --resolution R003",
  role: "treasurer",
  args: {
    hour: Amount.describe("what an hour is worth, such as EUR20"),
    resolution: Resolution,
    from: Day.describe("its first day, such as 2026-01-01"),
    until: Day.optional().describe("its last day"),
    person: Person.optional(),
    circle: CircleName.optional(),
    role: Role.optional(),
  },
  flags: ["resolution", "from", "until", "person", "circle", "role"],
  run: (context) => {
    const { args, by, work } = context;
    const { amountMinor, currency } = args.hour;
    if (amountMinor <= 0n) throw amountNotPositive({ amount: formatMoney(args.hour) });
    if (amountMinor > mostAnHourMinor) throw amountTooLarge({ amount: formatMoney(args.hour) });
    const rate = work.addRate(by.member.name, {
      ...scopeOf(context),
      ...{ perHourMinor: Number(amountMinor), currency, resolution: args.resolution },
      fromDay: work.day(args.from, by.member.name),
      untilDay: args.until === undefined ? null : work.day(args.until, by.member.name),
    });
    const whose = rate.scope === "all" ? "everybody" : `the ${rate.scope} ${rate.subject}`;
    return answer(
      say(
        `Rate ${rate.id}: an hour of ${whose} is worth ${formatMoney(args.hour)} from ${rate.fromDay} on.`,
        {
          list: ["Entries that were made before keep the rate by which they were made."],
          next: `To end it: \`rate end ${rate.id} <last day>\``,
        },
      ),
      rate,
    );
  },
});

function scopeOf({
  args,
  work,
  people,
}: CommandContext<{ person?: string | undefined; circle?: string | undefined; role?: string | undefined }>): {
  scope: "all" | "role" | "circle" | "person";
  subject: string;
} {
  const { person, circle, role } = args;
  if ([person, circle, role].filter((one) => one !== undefined).length > 1) throw rateScopeUnclear({});
  if (person !== undefined) return { scope: "person", subject: people.get(person).name };
  if (circle !== undefined) return { scope: "circle", subject: work.circle(circle).name };
  return role === undefined ? { scope: "all", subject: "" } : { scope: "role", subject: role };
}
