import { z } from "zod";
import { roomId } from "./room-id.ts";

const isLocal = (url: string): boolean => /^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?\//.test(url);

/** How people are paid through Open Collective. */
export const collectiveSettings = z
  .strictObject({
    slug: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,100}$/, { error: "a name as in addresses there, such as three-rivers" })
      .optional()
      .describe("The co-op's name in the addresses of Open Collective. Unset: nobody is paid through it."),
    apiUrl: z
      .url({ protocol: /^https?$/, error: "an address, such as https://api.opencollective.com/graphql/v2" })
      .refine((url) => url.startsWith("https:") || isLocal(url), {
        error: "an address that begins with https",
      })
      .default("https://api.opencollective.com/graphql/v2")
      .describe("Where Open Collective answers programs."),
    tokenFile: z
      .string()
      .optional()
      .describe(
        "File with the co-op's own token there: reads its ledger, and invites people without a token.",
      ),
    webhookSecretFile: z
      .string()
      .optional()
      .describe("File with a long word (openssl rand -hex 32): the end of the address for its webhooks."),
    keyFile: z
      .string()
      .optional()
      .describe("File with the key (32 bytes, base64) that the tokens of members are encrypted with."),
    room: roomId
      .optional()
      .describe("The treasurers' room: what happens to payments; the default room unless it is set."),
  })
  .prefault({});

export type CollectiveSettings = z.infer<typeof collectiveSettings>;
