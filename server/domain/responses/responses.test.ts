import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ResponseDefinition } from "../definitions/response.ts";
import { chooseVariant, variantChannels } from "./choose-variant.ts";
import { isMailAddress, parseMailbox, singleLine } from "./mail-address.ts";
import { isSafeLink, refuseHtml } from "./safe-links.ts";

function response(...variants: [channel: "email" | "in_app", locale: string, tone?: "warm" | "formal"][]): ResponseDefinition {
  return {
    key: "r",
    name: "r",
    intent: "r",
    benefit: { en: "b" },
    variables: [],
    variants: variants.map(([channel, locale, tone]) => ({ channel, locale, tone: tone ?? "neutral", body: "x" })),
  };
}

describe("the wording for a person", () => {
  const choose = (of: ResponseDefinition, locale: string, companyLocale = "en") =>
    chooseVariant(of, { channel: "email", locale, companyLocale })?.variant.locale;

  it("is in their language, then the company's, then English, then whatever there is", () => {
    const all = response(["email", "fr"], ["email", "en"], ["email", "de-DE"], ["email", "de"], ["in_app", "de-AT"]);
    expect(choose(all, "de-AT")).toBe("de");
    expect(choose(all, "de-DE")).toBe("de-DE");
    expect(choose(all, "es", "fr")).toBe("fr");
    expect(choose(all, "es", "it")).toBe("en");
    expect(choose(response(["email", "fr"]), "es", "it")).toBe("fr");
  });
  it("does not exist on a channel without words", () => {
    expect(chooseVariant(response(["in_app", "en"]), { channel: "email", locale: "en", companyLocale: "en" })).toBeNull();
    expect(variantChannels(response(["in_app", "en"], ["email", "en"], ["in_app", "de"]))).toEqual(["in_app", "email"]);
  });
  it("takes the wanted tone among equal languages only", () => {
    const of = response(["email", "de", "formal"], ["email", "en", "warm"], ["email", "de", "warm"]);
    const chosen = chooseVariant(of, { channel: "email", locale: "de", companyLocale: "en", tone: "warm" });
    expect(chosen?.index).toBe(2);
  });
});

describe("an e-mail address in an envelope", () => {
  it("is plain: one @, no quotes, spaces, brackets, lists or line ends", () => {
    for (const good of ["a@b.test", "first.last+tag@sub.example.org", "x_y@localhost"]) expect(isMailAddress(good)).toBe(true);
    for (const bad of [
      "",
      "a",
      "a@",
      "@b",
      "a@b@c",
      "a b@c.test",
      '"a@x"@b.test',
      "a@b.test\r\nRCPT TO:<x@y>",
      "a@b.test,c@d.test",
      "<a@b.test>",
      "a..b@c.test",
      ".a@b.test",
      "a.@b.test",
      "ä@b.test",
      "a＠b.test",
      `${"a".repeat(65)}@b.test`,
      `a@${"b".repeat(260)}`,
    ]) {
      expect(isMailAddress(bad), bad).toBe(false);
    }
  });
  it("is judged in linear time", () => {
    for (const text of ["a".repeat(100_000), `${"a.".repeat(50_000)}@`, `a@${"b-".repeat(50_000)}`])
      expect(isMailAddress(text)).toBe(false);
  });
  it("is taken out of a mailbox with a name", () => {
    expect(parseMailbox('"Acme Help" <help@acme.test>')).toEqual({ name: "Acme Help", address: "help@acme.test" });
    expect(parseMailbox("help@acme.test")).toEqual({ name: "", address: "help@acme.test" });
    expect(parseMailbox("Acme <not an address>")).toBeNull();
  });
  it("and a header line never hold a line end", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => !/[\p{Cc}\u2028\u2029]/u.test(singleLine(text))));
  });
});

describe("a link in a message", () => {
  it("goes to the web, to mail or to a telephone, and nowhere else", () => {
    for (const good of ["https://shop.test", "http://localhost:3000/x", "mailto:a@b.test", "tel:+491234", "https://shop.test/?a=1#b"]) {
      expect(isSafeLink(good), good).toBe(true);
    }
    for (const bad of [
      "javascript:alert(1)",
      "JaVaScRiPt:alert(1)",
      " javascript:alert(1)",
      "java\tscript:alert(1)",
      "data:text/html,x",
      "vbscript:x",
      "//evil.test",
      "/\\evil.test",
      "https:evil.test",
      "https://a@evil.test",
      "https://shop.test\\@evil.test",
      "file:///etc/passwd",
      "",
      "mailto:",
    ]) {
      expect(isSafeLink(bad), bad).toBe(false);
    }
  });
  it("is found in HTML however it is written", () => {
    expect(refuseHtml('<p title="x onclick=y">a</p>')).toBeNull();
    expect(refuseHtml('<p>a < b & c</p><a href="https://x.test?a=1&amp;b=2">x</a>')).toBeNull();
    for (const bad of [
      "<a href=javascript:x>y</a>",
      "<a\nhref='&#106;avascript:x'>y</a>",
      "<img src='data:image/svg+xml,x'>",
      '<a href="&#x6A;&#x61;vascript&colon;x">y</a>',
      "<svg onload=x>",
      "<p style='background:expression(x)'>",
      "<base href='https://evil.test'>",
      '<p title=a"b onclick=x c=">',
      "<p title='\"' onclick='x' lang='\"'>",
      "<p/onclick=x>",
      "<p title='a>b' onclick=x>",
      "<p title='a onclick=x>",
      '<p title="x"onclick=y>',
    ]) {
      expect(refuseHtml(bad), bad).not.toBeNull();
    }
  });
});
