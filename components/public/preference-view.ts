import type { Channel } from "#server/domain/definitions/common-fields.ts";
import type { PreferenceFormView } from "./preference-form.tsx";

const channelLabels: Record<Channel, string> = {
  in_page: "on the page I am on",
  in_app: "in the app",
  email: "by e-mail",
  sms: "by text message",
  push: "by push message",
  whatsapp: "by WhatsApp",
  webhook: "through another system",
  agent: "by a person of your team",
  call: "by phone",
};

type Page = {
  topics: readonly { key: string; names: readonly string[] }[];
  channels: readonly Channel[];
  preferences: {
    topicsOff: readonly string[];
    channelsOff: readonly Channel[];
    preferredChannel: Channel | null;
    quietHours: { from: string; to: string } | null;
    snoozedUntil: number | null;
    helpOff: boolean;
  };
};

/** What the form shows: topics in words, channels as a customer would say them, a snooze only while it lasts. */
export function preferenceFormView(page: Page, now: number, time: (at: number) => string): PreferenceFormView {
  const { preferences } = page;
  const snoozed = preferences.snoozedUntil !== null && preferences.snoozedUntil > now ? preferences.snoozedUntil : null;
  return {
    topics: page.topics.map((topic) => ({ key: topic.key, label: sentence(topic.key), on: !preferences.topicsOff.includes(topic.key) })),
    channels: page.channels
      .filter((channel) => channel !== "webhook")
      .map((channel) => ({ key: channel, label: channelLabels[channel], on: !preferences.channelsOff.includes(channel) })),
    preferred: preferences.preferredChannel ?? "",
    quiet: preferences.quietHours,
    snoozedUntil: snoozed === null ? null : time(snoozed),
    helpOff: preferences.helpOff,
  };
}

function sentence(key: string): string {
  const text = key.replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
