import { FileQuestion } from "lucide-react";
import Link from "next/link";
import { routes } from "#components/routes.ts";
import { buttonClass } from "#components/ui/button.tsx";
import { Empty } from "#components/ui/states.tsx";

export default function ConsoleNotFound() {
  return (
    <Empty icon={FileQuestion} title="There is nothing at this address">
      <Link href={routes.today()} className={`${buttonClass()} mt-3`}>
        Go to Today
      </Link>
    </Empty>
  );
}
