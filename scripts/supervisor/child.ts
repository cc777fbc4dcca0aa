// Preloaded into every process the supervisor starts. When the supervisor is gone, however it went, the channel closes and the
// process drains and ends like on SIGTERM, so that nothing is left behind.
const DRAIN_LIMIT_MS = 30_000;

// node hands the preload on to what the child forks itself, whose channel leads to the child and is none of our business
if (process.env.TACT_SUPERVISOR_PID === String(process.ppid)) {
  process.on("disconnect", () => {
    setTimeout(() => process.exit(1), DRAIN_LIMIT_MS).unref();
    process.kill(process.pid, "SIGTERM");
  });
  // the channel alone must not keep a drained process alive
  process.channel?.unref();
}
