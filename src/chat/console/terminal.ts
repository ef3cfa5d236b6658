import { clearLine, createInterface, cursorTo, moveCursor, type Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { visibleLength, type Look } from "./look.ts";
import type { Typed } from "./typed.ts";

type Output = Writable & { isTTY?: boolean; columns?: number; hasColors?: () => boolean };

/** Colours and breaks only for people at a terminal; `NO_COLOR` is honoured (Node's `hasColors` reads it). */
export function lookOf(output: Output): Look {
  if (output.isTTY !== true) return { colours: false };
  return {
    colours: output.hasColors?.() ?? false,
    get width() {
      return output.columns;
    },
  };
}

export interface Terminal {
  /** Prints above the line that is being typed, which stays as it is. */
  write(text: string): void;
  /** Reads lines until somebody leaves, or the input ends. */
  run(typed: Typed): Promise<void>;
}

/** A prompt on a terminal, or plain lines where there is none. */
export function openTerminal({ input, output }: { input: Readable; output: Output }): Terminal {
  const terminal = output.isTTY === true;
  let prompt: Interface | undefined;
  return {
    write(text) {
      if (prompt === undefined || !terminal) {
        output.write(text);
        return;
      }
      clearLine(output, 0);
      cursorTo(output, 0);
      output.write(text);
      prompt.prompt(true);
    },
    async run(typed) {
      const lines = createInterface({ input, output, terminal, historySize: 200 });
      prompt = lines;
      const ask = (): void => {
        lines.setPrompt(terminal ? typed.prompt() : "");
        lines.prompt();
      };
      lines.on("SIGINT", () => lines.close());
      lines.on("line", (line) => {
        // The room shows the line with its number; what was typed would stand there twice.
        if (terminal) wipe(output, typed.prompt(), line);
        if (typed.line(line)) ask();
        else lines.close();
      });
      ask();
      await new Promise<void>((closed) => lines.once("close", closed));
      prompt = undefined;
      if (terminal) output.write("\n");
    },
  };
}

function wipe(output: Output, prompt: string, line: string): void {
  const visible = visibleLength(prompt) + line.length;
  const rows = Math.max(1, Math.ceil(visible / (output.columns ?? 80)));
  for (let row = 0; row < rows; row++) {
    moveCursor(output, 0, -1);
    clearLine(output, 0);
  }
  cursorTo(output, 0);
}
