/**
 * One-dimensional arrays without NULLs in PostgreSQL's binary format. The driver sends a Buffer parameter as it is, so that thousands
 * of values cross without being quoted, escaped and parsed again.
 */
const oids = { bool: 16, int2: 21, int4: 23, text: 25, json: 114, timestamptz: 1184, uuid: 2950 } as const;

/** Microseconds between 1970-01-01 and 2000-01-01, where PostgreSQL counts from. */
const EPOCH_SHIFT_US = 946_684_800_000_000n;

function header(oid: number, count: number, dataBytes: number): Buffer {
  const buffer = Buffer.allocUnsafe(20 + dataBytes);
  buffer.writeInt32BE(1, 0);
  buffer.writeInt32BE(0, 4);
  buffer.writeInt32BE(oid, 8);
  buffer.writeInt32BE(count, 12);
  buffer.writeInt32BE(1, 16);
  return buffer;
}

export function uuidArray(values: readonly string[]): Buffer {
  const buffer = header(oids.uuid, values.length, values.length * 20);
  let at = 20;
  for (const value of values) {
    buffer.writeInt32BE(16, at);
    const written = buffer.write(value.replaceAll("-", ""), at + 4, "hex");
    if (written !== 16) throw new TypeError("not a uuid");
    at += 20;
  }
  return buffer;
}

/** Epoch milliseconds as timestamptz. */
export function timestampArray(values: readonly number[]): Buffer {
  const buffer = header(oids.timestamptz, values.length, values.length * 12);
  let at = 20;
  for (const value of values) {
    buffer.writeInt32BE(8, at);
    buffer.writeBigInt64BE(BigInt(Math.trunc(value)) * 1000n - EPOCH_SHIFT_US, at + 4);
    at += 12;
  }
  return buffer;
}

export function booleanArray(values: readonly boolean[]): Buffer {
  const buffer = header(oids.bool, values.length, values.length * 5);
  let at = 20;
  for (const value of values) {
    buffer.writeInt32BE(1, at);
    buffer.writeUInt8(value ? 1 : 0, at + 4);
    at += 5;
  }
  return buffer;
}

/** Texts, or JSON documents; null is SQL NULL. */
export function textArray(values: readonly (string | null)[], type: "text" | "json" = "text"): Buffer {
  let bytes = 0;
  let nulls = 0;
  for (const value of values) {
    if (value === null) nulls += 1;
    else bytes += Buffer.byteLength(value);
  }
  const buffer = header(oids[type], values.length, values.length * 4 + bytes);
  if (nulls > 0) buffer.writeInt32BE(1, 4);
  let at = 20;
  for (const value of values) {
    if (value === null) {
      buffer.writeInt32BE(-1, at);
      at += 4;
      continue;
    }
    const written = buffer.write(value, at + 4);
    buffer.writeInt32BE(written, at);
    at += 4 + written;
  }
  return buffer;
}
