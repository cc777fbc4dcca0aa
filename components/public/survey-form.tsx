import { buttonClass } from "#components/ui/button.tsx";

type Scale = { from: number; to: number };
export const surveyWords = {
  csat: { question: "How satisfied were you?", low: "not at all", high: "very satisfied" },
  nps: { question: "How likely are you to recommend us to a friend?", low: "not at all likely", high: "extremely likely" },
  ces: { question: "We made it easy for you to handle your request. Do you agree?", low: "not at all", high: "fully" },
} as const;

/** One question, one tap, and room for a word; works without scripts. */
export function SurveyForm({ action, survey, scale }: { action: string; survey: keyof typeof surveyWords; scale: Scale }) {
  const { low, high, question } = surveyWords[survey];
  const scores = Array.from({ length: scale.to - scale.from + 1 }, (_, index) => scale.from + index);
  return (
    <form method="post" action={action} className="mt-8 grid gap-6">
      <fieldset>
        <legend className="sr-only">{question}</legend>
        <div className="flex flex-wrap gap-1.5">
          {scores.map((score) => (
            <label key={score} className="relative">
              <input type="radio" name="score" value={score} required className="peer sr-only" />
              <span className="grid size-11 place-items-center rounded-md border border-line-strong/70 bg-surface font-medium peer-checked:border-accent peer-checked:bg-accent peer-checked:text-on-accent peer-focus-visible:outline-2 peer-focus-visible:outline-offset-2 peer-focus-visible:outline-accent">
                {score}
              </span>
            </label>
          ))}
        </div>
        <p className="mt-2 flex max-w-[34rem] justify-between text-[13px] text-ink-soft">
          <span>
            {scale.from} = {low}
          </span>
          <span>
            {scale.to} = {high}
          </span>
        </p>
      </fieldset>
      <label className="grid gap-1.5">
        <span>What was the reason? (optional)</span>
        <textarea name="comment" rows={4} maxLength={4000} className="rounded-md border border-line-strong/70 bg-surface px-3 py-2" />
      </label>
      <button type="submit" className={`${buttonClass({ variant: "primary" })} h-11 justify-self-start px-6`}>
        Send
      </button>
    </form>
  );
}
