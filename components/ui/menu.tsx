"use client";
import { Menu as Base } from "@base-ui/react/menu";
import type { ComponentProps, ReactElement, ReactNode } from "react";
import { cn } from "#components/class-names.ts";

/** A button that opens a list of actions. */
export function Menu({ trigger, children, side = "bottom" }: { trigger: ReactElement; children: ReactNode; side?: "top" | "bottom" }) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner side={side} align="end" sideOffset={6} className="z-50">
          <Base.Popup className="min-w-44 rounded-md border bg-surface p-1 shadow-float outline-none">{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

const itemClass =
  "flex w-full cursor-default items-center gap-2 rounded-sm px-2 py-1.5 outline-none select-none data-highlighted:bg-sunken [&_svg]:size-4 [&_svg]:text-ink-soft";

export function MenuItem({ className, ...props }: ComponentProps<typeof Base.Item>) {
  return <Base.Item className={cn(itemClass, typeof className === "string" && className)} {...props} />;
}

export function MenuRadio({
  value,
  onChange,
  options,
  label,
}: {
  value: string;
  onChange: (value: string) => void;
  options: readonly { value: string; label: string; icon?: ReactNode }[];
  label: string;
}) {
  return (
    <Base.RadioGroup value={value} onValueChange={onChange} aria-label={label}>
      {options.map((option) => (
        <Base.RadioItem key={option.value} value={option.value} className={itemClass} closeOnClick>
          {option.icon}
          <span className="flex-1">{option.label}</span>
          <Base.RadioItemIndicator className="text-accent-ink">●</Base.RadioItemIndicator>
        </Base.RadioItem>
      ))}
    </Base.RadioGroup>
  );
}

export function MenuSeparator() {
  return <Base.Separator className="my-1 h-px bg-line" />;
}
