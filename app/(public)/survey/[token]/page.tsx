import type { Metadata } from "next";
import { DeadLink, PublicPage } from "#components/public/public-page.tsx";
import { SurveyForm, surveyWords } from "#components/public/survey-form.tsx";
import { openLink } from "#server/api/public-link.ts";
import { getRuntime } from "#server/api/runtime.ts";
import { findSurvey, surveyScales } from "#server/usecases/sending/record-survey-answer.ts";

export const metadata: Metadata = { title: "One question" };

type Props = { params: Promise<{ token: string }>; searchParams: Promise<{ sent?: string }> };

const answers: Record<string, { title: string; lead: string }> = {
  ok: { title: "Thank you", lead: "Your answer is kept. You can change it for a week with the same link." },
  too_late: { title: "Your answer is kept", lead: "It was given more than a week ago and cannot be changed any more." },
};

export default async function SurveyPage({ params, searchParams }: Props) {
  const [{ token }, { sent }] = await Promise.all([params, searchParams]);
  const link = openLink("survey", token);
  const { deps } = getRuntime();
  const survey =
    link === null || link.messageId === null ? null : await findSurvey(deps, { messageId: link.messageId, customerId: link.customerId });
  if (survey === null) return <DeadLink />;
  const { company } = await deps.catalog.get();
  const answered = sent === undefined ? undefined : answers[sent];
  if (answered !== undefined) return <PublicPage company={company.name} title={answered.title} lead={answered.lead} />;
  return (
    <PublicPage company={company.name} title={surveyWords[survey].question}>
      <SurveyForm action={`/survey/${encodeURIComponent(token)}/answer`} survey={survey} scale={surveyScales[survey]} />
    </PublicPage>
  );
}
