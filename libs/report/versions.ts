/** "spiediff 0.1.0, deno 2.9.5." */
export function versionsLine(versions: Record<string, string>): string {
  const parts = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return parts.length === 0 ? "" : `${parts.join(", ")}.`;
}
