// Preloaded into every process the supervisor starts. When the supervisor is gone, however it went, the channel closes and the
// process drains and ends like on SIGTERM, so that nothing is left behind.
const DRAIN_LIMIT_MS = 30_000;

process.on("disconnect", () => {
  setTimeout(() => process.exit(1), DRAIN_LIMIT_MS).unref();
  process.kill(process.pid, "SIGTERM");
});
// the channel alone must not keep a drained process alive
process.channel?.unref();
