import type { ResponseDefinition } from "#server/domain/definitions/response.ts";

const FIRST_NAME = { path: "traits.first_name", fallback: "there" };

export const shopResponses: ResponseDefinition[] = [
  {
    key: "checkout_tip",
    name: "Tip at checkout",
    intent: "checkout_help",
    benefit: {
      en: "finish your order without starting over",
      es: "terminar su pedido sin empezar de nuevo",
      de: "Ihre Bestellung abschließen, ohne von vorn zu beginnen",
      fr: "terminer votre commande sans tout recommencer",
    },
    variables: [FIRST_NAME],
    variants: [
      {
        channel: "in_page",
        locale: "en",
        tone: "neutral",
        title: "Trouble paying?",
        body: "Your basket is saved. You can try another card, or pay by invoice.",
        action: { label: "See ways to pay", url: "https://shop.example/help/payment" },
      },
      {
        channel: "in_app",
        locale: "en",
        tone: "neutral",
        title: "Trouble paying?",
        body: "Your basket is saved. You can try another card, or pay by invoice.",
        action: { label: "See ways to pay", url: "https://shop.example/help/payment" },
      },
      {
        channel: "in_app",
        locale: "de",
        tone: "neutral",
        title: "Klappt die Zahlung nicht?",
        body: "Ihr Warenkorb ist gespeichert. Sie können eine andere Karte nehmen oder auf Rechnung zahlen.",
        action: { label: "Zahlungsarten ansehen", url: "https://shop.example/help/payment" },
      },
    ],
  },
  {
    key: "checkout_mail",
    name: "Help with the order, by mail",
    intent: "checkout_help",
    benefit: {
      en: "finish your order without starting over",
      es: "terminar su pedido sin empezar de nuevo",
      de: "Ihre Bestellung abschließen, ohne von vorn zu beginnen",
      fr: "terminer votre commande sans tout recommencer",
    },
    variables: [FIRST_NAME],
    variants: [
      {
        channel: "email",
        locale: "en",
        tone: "warm",
        subject: "Your basket is waiting – can we help?",
        body: "<p>Hello {{ traits.first_name }},</p><p>it looked as if paying did not work today. Your basket is saved for seven days. Most often another card or paying by invoice helps; if not, just answer this mail and a person will look into it.</p>",
        action: { label: "Go on with my order", url: "https://shop.example/basket" },
      },
      {
        channel: "email",
        locale: "de",
        tone: "warm",
        subject: "Ihr Warenkorb wartet – können wir helfen?",
        body: "<p>Guten Tag {{ traits.first_name }},</p><p>die Zahlung scheint heute nicht geklappt zu haben. Ihr Warenkorb bleibt sieben Tage gespeichert. Meist hilft eine andere Karte oder die Zahlung auf Rechnung; sonst antworten Sie einfach auf diese Mail.</p>",
        action: { label: "Bestellung fortsetzen", url: "https://shop.example/basket" },
      },
    ],
  },
  {
    key: "delay_notice",
    name: "Notice of a late delivery",
    intent: "delivery_update",
    benefit: {
      en: "know when your parcel comes, without asking",
      es: "saber cuándo llega su paquete, sin preguntar",
      de: "wissen, wann Ihr Paket kommt, ohne nachzufragen",
      fr: "savoir quand votre colis arrive, sans demander",
    },
    variables: [
      FIRST_NAME,
      { path: "entry.order_id", fallback: "the latest one" },
      { path: "entry.new_eta", fallback: "as soon as we know it" },
    ],
    variants: [
      {
        channel: "email",
        locale: "en",
        tone: "neutral",
        subject: "Your delivery is running late",
        body: "<p>Hello {{ traits.first_name }},</p><p>your order ({{ entry.order_id }}) will not arrive as promised. The new date: {{ entry.new_eta }}. You do not need to do anything; if the date does not suit you, choose another or cancel free of charge.</p>",
        action: { label: "Change or cancel", url: "https://shop.example/orders" },
      },
      {
        channel: "in_app",
        locale: "en",
        tone: "neutral",
        title: "Your delivery is running late",
        body: "Your order ({{ entry.order_id }}) will arrive later. New date: {{ entry.new_eta }}.",
        action: { label: "Change or cancel", url: "https://shop.example/orders" },
      },
    ],
  },
  {
    key: "refill_reminder",
    name: "Refill reminder",
    intent: "refill",
    benefit: {
      en: "do not run out of what you use every day",
      es: "no quedarse sin lo que usa cada día",
      de: "nicht ohne das dastehen, was Sie täglich brauchen",
      fr: "ne pas manquer de ce que vous utilisez chaque jour",
    },
    variables: [FIRST_NAME, { path: "traits.refill_product", fallback: "your usual order" }],
    variants: [
      {
        channel: "email",
        locale: "en",
        tone: "warm",
        subject: "Time for a refill?",
        body: "<p>Hello {{ traits.first_name }},</p><p>going by your last order, {{ traits.refill_product }} may run out this week. One click orders the same again; nothing is ordered by itself.</p>",
        action: { label: "Order the same again", url: "https://shop.example/refill" },
      },
      {
        channel: "in_app",
        locale: "en",
        tone: "warm",
        title: "Time for a refill?",
        body: "Going by your last order, {{ traits.refill_product }} may run out this week.",
        action: { label: "Order the same again", url: "https://shop.example/refill" },
      },
    ],
  },
  {
    key: "help_survey",
    name: "Did this help?",
    intent: "csat_after_help",
    benefit: { en: "tell us in one click whether this was useful" },
    variables: [FIRST_NAME],
    variants: [
      {
        channel: "email",
        locale: "en",
        tone: "warm",
        subject: "Did our message help?",
        body: "<p>Hello {{ traits.first_name }},</p><p>yesterday we wrote to you about your delivery. How satisfied were you with how we handled it?</p>",
      },
    ],
  },
];
