import { buttonClass } from "#components/ui/button.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import { type HelpAnswer, helpAnswers } from "#server/contracts/public/help-answer.ts";
import type { ChoiceKey } from "#server/domain/decisions/explain.ts";

type Choice = { key: ChoiceKey; text: string };

/** Where on the preference page the choices are made that are about more than this one message. */
const places: Record<Exclude<ChoiceKey, keyof typeof helpAnswers>, string> = {
  topicOff: "topics",
  channels: "channels",
  helpOff: "off",
  withdraw: "topics",
};

/** What a customer can do about a message: answer it with one button, or go to the place where the rest is chosen. */
export function WhyChoices({ choices, action, preferences }: { choices: readonly Choice[]; action: string; preferences: string }) {
  const answers: { value: HelpAnswer; text: string }[] = [];
  const links: { place: string; text: string }[] = [];
  for (const { key, text } of choices) {
    if (key === "postpone" || key === "decline") answers.push({ value: helpAnswers[key], text });
    else links.push({ place: places[key], text });
  }
  if (choices.length === 0) return null;
  return (
    <div className="mt-8 grid gap-6 border-t pt-6">
      {answers.length > 0 && (
        <form method="post" action={action} className="flex flex-wrap gap-3">
          {answers.map(({ value, text }) => (
            <button key={value} type="submit" name="answer" value={value} className={buttonClass({ variant: "plain" })}>
              {text}
            </button>
          ))}
        </form>
      )}
      <ul className="grid gap-2.5">
        {links.map(({ place, text }) => (
          <li key={text}>
            <TextLink href={`${preferences}#${place}`}>{text}</TextLink>
          </li>
        ))}
      </ul>
    </div>
  );
}
