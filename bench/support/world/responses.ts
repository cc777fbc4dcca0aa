import type { ResponseDefinition } from "#server/domain/definitions/response.ts";

function response(key: string, subject: string): ResponseDefinition {
  return {
    key,
    name: subject,
    intent: key,
    benefit: { en: "finish what you began without starting over" },
    variables: [{ path: "traits.first_name", fallback: "there" }],
    variants: [
      {
        channel: "email",
        locale: "en",
        tone: "warm",
        subject: `${subject}, {{ traits.first_name }}`,
        body: "<p>Hello {{ traits.first_name }},</p><p>it looked as if something did not work today. What you began is saved for seven days. Most often another try helps; if not, just answer this mail and a person will look into it.</p>",
        action: { label: "Go on", url: "https://shop.example/go-on" },
      },
      {
        channel: "in_app",
        locale: "en",
        tone: "neutral",
        title: subject,
        body: "Hello {{ traits.first_name }}, what you began is saved.",
        action: { label: "Go on", url: "https://shop.example/go-on" },
      },
    ],
  };
}

export const benchResponses: ResponseDefinition[] = [
  response("friction_help", "Can we help"),
  response("delay_notice", "Your parcel is late"),
  response("news", "What is new"),
];
