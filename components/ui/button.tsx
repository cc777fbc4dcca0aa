import { cva, type VariantProps } from "class-variance-authority";
import type { ComponentProps } from "react";
import { cn } from "#components/class-names.ts";

/** The look of a button, also for links that act like one. */
export const buttonClass = cva(
  "inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md font-medium whitespace-nowrap transition-colors disabled:pointer-events-none disabled:opacity-55 [&_svg]:size-4 [&_svg]:shrink-0",
  {
    variants: {
      variant: {
        primary: "bg-accent text-on-accent hover:bg-accent-strong",
        plain: "border bg-surface shadow-card hover:bg-sunken",
        quiet: "text-ink-soft hover:bg-sunken hover:text-ink",
        danger: "border border-bad/40 bg-surface text-bad hover:bg-bad-soft",
      },
      size: { md: "h-9 px-3.5", sm: "h-7 px-2.5 text-[13px]", icon: "size-9" },
    },
    defaultVariants: { variant: "plain", size: "md" },
  },
);

export function Button({
  className,
  variant,
  size,
  type = "button",
  ...props
}: ComponentProps<"button"> & VariantProps<typeof buttonClass>) {
  return <button type={type} className={cn(buttonClass({ variant, size }), className)} {...props} />;
}
