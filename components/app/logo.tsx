/** The name as a mark: two strokes of a T, and the step back. */
export function Logo() {
  return (
    <span className="inline-flex items-center gap-2 text-[17px] font-semibold tracking-[-0.02em]">
      <svg viewBox="0 0 32 32" className="size-6" aria-hidden="true">
        <rect width="32" height="32" rx="8" className="fill-accent" />
        <path d="M9 11h14M16 11v6" className="stroke-on-accent" strokeWidth="3" strokeLinecap="round" />
        <circle cx="16" cy="22.5" r="2" className="fill-on-accent" />
      </svg>
      Tact
    </span>
  );
}
