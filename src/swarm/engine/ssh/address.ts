/** How an engine is reached over SSH. */
export interface SshAddress {
  host: string;
  port: number;
  user: string;
  /** Path of the private key; null: the SSH agent of the process. Keys are never kept in the database. */
  keyFile: string | null;
  /** The one host key that counts: `SHA256:…`. */
  hostKey: string;
  /** Path of the Docker socket there. */
  socket: string;
}

/** What the process brings along for all ways over SSH. */
export interface SshSurroundings {
  /** Socket of the SSH agent (SSH_AUTH_SOCK); undefined: there is none. */
  agentSocket?: string | undefined;
}

/** `host:port`, as people write it. */
export function hostAndPort({ host, port }: Pick<SshAddress, "host" | "port">): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
