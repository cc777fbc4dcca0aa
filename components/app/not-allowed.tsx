import { Lock } from "lucide-react";
import { Empty } from "#components/ui/states.tsx";

/** The page exists, but not for this role. */
export function NotAllowed() {
  return (
    <Empty icon={Lock} title="Your role does not open this page">
      Ask an administrator if you need it for your work.
    </Empty>
  );
}
