/** The words every message carries around its own text. */
export type FooterWords = {
  /** `{company}` stands for the company's name. */
  reason: string;
  why: string;
  preferences: string;
  unsubscribe: string;
  survey: string;
};

const english: FooterWords = {
  reason: "You get this message from {company} because it may help you right now.",
  why: "Why did I get this?",
  preferences: "Choose what you get",
  unsubscribe: "Unsubscribe",
  survey: "Answer in one click",
};

const words: Record<string, FooterWords> = {
  en: english,
  de: {
    reason: "Diese Nachricht kommt von {company}, weil sie Ihnen gerade helfen kann.",
    why: "Warum bekomme ich das?",
    preferences: "Auswählen, was kommt",
    unsubscribe: "Abbestellen",
    survey: "Mit einem Klick antworten",
  },
  fr: {
    reason: "{company} vous envoie ce message parce qu’il peut vous aider maintenant.",
    why: "Pourquoi ce message ?",
    preferences: "Choisir ce que je reçois",
    unsubscribe: "Se désabonner",
    survey: "Répondre en un clic",
  },
  es: {
    reason: "{company} le envía este mensaje porque puede ayudarle ahora.",
    why: "¿Por qué lo recibo?",
    preferences: "Elegir qué recibo",
    unsubscribe: "Darme de baja",
    survey: "Responder con un clic",
  },
};

/** The words in the nearest language we have. */
export function footerWords(locale: string): FooterWords {
  return words[locale.split("-")[0]?.toLowerCase() ?? "en"] ?? english;
}
