"use client";
import { useRouter } from "next/navigation";
import { useEffect, useRef, useSyncExternalStore } from "react";
import { destinations } from "./navigation.ts";
import { useSession } from "./session.tsx";

const STORE = "tact.single-keys";
const GO_WITHIN_MS = 1200;
const changed = "tact:single-keys";

function subscribe(listener: () => void): () => void {
  window.addEventListener(changed, listener);
  return () => window.removeEventListener(changed, listener);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName) || target.closest("[role=dialog]") !== null;
}

/**
 * The keyboard of the console: ⌘K or Ctrl+K always; single letters only while nothing is being typed, and not at all for those who turned
 * them off (WCAG 2.1.4).
 */
export function useKeys({ onPalette, onSheet }: { onPalette: () => void; onSheet: () => void }) {
  const router = useRouter();
  const { permissions } = useSession();
  const goneAt = useRef(0);
  const enabled = useSyncExternalStore(
    subscribe,
    () => localStorage.getItem(STORE) !== "off",
    () => true,
  );

  useEffect(() => {
    function onKeyDown(event: KeyboardEvent) {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        onPalette();
        return;
      }
      if (!enabled || event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return;
      if (event.key === "?") onSheet();
      else if (event.key === "/") {
        const field = document.querySelector<HTMLInputElement>("[data-page-search]");
        if (field === null) return;
        event.preventDefault();
        field.focus();
      } else if (event.key === "g") goneAt.current = event.timeStamp;
      else if (event.timeStamp - goneAt.current < GO_WITHIN_MS) {
        goneAt.current = 0;
        const place = destinations.find((each) => each.key === event.key && permissions.includes(each.permission));
        if (place !== undefined) router.push(place.href);
      }
    }
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [enabled, onPalette, onSheet, permissions, router]);

  return {
    enabled,
    setEnabled(on: boolean) {
      localStorage.setItem(STORE, on ? "on" : "off");
      window.dispatchEvent(new Event(changed));
    },
  };
}
