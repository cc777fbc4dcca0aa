import type pg from "pg";
import type { PrismaClient } from "#prisma/generated/client.ts";

/** The typed client: for the console's single rows and plain lists. Its types end in this folder. */
export type Db = PrismaClient;

/**
 * Makes the process's one client on first use, over the pool that is there: no connection of its own, and ending the client leaves the
 * pool open. It is loaded only then, because its query compiler takes about 100 MB that gateway and workers have no use for.
 *
 * Instants go to the server without a zone and come back as UTC: right because `createPool` sets every connection's time zone to UTC.
 * They carry milliseconds; a column written by the database's own clock has finer ones and is no place to page from.
 */
export function createPrisma(pool: pg.Pool): () => Promise<Db> {
  let client: Promise<Db> | undefined;
  return () => {
    client ??= openClient(pool);
    return client;
  };
}

async function openClient(pool: pg.Pool): Promise<Db> {
  const [{ PrismaPg }, generated] = await Promise.all([import("@prisma/adapter-pg"), import("#prisma/generated/client.ts")]);
  // the longer formats of errors quote the source and the arguments of the call, which may be personal
  return new generated.PrismaClient({ adapter: new PrismaPg(pool), errorFormat: "minimal" });
}
