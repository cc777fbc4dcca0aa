/** Plain words in which `…` marks what is written in code. */
export function CodeText({ text }: { text: string }) {
  return text.split("`").map((part, index) =>
    index % 2 === 0 ? (
      part
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one fixed text have no other name
      <code key={index} className="rounded-sm bg-sunken px-1 font-mono text-[0.92em] break-words">
        {part}
      </code>
    ),
  );
}
