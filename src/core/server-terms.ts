/** Words about machines that are reached over SSH, as branded types. */
import { z } from "zod";

const label = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
const name = new RegExp(`^${label}(?:\\.${label})*$`);

/** A machine as the network knows it: a name, or an address (RFC 1123, RFC 4291). */
export const HostName = z
  .string()
  .max(253)
  .transform((typed) => typed.toLowerCase())
  .refine((host) => name.test(host) || (/^[0-9a-f:.]+$/.test(host) && host.includes(":")), {
    error: "a machine's name or address, such as swarm-2.example.coop",
  })
  .brand<"HostName">();
export type HostName = z.infer<typeof HostName>;

/** An account on such a machine. */
export const AccountName = z
  .string()
  .regex(/^[a-z_][a-z0-9_-]{0,31}$/, { error: "an account's name, such as tandem" })
  .brand<"AccountName">();

/** A node as the Swarm calls it: its machine's own name, which need not be known to the network. */
export const NodeName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$/, { error: "a node's name, such as swarm-2" })
  .brand<"NodeName">();

/** A file on the machine that Tandem runs on, or a socket on another. */
export const AbsolutePath = z
  .string()
  .max(1000)
  .regex(/^\/[^\0\n]*$/, { error: "a whole path, such as /etc/tandem/swarm-key" })
  .brand<"AbsolutePath">();

export const Port = z.coerce
  .number({ error: "a port from 1 to 65535" })
  .int({ error: "a port from 1 to 65535" })
  .min(1, { error: "a port from 1 to 65535" })
  .max(65_535, { error: "a port from 1 to 65535" });
