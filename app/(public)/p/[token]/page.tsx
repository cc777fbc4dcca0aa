import type { Metadata } from "next";
import { formatTime } from "#components/app/time.tsx";
import { PreferenceForm } from "#components/public/preference-form.tsx";
import { preferenceFormView } from "#components/public/preference-view.ts";
import { DeadLink, PublicPage } from "#components/public/public-page.tsx";
import { openLink } from "#server/api/public-link.ts";
import { getRuntime } from "#server/api/runtime.ts";
import { getPreferences } from "#server/usecases/preferences/get-preferences.ts";

export const metadata: Metadata = { title: "Your preferences" };

type Props = { params: Promise<{ token: string }>; searchParams: Promise<{ saved?: string }> };

export default async function PreferencesPage({ params, searchParams }: Props) {
  const [{ token }, { saved }] = await Promise.all([params, searchParams]);
  const link = openLink("preferences", token);
  const { deps } = getRuntime();
  const page = link === null ? null : await getPreferences(deps, { customerId: link.customerId });
  if (page === null) return <DeadLink />;
  const { timezone } = (await deps.catalog.get()).company;
  return (
    <PublicPage company={page.company} title="Your preferences" lead="Choose what we may write about, how and when. It counts at once.">
      {saved !== undefined && (
        <p role="status" className="mt-6 rounded-lg bg-good-soft px-4 py-3 text-good">
          Saved. This is what holds from now on.
        </p>
      )}
      <PreferenceForm
        action={`/p/${encodeURIComponent(token)}/save`}
        view={preferenceFormView(page, deps.clock.now(), (at) => `${formatTime(at, timezone)} (${timezone})`)}
      />
    </PublicPage>
  );
}
