"use client";
import { useTheme } from "next-themes";
import { Toaster as Sonner } from "sonner";

/** The one place where short messages appear. */
export function Toaster() {
  const { resolvedTheme } = useTheme();
  return (
    <Sonner
      theme={resolvedTheme === "dark" ? "dark" : "light"}
      position="bottom-right"
      toastOptions={{ className: "!bg-surface !text-ink !border-line !shadow-float !rounded-lg" }}
    />
  );
}
