import { execFileSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { platform } from "node:os";
import { dirname, resolve } from "node:path";

export type Account = { uid: number; gid: number };

/** What to put in front of a PostgreSQL command, and the account node itself has to switch to when nothing else does. */
export type Launch = { prefix: string[]; account: Account | null };

/** PostgreSQL refuses to run as root; then it runs as the account `postgres`, made on demand, or as `nobody`. */
export function serverAccount(): Account | null {
  if (process.getuid?.() !== 0) return null;
  const existing = lookUp("postgres");
  if (existing) return existing;
  try {
    execFileSync("useradd", ["--system", "--user-group", "--no-create-home", "postgres"], { stdio: "ignore" });
  } catch {
    // no useradd, or a read-only account file: the account that every system has does as well
    return lookUp("nobody");
  }
  return lookUp("postgres");
}

/**
 * Launches through `setpriv` on Linux, so that the server ends when this process is killed, and so that it can pass folders
 * (such as /root) that its account could not enter.
 */
export function launch(account: Account | null, paths: string[]): Launch {
  const setpriv = ["/usr/bin/setpriv", "/bin/setpriv"].find((file) => existsSync(file));
  if (!setpriv || platform() !== "linux") return { prefix: [], account };
  if (!account) return { prefix: [setpriv, "--pdeathsig=INT"], account: null };
  const enter = paths.every(openToAll) ? [] : ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"];
  const identity = [`--reuid=${account.uid}`, `--regid=${account.gid}`, "--clear-groups"];
  return { prefix: [setpriv, "--pdeathsig=INT", ...identity, ...enter], account: null };
}

function lookUp(user: string): Account | null {
  try {
    const id = (flag: string) => Number(execFileSync("id", [flag, user], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
    return { uid: id("-u"), gid: id("-g") };
  } catch {
    return null;
  }
}

function openToAll(path: string): boolean {
  for (let folder = dirname(resolve(path)); folder !== dirname(folder); folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false;
  }
  return true;
}
