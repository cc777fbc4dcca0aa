"use client";

/** The last resort: stands alone, since the layout itself may be what failed. */
export default function GlobalError({ reset }: { error: Error; reset: () => void }) {
  return (
    <html lang="en">
      <body style={{ font: "15px/1.5 system-ui, sans-serif", padding: "4rem 1.5rem", textAlign: "center" }}>
        <h1 style={{ fontSize: "1.25rem" }}>Tact cannot show this page</h1>
        <p>The database may be away. Nothing was lost: events are kept and help goes on when it is back.</p>
        <button type="button" onClick={reset}>
          Try again
        </button>
      </body>
    </html>
  );
}
