import { Readable } from "node:stream";
import SMTPConnection from "nodemailer/lib/smtp-connection";
import { messageOf } from "../errors.ts";

export type SmtpServer = {
  host: string;
  port: number;
  secure: boolean;
  auth: { user: string; pass: string } | null;
  /** Accept a self-signed certificate; `?insecure=1`. */
  insecure: boolean;
  timeoutMs: number;
};

/** `smtp://user:password@host:587` or `smtps://…`; options as query: `insecure=1`. */
export function parseSmtpUrl(text: string, timeoutMs: number): SmtpServer {
  const url = new URL(text);
  const secure = url.protocol === "smtps:";
  return {
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? (secure ? 465 : 587) : Number(url.port),
    secure,
    auth: url.username === "" ? null : { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) },
    insecure: url.searchParams.get("insecure") === "1",
    timeoutMs,
  };
}

/**
 * How far one hand-over came. `committed`: everything up to the final dot was given to the socket, so without a reply nobody knows
 * whether the server took the message; before that it surely did not.
 */
export type HandOver = { ok: true; response: string } | { ok: false; committed: boolean; status: number | null; detail: string };

/** One SMTP connection, for one message at a time. After any failure it is closed. */
export class SmtpSession {
  readonly #connection: SMTPConnection;
  readonly #server: SmtpServer;
  used = 0;
  open = false;

  constructor(server: SmtpServer) {
    this.#server = server;
    this.#connection = new SMTPConnection({
      host: server.host,
      port: server.port,
      secure: server.secure,
      connectionTimeout: server.timeoutMs,
      greetingTimeout: server.timeoutMs,
      socketTimeout: server.timeoutMs,
      dnsTimeout: server.timeoutMs,
      tls: { rejectUnauthorized: !server.insecure },
    });
    this.#connection.on("error", () => {
      this.open = false;
    });
    this.#connection.on("end", () => {
      this.open = false;
    });
  }

  /** Connects and signs in. */
  connect(): Promise<HandOver> {
    return new Promise((resolve) => {
      const fail = (error: unknown) => {
        this.close();
        resolve(failure(error, false));
      };
      this.#connection.once("error", fail);
      this.#connection.once("end", () => fail(new Error("the server closed the connection")));
      this.#connection.connect((error) => {
        if (error) return fail(error);
        const ready = (signInError?: Error | null) => {
          if (signInError) return fail(signInError);
          this.open = true;
          resolve({ ok: true, response: "" });
        };
        if (this.#server.auth === null) return ready();
        this.#connection.login({ credentials: this.#server.auth, ...this.#server.auth }, ready);
      });
    });
  }

  /** Hands one message over. Resolves when the server has answered, the connection is gone, or `signal` aborts. */
  send(envelope: { from: string; to: string }, source: Buffer, signal: AbortSignal): Promise<HandOver> {
    this.used += 1;
    return new Promise((resolve) => {
      let committed = false;
      let settled = false;
      const settle = (result: HandOver) => {
        if (settled) return;
        settled = true;
        signal.removeEventListener("abort", abort);
        this.#connection.removeListener("end", ended);
        if (!result.ok) this.close();
        resolve(result);
      };
      const abort = () => settle({ ok: false, committed, status: null, detail: "no answer before the deadline" });
      const ended = () => settle({ ok: false, committed, status: null, detail: "the server closed the connection" });
      // The source is read only after the server said 354; its end makes the connection write the final dot.
      const stream = Readable.from([source]);
      stream.once("end", () => {
        committed = true;
      });
      if (signal.aborted) return abort();
      signal.addEventListener("abort", abort);
      this.#connection.once("end", ended);
      this.#connection.send({ from: envelope.from, to: [envelope.to], size: source.length }, stream, (error, info) => {
        if (error) settle(failure(error, committed));
        else settle({ ok: true, response: info?.response ?? "" });
      });
    });
  }

  close(): void {
    this.open = false;
    this.#connection.close();
  }
}

function failure(error: unknown, committed: boolean): HandOver {
  const status = error instanceof Error && "responseCode" in error && typeof error.responseCode === "number" ? error.responseCode : null;
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "ERROR";
  // A reply's text can quote the recipient, so only its number is kept.
  const detail = status === null ? `${code}: ${withoutAddresses(messageOf(error))}` : `the server answered ${status}`;
  return { ok: false, committed, status, detail };
}

function withoutAddresses(text: string): string {
  return text.slice(0, 200).replace(/\S+@\S+/g, "<address>");
}
