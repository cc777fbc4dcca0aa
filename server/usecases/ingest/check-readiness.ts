import type { Deps } from "#server/deps.ts";
import type { EventIntake } from "./event-intake.ts";
import type { KeyDirectory } from "./key-directory.ts";

const DATABASE_ANSWERS_WITHIN_MS = 1_000;

/** Why events cannot be taken in right now; empty when they can. */
export async function checkReadiness(deps: Deps, parts: { intake: EventIntake; keys: KeyDirectory }): Promise<string[]> {
  const reasons = parts.intake.obstacles();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), DATABASE_ANSWERS_WITHIN_MS);
  });
  const answered = deps.pool.query("SELECT 1").then(
    () => true,
    () => false,
  );
  if (!(await Promise.race([answered, late]))) reasons.push("the database does not answer");
  clearTimeout(timer);
  return reasons;
}
