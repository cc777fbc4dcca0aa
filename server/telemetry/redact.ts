/** Keys whose values name or describe a person, or open a door. Compared without case, dashes and underscores. */
const PRIVATE_KEYS = new Set(
  [
    "email,mail,phone,name,firstname,lastname,recipient,to,from,address,street,traits,properties,context,payload,body,html,text,subject,content,comment",
    "userid,anonymousid,previousid,groupid,value,values,parameters,detail,where,hint",
    "password,passwordhash,secret,token,authorization,cookie,setcookie,apikey,writekey,hmac,clientsecret,url,databaseurl,redisurl,smtpurl,ip,useragent",
  ]
    .join(",")
    .split(","),
);
const REMOVED = "[private]";
const DEEPEST = 6;
const EMAIL = /[^\s@<>"'(),:;/\\]+@[^\s@<>"'(),:;/\\]+\.[^\s@<>"'(),:;/\\]+/g;
const CREDENTIALS = /(\w+:\/\/)[^\s/@]+@/g;
const LONG_DIGITS = /\+\d[\d ()-]{6,}\d/g;

/** Text without e-mail addresses, international phone numbers, and credentials in connection strings. */
export function redactText(text: string): string {
  return text.replace(CREDENTIALS, "$1").replace(EMAIL, REMOVED).replace(LONG_DIGITS, REMOVED);
}

/** A copy fit for a log: values under private keys are removed, texts are redacted, errors become plain objects with their causes. */
export function redact(value: unknown, key = "", depth = 0): unknown {
  if (value === null || value === undefined) return value;
  if (PRIVATE_KEYS.has(key.toLowerCase().replaceAll(/[-_]/g, ""))) return REMOVED;
  if (typeof value === "string") return redactText(value);
  if (typeof value !== "object" || value instanceof Date) return value;
  if (depth >= DEEPEST) return "[deep]";
  if (value instanceof Error) return redactError(value, depth);
  if (Array.isArray(value)) return value.map((item) => redact(item, "", depth + 1));
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, redact(item, name, depth + 1)]));
}

function redactError(error: Error, depth: number): Record<string, unknown> {
  return {
    type: error.name,
    message: redactText(error.message),
    ...("code" in error ? { code: error.code } : {}),
    ...(error.stack ? { stack: redactText(error.stack) } : {}),
    ...(error.cause === undefined ? {} : { cause: redact(error.cause, "", depth + 1) }),
  };
}
