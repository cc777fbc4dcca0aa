import { describe, expect, test } from "vitest";
import type { ResponseDefinition, ResponseVariant } from "../domain/definitions/response.ts";
import { createRenderer, type RenderInput } from "./render.ts";

const email: ResponseVariant = {
  channel: "email",
  locale: "en",
  tone: "neutral",
  subject: "Hello {{ traits.name }}",
  body: "Hi {{ traits.name }},\n\nyour parcel is late.",
  action: { label: "Track it", url: "https://shop.test/track?id={{ entry.orderId | url_encode }}" },
};

let hashes = 0;
function input(
  variant: Partial<ResponseVariant> = {},
  facts: Partial<RenderInput["facts"]> = {},
  variables?: ResponseDefinition["variables"],
): RenderInput {
  hashes += 1;
  const whole = { ...email, ...variant };
  return {
    response: {
      version: 1,
      contentHash: `hash-${hashes}`,
      definition: {
        key: "late",
        name: "Late",
        intent: "late",
        benefit: { en: "You know where your parcel is." },
        variables: variables ?? [
          { path: "traits.name", fallback: "there" },
          { path: "entry.orderId", fallback: "0" },
          { path: "entry.items", fallback: "" },
        ],
        variants: [whole],
      },
    },
    variant: { variant: whole, index: 0 },
    facts: { traits: {}, entry: {}, customer: {}, company: { name: "Acme" }, links: {}, ...facts },
    companyName: "Acme & Co",
    surveyUrl: null,
    links: { why: "https://t.test/why/1", preferences: "https://t.test/p/1", unsubscribe: "https://t.test/u/1" },
  };
}
const render = createRenderer();
function rendered(of: RenderInput) {
  const result = render(of);
  if (!result.ok) throw new Error(result.reason);
  return result.message;
}
function reason(of: RenderInput): string {
  const result = render(of);
  return result.ok ? "rendered" : result.reason;
}

describe("a rendered mail", () => {
  test("has a subject, an HTML part and the same words as plain text, with why, preferences and unsubscribe", () => {
    const mail = rendered(input({}, { traits: { name: "Ada" }, entry: { orderId: "A/1 2" } }));
    expect(mail.subject).toBe("Hello Ada");
    for (const part of [mail.html ?? "", mail.text]) {
      expect(part).toContain("Hi Ada,");
      for (const link of ["https://t.test/why/1", "https://t.test/p/1", "https://t.test/u/1", "https://shop.test/track?id=A%2F1+2"]) {
        expect(part).toContain(link);
      }
    }
    expect(mail.html).toContain("Acme &amp; Co");
    expect(mail.html).toContain('lang="en"');
  });

  test("never says 'Hi ,': a missing or blank value takes its fallback, and without one there is no mail", () => {
    expect(rendered(input()).text).toContain("Hi there,");
    expect(rendered(input({}, { traits: { name: "  " } })).text).toContain("Hi there,");
    expect(reason(input({}, {}, [{ path: "traits.name" }]))).toBe("the variable traits.name is missing and has no fallback");
    expect(reason(input({ body: "Hi {{ traits.nmae }}" }))).toMatch(/undefined variable/);
  });

  test("shows what a customer is called and never runs it", () => {
    const name = `<img src=x onerror=alert(1)>{{ company.name }}"'`;
    const mail = rendered(input({ body: `<p title="{{ traits.name }}">{{ traits.name }}</p>` }, { traits: { name } }));
    expect(mail.html).not.toContain("<img");
    expect(mail.html).toContain("&lt;img src=x onerror=alert(1)&gt;{{ company.name }}");
    expect(mail.text).toContain("<img src=x onerror=alert(1)>");
  });

  test("keeps one line in its subject, whatever a value holds", () => {
    const mail = rendered(input({}, { traits: { name: "Ada\r\nBcc: all@victim.test\u0000\u2028x" } }));
    expect(mail.subject).not.toMatch(/[\p{Cc}\u2028]/u);
    expect(mail.subject).toContain("Hello Ada Bcc: all@victim.test");
  });

  test("made from HTML has its words, not its tags, in the plain part", () => {
    const mail = rendered(
      input({ body: "<h1>Late, {{ traits.name }}</h1><p>See <a href='https://shop.test'>the shop</a>.</p>" }, { traits: { name: "Zoë" } }),
    );
    expect(mail.text).toContain("Late, Zoë");
    expect(mail.text).toContain("the shop [https://shop.test]");
    expect(mail.text).not.toContain("<p>");
  });

  test("loops over a list of the event and escapes each entry", () => {
    const body = "<ul>{% for item in entry.items %}<li>{{ item.name }}</li>{% endfor %}</ul>";
    const mail = rendered(input({ body }, { entry: { items: [{ name: "A&B" }, { name: "C" }] } }));
    expect(mail.html).toContain("<li>A&amp;B</li><li>C</li>");
    expect(mail.text).toContain("A&B");
  });

  test("is compiled once per content hash and rendered thousands of times a second", () => {
    const one = input({}, { traits: { name: "Ada" } });
    rendered(one);
    const started = performance.now();
    for (let index = 0; index < 500; index += 1) rendered(one);
    expect((performance.now() - started) / 500).toBeLessThan(2);
  });
});

