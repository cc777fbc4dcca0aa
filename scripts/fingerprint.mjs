import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const IGNORED = new Set(["node_modules", "dist", ".next", ".data", ".git"]);

/** A hash over the names and contents of files and folders; tests do not count. */
export function fingerprint(paths) {
  const hash = createHash("sha256");
  for (const path of paths) add(hash, path);
  return hash.digest("hex");
}

function add(hash, path) {
  if (!existsSync(path)) return;
  if (statSync(path).isDirectory()) {
    for (const name of readdirSync(path).sort()) if (!IGNORED.has(name)) add(hash, join(path, name));
    return;
  }
  if (/\.test\.tsx?$/.test(path)) return;
  hash.update(path).update("\0").update(readFileSync(path)).update("\0");
}

/** Runs `make` only when the inputs changed since the last time it succeeded, or its product is gone. */
export function whenChanged({ inputs, product, stamp }, make) {
  const now = fingerprint(inputs);
  if (existsSync(product) && existsSync(stamp) && readFileSync(stamp, "utf8") === now) return false;
  make();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, now);
  return true;
}
