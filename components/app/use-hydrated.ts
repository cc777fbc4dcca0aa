"use client";
import { useSyncExternalStore } from "react";

const never = () => () => {};

/** False in what the server sent, true once the page answers: a form must not be sent before. */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}
