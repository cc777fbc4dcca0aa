import type { Metadata } from "next";
import { DeadLink, PublicPage } from "#components/public/public-page.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import { openLink, preferenceUrl } from "#server/api/public-link.ts";
import { getRuntime } from "#server/api/runtime.ts";
import type { ChoiceKey } from "#server/domain/decisions/explain.ts";
import { whyMessage } from "#server/usecases/sending/why-message.ts";

export const metadata: Metadata = { title: "Why you got this message" };

/** Where on the preference page each choice is made. */
const places: Record<ChoiceKey, string> = {
  postpone: "snooze",
  topicOff: "topics",
  channels: "channels",
  helpOff: "off",
  withdraw: "topics",
};

export default async function WhyPage({ params }: { params: Promise<{ token: string }> }) {
  const link = openLink("why", (await params).token);
  const { deps } = getRuntime();
  const why =
    link === null || link.messageId === null ? null : await whyMessage(deps, { messageId: link.messageId, customerId: link.customerId });
  if (link === null || why === null) return <DeadLink />;
  const { explanation, message } = why;
  const { company } = await deps.catalog.get();
  const about = message.subject ?? message.title;
  const preferences = preferenceUrl(link);
  return (
    <PublicPage
      company={company.name}
      lang={explanation.locale}
      title={explanation.headline}
      lead={about === null ? undefined : `“${about}”`}
    >
      {explanation.reasons.length > 0 && (
        <section className="mt-8">
          {explanation.noticed !== null && <h2 className="mb-2 font-semibold">{explanation.noticed}</h2>}
          <ul className="grid list-disc gap-1.5 pl-5 marker:text-accent">
            {explanation.reasons.map((reason) => (
              <li key={reason} className="first-letter:uppercase">
                {reason}
              </li>
            ))}
          </ul>
        </section>
      )}
      {explanation.benefit !== null && (
        <p className="mt-6 rounded-lg bg-accent-soft px-4 py-3 text-accent-ink first-letter:uppercase">{explanation.benefit}</p>
      )}
      <p className="mt-6 text-ink-soft">{explanation.purpose}</p>
      {explanation.choices.length > 0 && (
        <ul className="mt-8 grid gap-2.5 border-t pt-6">
          {explanation.choices.map((choice) => (
            <li key={choice.key}>
              <TextLink href={`${preferences}#${places[choice.key]}`}>{choice.text}</TextLink>
            </li>
          ))}
        </ul>
      )}
    </PublicPage>
  );
}
