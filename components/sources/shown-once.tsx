"use client";
import { toast } from "sonner";
import { Button } from "#components/ui/button.tsx";
import { Input } from "#components/ui/input.tsx";

/** A secret in the only moment it can be read, with a button to take it along. */
export function ShownOnce({ label, value, onDone }: { label: string; value: string; onDone: () => void }) {
  async function copy() {
    try {
      await navigator.clipboard.writeText(value);
      toast.success(`${label} copied.`);
    } catch {
      toast.error("The browser did not allow copying. Select the text and copy it.");
    }
  }
  return (
    <div className="mt-5 grid gap-2">
      <div className="flex gap-2">
        <Input readOnly aria-label={label} value={value} onFocus={(event) => event.target.select()} className="font-mono text-[13px]" />
        <Button onClick={() => void copy()}>Copy</Button>
      </div>
      <p className="text-[13px] text-warn">It is shown only now. Nobody can read it later, not even an administrator.</p>
      <div className="mt-2 flex justify-end">
        <Button variant="primary" onClick={onDone}>
          I have kept it
        </Button>
      </div>
    </div>
  );
}
