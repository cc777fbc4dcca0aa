import { cva, type VariantProps } from "class-variance-authority";
import type { ComponentProps } from "react";
import { cn } from "#components/class-names.ts";

const badgeClass = cva("inline-flex items-center gap-1 rounded-sm px-1.5 py-px text-xs font-medium whitespace-nowrap", {
  variants: {
    tone: {
      neutral: "bg-sunken text-ink-soft",
      accent: "bg-accent-soft text-accent-ink",
      good: "bg-good-soft text-good",
      warn: "bg-warn-soft text-warn",
      bad: "bg-bad-soft text-bad",
    },
  },
  defaultVariants: { tone: "neutral" },
});
export type Tone = NonNullable<VariantProps<typeof badgeClass>["tone"]>;

/** A short word with a tone; the word alone must say it. */
export function Badge({ tone, className, ...props }: ComponentProps<"span"> & { tone?: Tone }) {
  return <span className={cn(badgeClass({ tone }), className)} {...props} />;
}
