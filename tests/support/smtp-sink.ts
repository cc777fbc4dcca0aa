import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { SMTPServer } from "smtp-server";

/**
 * How the sink behaves. Every accepted message is written to the log before the reply goes out, so the log is the truth about what
 * reached people.
 */
export type SinkMode =
  | "ok"
  /** 451 to RCPT TO. */
  | "try-later"
  /** 550 to RCPT TO. */
  | "refuse"
  /** 421 greeting, connection closed. */
  | "busy"
  /** Closes the connection at MAIL FROM. */
  | "reset"
  /** Takes the message and never answers. */
  | "accept-then-hang"
  /** Takes the message and closes the connection instead of answering. */
  | "accept-then-reset";

export type SmtpSink = {
  url: string;
  mode: SinkMode;
  /** X-Tact-Message of every accepted message, in order. */
  accepted(): string[];
  sources(): string[];
  close(): Promise<void>;
};

function smtpError(message: string, responseCode: number): Error {
  return Object.assign(new Error(message), { responseCode });
}

/** A real SMTP server on a random port of the loopback interface. */
export async function startSmtpSink(options: { log: string; mode?: SinkMode }): Promise<SmtpSink> {
  const sockets = new Set<Socket>();
  const state = { mode: options.mode ?? ("ok" as SinkMode) };
  const sources: string[] = [];

  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS", "AUTH"],
    logger: false,
    onConnect: (_session, callback) => callback(state.mode === "busy" ? smtpError("too busy", 421) : null),
    onMailFrom: (_address, session, callback) => {
      if (state.mode !== "reset") return callback();
      closeSocket(session.remotePort);
    },
    onRcptTo: (_address, _session, callback) => {
      if (state.mode === "try-later") return callback(smtpError("try again later", 451));
      if (state.mode === "refuse") return callback(smtpError("no such user", 550));
      callback();
    },
    onData: (stream, session, callback) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const source = Buffer.concat(chunks).toString("utf8");
        sources.push(source);
        const id = /^X-Tact-Message: (\S+)/im.exec(source)?.[1] ?? "";
        appendFileSync(options.log, `${id}\n`);
        if (state.mode === "accept-then-hang") return;
        if (state.mode === "accept-then-reset") return closeSocket(session.remotePort);
        callback(null, "queued");
      });
    },
  });
  smtp.on("error", () => {});

  function closeSocket(port: number): void {
    for (const socket of sockets) if (socket.remotePort === port) socket.destroy();
  }

  const server = smtp.server as Server;
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {});
  });
  const port = await freePort();
  await new Promise<void>((resolve) => smtp.listen(port, "127.0.0.1", () => resolve()));

  return {
    url: `smtp://127.0.0.1:${port}`,
    get mode() {
      return state.mode;
    },
    set mode(mode: SinkMode) {
      state.mode = mode;
    },
    accepted: () => (existsSync(options.log) ? readFileSync(options.log, "utf8").split("\n").filter(Boolean) : []),
    sources: () => sources,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => smtp.close(() => resolve()));
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise<void>((resolve) => probe.close(() => resolve()));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