describe("in the app", () => {
  test("text is plain: nothing is escaped twice", () => {
    const message = rendered(
      input({ channel: "in_app", title: "For {{ traits.name }}", body: "It's late, {{ traits.name }}" }, { traits: { name: "A&B" } }),
    );
    expect(message).toMatchObject({ html: null, title: "For A&B", text: "It's late, A&B" });
  });
});

const many = (count: number, text: string) => text.repeat(count);
const poisons: [string, Partial<ResponseVariant>][] = [
  ["an endless loop", { body: "{% for i in (1..1000000000) %}x{% endfor %}" }],
  ["loops in loops", { body: `${many(6, "{% for i in (1..1000) %}")}x${many(6, "{% endfor %}")}` }],
  ["doubling text", { body: `{% assign a = "xxxxxxxxxx" %}${many(60, "{% assign a = a | append: a %}")}{{ a }}` }],
  ["doubling by capture", { body: `{% assign a = "xxxxxxxxxx" %}${many(60, "{% capture a %}{{ a }}{{ a }}{% endcapture %}")}{{ a }}` }],
  ["doubling by replace", { body: `{% assign a = "xxxxxxxxxx" %}${many(20, '{% assign a = a | replace: "x", "xxxxxxxxxx" %}')}{{ a }}` }],
  ["three thousand nested tags", { body: `${many(3_500, "{% if true %}")}x${many(3_500, "{% endif %}")}` }],
  ["four hundred nested tags that never end", { body: many(400, "{% if true %}") }],
  ["a file by include", { body: "{% include '/etc/passwd' %}" }],
  ["a file by render", { body: "{% render '/etc/passwd' %}" }],
  ["a layout", { body: "{% layout '/etc/passwd' %}" }],
  ["a block", { body: "{% block x %}y{% endblock %}" }],
  ["Liquid switched off", { body: "{% raw %}{{ traits.name }}{% endraw %}" }],
  ["escaping switched off", { body: "<p>{{ traits.name | raw }}</p>" }],
  ["a filter that runs expressions", { body: "{{ entry.items | where_exp: 'i', 'i.x == 1' }}" }],
  ["a filter nobody has", { body: "{{ traits.name | nonsense }}" }],
  ["JSON of everything", { body: "{{ traits | json }}" }],
  ["a table row tag", { body: "{% tablerow i in (1..3) %}x{% endtablerow %}" }],
  ["the prototype", { body: "{{ traits.name.constructor.constructor }}" }],
  ["the prototype by another way", { body: "{{ company.__proto__.polluted }}" }],
  ["an unfinished output", { body: "{{ traits.name" }],
  ["an unfinished tag", { body: "{% if traits.name" }],
  ["an undeclared trait", { body: "{{ traits.secret }}" }],
  ["a script", { body: "<p>x</p><script>alert(1)</script>" }],
  ["an event handler", { body: "<p onclick='alert(1)'>x</p>" }],
  ["a form", { body: "<form action='https://evil.test'><input name='p'></form>" }],
  ["an inner frame", { body: "<iframe src='https://evil.test'></iframe>" }],
  ["a script link", { body: "<p><a href='java&#x73;cript:alert(1)'>x</a></p>" }],
  ["a data link", { body: "<p><a href='data:text/html,x'>x</a></p>" }],
  ["a script action", { action: { label: "x", url: "javascript:alert(1)" } }],
  ["an action on a relative path", { action: { label: "x", url: "/pay" } }],
  ["an action with a user name in front of the host", { action: { label: "x", url: "https://shop.test@evil.test/" } }],
  ["a text of a hundred kilobytes", { body: many(21_000, "word ") }],
  ["no text at all", { body: "<p> </p>" }],
  ["no subject", { subject: " " }],
];

describe("a template with", () => {
  test.each(poisons)("%s is a reason, not a message, within a second", (_name, variant) => {
    const started = performance.now();
    const result = render(input(variant, { traits: { name: "Ada" } }));
    expect(performance.now() - started).toBeLessThan(1_000);
    expect(result.ok).toBe(false);
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });
});
