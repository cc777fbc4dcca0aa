"use client";
import { signIn } from "next-auth/react";
import { type FormEvent, useState } from "react";
import { useHydrated } from "#components/app/use-hydrated.ts";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/input.tsx";

const messages: Record<string, string> = {
  CredentialsSignin: "The e-mail address or the password is wrong.",
  TooManyAttempts: "Too many attempts. Wait a quarter of an hour and try again.",
};

export function SignInForm({ to, welcome }: { to: string; welcome: boolean }) {
  const hydrated = useHydrated();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setError(null);
    const result = await signIn("credentials", { redirect: false, email: form.get("email"), password: form.get("password") });
    if (result?.ok && !result.error) {
      // a whole load: the page must be rendered for the person who is now signed in
      window.location.assign(to);
      return;
    }
    setBusy(false);
    setError(messages[result?.error ?? ""] ?? "Signing in did not work. Try again in a moment.");
  }

  return (
    <form onSubmit={submit} method="post" className="grid gap-4">
      <h1 className="text-base font-semibold">Sign in</h1>
      {welcome && <p className="rounded-md bg-good-soft px-3 py-2 text-good">Your account is ready. Sign in with it.</p>}
      <Field id="email" name="email" type="email" label="E-mail" autoComplete="username" required autoFocus />
      <Field id="password" name="password" type="password" label="Password" autoComplete="current-password" required />
      {error && (
        <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">
          {error}
        </p>
      )}
      <Button type="submit" variant="primary" disabled={busy || !hydrated}>
        {busy ? "Signing in…" : "Sign in"}
      </Button>
    </form>
  );
}
