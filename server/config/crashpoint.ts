/** Ends the process at a named point of the road, so that a test can show that nothing is lost or doubled there. */
export type Crashpoint = (name: string) => void;

/**
 * Names one crash point through `TACT_CRASH_AT`; works only with NODE_ENV=test. Everywhere else it costs one empty call.
 */
export function createCrashpoint(source: NodeJS.ProcessEnv = process.env): Crashpoint {
  const at = source["NODE_ENV"] === "test" ? source["TACT_CRASH_AT"] : undefined;
  if (at === undefined || at === "") return () => {};
  return (name) => {
    if (name === at) process.kill(process.pid, "SIGKILL");
  };
}
