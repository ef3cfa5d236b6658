/** Calls and words that are not used here, each with what to use in their place. */
export interface Ban {
  pattern: RegExp;
  instead: string;
  /** Where it is banned. */
  where: RegExp;
  /** Files that are the replacement. */
  except?: RegExp;
}

const program = /^(src|commands|workflows)\/.*\.ts$/;
const anyCode = /\.ts$/;
const self = /^test\/tidy/;

export const bans: Ban[] = [
  {
    pattern: /\bDate\.now\(|new Date\(\)/,
    instead: "the clock that is handed in (core/clock)",
    where: program,
    except: /^src\/(core\/clock|demo|cli|main)\.ts$/,
  },
  { pattern: /\bMath\.random\(/, instead: "node:crypto (randomInt, randomBytes)", where: program },
  {
    pattern: /\bprocess\.env\b/,
    instead: "a setting (src/config.ts)",
    where: program,
    except: /^src\/(config|demo|doctor|cli|main)(\.ts|\/)/,
  },
  {
    pattern: /\bprocess\.exit\(/,
    instead: "a thrown problem; main.ts and cli.ts decide",
    where: program,
    except: /^src\/(demo|cli|main)\.ts$/,
  },
  {
    pattern: /\bconsole\.\w+\(/,
    instead: "the log that is handed in, or a message",
    where: program,
    except: /^src\/(demo|cli|main)\.ts$/,
  },
  {
    pattern: /\bexecSync\(|(?<![.\w])exec\(["'`]/,
    instead: "execFile with an argument list: no shell",
    where: anyCode,
  },
  { pattern: /shell:\s*true/, instead: "an argument list: no shell", where: anyCode },
  { pattern: /\bas any\b|:\s*any\b/, instead: "unknown and a check", where: anyCode },
  { pattern: /@ts-(ignore|nocheck)/, instead: "a type that is true", where: anyCode },
  {
    pattern: /\.catch\(\(\)\s*=>\s*(\{\s*\}|undefined|null)\)/,
    instead: "a decision about the failure",
    where: program,
  },
  { pattern: /\b(it|test|describe)\.(only|todo)\b/, instead: "a test that runs", where: anyCode },
  { pattern: /\b(TODO|FIXME|XXX)\b/, instead: "doing it, or an issue", where: anyCode },
  {
    pattern: /\bPromise\.(all|race|any|allSettled)\(/,
    instead: "the tool `all` or `any`",
    where: /^workflows\//,
  },
  { pattern: /\bsetTimeout\(|\bsetInterval\(/, instead: "the tool `sleep`", where: /^workflows\// },
];

export function bannedIn(file: string, lines: string[]): string[] {
  if (self.test(file)) return [];
  return bans
    .filter((ban) => ban.where.test(file) && ban.except?.test(file) !== true)
    .flatMap((ban) =>
      lines.flatMap((line, index) =>
        ban.pattern.test(line) && !/^\s*(\/\/|\/?\*)/.test(line)
          ? [`${file}:${index + 1}: ${line.trim().slice(0, 60)} is not used here; use ${ban.instead}`]
          : [],
      ),
    );
}
