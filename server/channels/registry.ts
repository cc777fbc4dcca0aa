import type { Channel } from "../domain/definitions/common-fields.ts";
import type { ChannelAdapter } from "./channel.ts";
import { createSandboxEmail, type KeepMails } from "./email-sandbox.ts";
import { createSmtpEmail } from "./email-smtp.ts";
import { createInbox } from "./in-app.ts";
import { createRenderer, type Renderer } from "./render.ts";

/** Every channel that has a provider in this process, and the one renderer of messages. */
export type ChannelRegistry = {
  get(channel: Channel): ChannelAdapter | null;
  names(): readonly Channel[];
  render: Renderer;
  close(): Promise<void>;
};

/** A registry over the given adapters; of two for one channel the later one counts. */
export function registryOf(adapters: readonly ChannelAdapter[]): ChannelRegistry {
  const byChannel = new Map(adapters.map((adapter) => [adapter.channel, adapter]));
  return {
    get: (channel) => byChannel.get(channel) ?? null,
    names: () => [...byChannel.keys()],
    render: createRenderer(),
    async close() {
      await Promise.all([...byChannel.values()].map((adapter) => adapter.close?.()));
    },
  };
}

/** The channels of a deployment: in page, in app, and e-mail through the relay when one is configured, else into the sandbox. */
export function createChannels(options: { smtpUrl: string | null; mailFrom: string; keepMails: KeepMails }): ChannelRegistry {
  const email =
    options.smtpUrl === null
      ? createSandboxEmail({ from: options.mailFrom, keep: options.keepMails })
      : createSmtpEmail({ url: options.smtpUrl, from: options.mailFrom });
  return registryOf([createInbox("in_page"), createInbox("in_app"), email]);
}
