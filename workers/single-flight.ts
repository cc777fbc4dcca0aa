/**
 * Runs `work` one at a time. A call while it runs makes exactly one more run, after the current one, however many calls there were; the
 * promise of a call settles when a run that began after the call is done. `work` must not throw.
 */
export function singleFlight(work: () => Promise<void>): { (): Promise<void>; idle(): Promise<void> } {
  let current: Promise<void> | null = null;
  let next: Promise<void> | null = null;

  function start(): Promise<void> {
    const run = work().finally(() => {
      if (current === run) current = null;
    });
    current = run;
    return run;
  }

  function call(): Promise<void> {
    if (current === null) return start();
    next ??= current.then(() => {
      next = null;
      return start();
    });
    return next;
  }
  call.idle = async () => {
    while (current !== null || next !== null) await (next ?? current);
  };
  return call;
}
