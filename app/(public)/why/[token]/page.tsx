import type { Metadata } from "next";
import { DeadLink, PublicPage } from "#components/public/public-page.tsx";
import { WhyChoices } from "#components/public/why-choices.tsx";
import { openLink, preferenceUrl } from "#server/api/public-link.ts";
import { getRuntime } from "#server/api/runtime.ts";
import { customerWords } from "#server/domain/decisions/explanations/customer-words.ts";
import { whyMessage } from "#server/usecases/sending/why-message.ts";

export const metadata: Metadata = { title: "Why you got this message" };

type Props = { params: Promise<{ token: string }>; searchParams: Promise<{ noted?: string }> };

export default async function WhyPage({ params, searchParams }: Props) {
  const [{ token }, { noted }] = await Promise.all([params, searchParams]);
  const link = openLink("why", token);
  const { deps } = getRuntime();
  const why =
    link === null || link.messageId === null ? null : await whyMessage(deps, { messageId: link.messageId, customerId: link.customerId });
  if (link === null || why === null) return <DeadLink />;
  const { explanation, message } = why;
  const { company } = await deps.catalog.get();
  const about = message.subject ?? message.title;
  return (
    <PublicPage
      company={company.name}
      lang={explanation.locale}
      title={explanation.headline}
      lead={about === null ? undefined : `“${about}”`}
    >
      {noted !== undefined && (
        <p role="status" className="mt-6 rounded-lg bg-good-soft px-4 py-3 text-good">
          {customerWords[explanation.locale].noted}
        </p>
      )}
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
      <WhyChoices choices={explanation.choices} action={`/why/${encodeURIComponent(token)}/answer`} preferences={preferenceUrl(link)} />
    </PublicPage>
  );
}
