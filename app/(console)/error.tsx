"use client";
import { Failure } from "#components/ui/states.tsx";

export default function ConsoleError({ reset }: { error: Error; reset: () => void }) {
  return <Failure message="Something went wrong on this page. Nothing that customers receive is affected." onRetry={reset} />;
}
