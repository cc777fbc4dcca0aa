import Link from "next/link";
import { buttonClass } from "#components/ui/button.tsx";

export default function NotFound() {
  return (
    <main className="grid min-h-dvh place-content-center gap-3 p-6 text-center">
      <h1 className="text-lg font-semibold">There is nothing at this address</h1>
      <p className="text-ink-soft">The link may be incomplete or out of date.</p>
      <Link href="/" className={`${buttonClass()} mt-2 justify-self-center`}>
        Go to the start
      </Link>
    </main>
  );
}
