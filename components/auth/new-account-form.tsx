"use client";
import { useActionState, useEffect, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/input.tsx";

export type NewAccountState = { message: string | null; errors: Record<string, string> };

type Props = {
  title: string;
  lead: string;
  submit: string;
  action: (before: NewAccountState, form: FormData) => Promise<NewAccountState>;
};

/** Name, address and password behind a one-time token. A link carries the token after #, where no server and no log sees it. */
export function NewAccountForm({ title, lead, submit, action }: Props) {
  const [state, send, busy] = useActionState(action, { message: null, errors: {} });
  const [values, setValues] = useState({ token: "", name: "", email: "" });
  useEffect(() => {
    const token = window.location.hash.slice(1);
    if (token === "") return;
    setValues((before) => ({ ...before, token }));
    window.history.replaceState(null, "", window.location.pathname);
  }, []);
  const bind = (name: keyof typeof values) => ({
    id: name,
    name,
    value: values[name],
    onChange: (event: { target: { value: string } }) => setValues((before) => ({ ...before, [name]: event.target.value })),
    error: state.errors[name],
    required: true,
  });
  return (
    <form action={send} className="grid gap-4">
      <div>
        <h1 className="text-base font-semibold">{title}</h1>
        <p className="mt-1 text-pretty text-ink-soft">{lead}</p>
      </div>
      <Field label="One-time token" autoComplete="off" spellCheck={false} {...bind("token")} />
      <Field label="Your name" autoComplete="name" {...bind("name")} />
      <Field label="E-mail" type="email" autoComplete="username" {...bind("email")} />
      <Field
        id="password"
        name="password"
        type="password"
        label="Password"
        hint="At least 12 characters; a sentence is fine."
        autoComplete="new-password"
        minLength={12}
        required
        error={state.errors["password"]}
      />
      {state.message && (
        <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">
          {state.message}
        </p>
      )}
      <Button type="submit" variant="primary" disabled={busy}>
        {busy ? "One moment…" : submit}
      </Button>
    </form>
  );
}
