"use client";
import { Search, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Input } from "#components/ui/input.tsx";

const SETTLE_MS = 200;

/** A search that asks once typing has paused. `/` brings the keyboard here. */
export function SearchField({
  label,
  value,
  onChange,
  placeholder,
}: {
  label: string;
  value: string;
  onChange: (text: string) => void;
  placeholder: string;
}) {
  const [text, setText] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => setText(value), [value]);
  useEffect(() => () => clearTimeout(timer.current), []);

  function change(next: string, waitMs: number) {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onChange(next.trim()), waitMs);
  }

  return (
    <search className="relative w-full sm:w-80">
      <Search aria-hidden className="pointer-events-none absolute top-2.5 left-3 size-4 text-ink-soft" />
      <Input
        type="text"
        inputMode="search"
        data-page-search
        aria-label={label}
        placeholder={placeholder}
        value={text}
        onChange={(event) => change(event.target.value, SETTLE_MS)}
        onKeyDown={(event) => event.key === "Escape" && change("", 0)}
        className="px-9"
      />
      {text !== "" && (
        <button
          type="button"
          aria-label="Clear search"
          onClick={() => change("", 0)}
          className="absolute top-1 right-1 grid size-7 place-items-center rounded-sm text-ink-soft hover:text-ink"
        >
          <X aria-hidden className="size-4" />
        </button>
      )}
    </search>
  );
}
