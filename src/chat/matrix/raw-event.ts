/** An event of a room as the homeserver sends it, with the parts that Tandem reads. */
export interface RawEvent {
  event_id: string;
  type: string;
  sender: string;
  origin_server_ts: number;
  content: Record<string, unknown>;
  state_key?: string;
  /** Room versions before 11 name the redacted event here. */
  redacts?: string;
  unsigned?: { transaction_id?: string; prev_content?: { membership?: string } };
}

/** The event, or undefined when what the homeserver sent has not the shape of one (also redacted beyond use). */
export function asRawEvent(value: unknown): RawEvent | undefined {
  if (!isRecord(value)) return undefined;
  const { event_id: id, type, sender, origin_server_ts: at, content } = value;
  if (typeof id !== "string" || typeof type !== "string" || typeof sender !== "string") return undefined;
  if (typeof at !== "number" || !isRecord(content)) return undefined;
  const unsigned = isRecord(value["unsigned"]) ? value["unsigned"] : {};
  const { transaction_id: transaction, prev_content: before } = unsigned;
  const membership = isRecord(before) ? before["membership"] : undefined;
  return {
    event_id: id,
    type,
    sender,
    origin_server_ts: at,
    content,
    ...(typeof value["state_key"] === "string" && { state_key: value["state_key"] }),
    ...(typeof value["redacts"] === "string" && { redacts: value["redacts"] }),
    unsigned: {
      ...(typeof transaction === "string" && { transaction_id: transaction }),
      ...(typeof membership === "string" && { prev_content: { membership } }),
    },
  };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
