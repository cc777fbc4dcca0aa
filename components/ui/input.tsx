import type { ComponentProps } from "react";
import { cn } from "#components/class-names.ts";

export function Input({ className, ...props }: ComponentProps<"input">) {
  return (
    <input
      className={cn(
        "h-9 w-full min-w-0 rounded-md border border-line-strong/70 bg-surface px-3 text-ink placeholder:text-ink-soft aria-invalid:border-bad",
        className,
      )}
      {...props}
    />
  );
}

/** A labelled input with its hint and its error, tied together for assistive technology. */
export function Field({
  label,
  hint,
  error,
  id,
  ...props
}: Omit<ComponentProps<"input">, "id"> & { id: string; label: string; hint?: string; error?: string | undefined }) {
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <Input id={id} aria-invalid={error ? true : undefined} aria-describedby={described || undefined} {...props} />
      {hint && (
        <p id={`${id}-hint`} className="text-[13px] text-ink-soft">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="text-[13px] text-bad">
          {error}
        </p>
      )}
    </div>
  );
}
