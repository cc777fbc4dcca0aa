import { SMTPServer } from "smtp-server";
import { answerQuestions } from "./answer-questions.ts";
import { createTally } from "./tally.ts";

/** A mail server that reads each message to its end, says that it has it, and counts. */
const tally = createTally();
const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ["STARTTLS", "AUTH"],
  logger: false,
  onData(stream, _session, done) {
    stream.resume();
    stream.once("end", () => {
      tally.note("");
      done();
    });
  },
});
server.on("error", (error) => process.stderr.write(`sink: ${error.message}\n`));
server.listen(Number(process.env.PORT), "127.0.0.1", () =>
  answerQuestions(async ({ ask, count, each }) => {
    if (ask === "count") return tally.count();
    if (ask === "expect") return tally.expect(count ?? 0, each ?? false);
  }),
);
process.once("SIGTERM", () => process.exit(0));
