/** Makes text safe inside HTML and SVG elements and double-quoted attributes. */
export function escapeHtml(text: string): string {
  return text
    // XML 1.0 has no way to write most control characters, so they are dropped.
    // deno-lint-ignore no-control-regex
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/** A link target that carries its own content, so that the page needs no network. */
export function dataUri(mediaType: string, content: string): string {
  return `data:${mediaType};charset=utf-8,${encodeURIComponent(content).replaceAll("'", "%27")}`;
}
