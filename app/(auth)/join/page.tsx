import type { Metadata } from "next";
import { NewAccountForm } from "#components/auth/new-account-form.tsx";
import { joinByInvitation } from "../new-account.ts";

export const metadata: Metadata = { title: "Join" };

export default function JoinPage() {
  return (
    <NewAccountForm
      title="Join your colleagues"
      lead="You were invited to Tact. Choose how you sign in."
      submit="Join"
      action={joinByInvitation}
    />
  );
}
