/** Helpers of this package's tests. */
import type { PredictionReportData } from "./run_report_data.ts";
import { sampleRunData } from "./sample_data.ts";

/**
 * Throws unless `text` is one well-formed XML element: tags balance, attributes are quoted and
 * unique, `<` and `&` stand only where they may. linkedom's parser forgives all of this, so the
 * check reads the text itself.
 */
export function assertWellFormed(text: string): void {
  const body = text.replace(/^<\?xml[^?]*\?>\s*/, "").trim();
  const open: string[] = [];
  let position = 0;
  while (position < body.length) {
    const next = body.indexOf("<", position);
    assertText(body.slice(position, next < 0 ? body.length : next));
    if (next < 0) break;
    const tag = /^<(\/?)([A-Za-z][\w:-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/.exec(
      body.slice(next),
    );
    if (!tag) throw new Error(`Broken tag at "${body.slice(next, next + 60)}".`);
    const [whole, closing, name, attributes, empty] = tag;
    const names = [...attributes.matchAll(/([\w:-]+)="([^"]*)"/g)].map((match) => {
      assertText(match[2]);
      return match[1];
    });
    if (new Set(names).size < names.length) throw new Error(`Repeated attribute in "${whole}".`);
    if (closing) {
      if (open.pop() !== name) throw new Error(`Unexpected </${name}>.`);
    } else if (!empty) open.push(name);
    position = next + whole.length;
    if (open.length === 0 && position < body.length) throw new Error("More than one root element.");
  }
  if (open.length > 0) throw new Error(`Unclosed <${open.at(-1)}>.`);
}

function assertText(text: string): void {
  const stray = /&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-fA-F]+);)/.exec(text);
  if (stray) throw new Error(`Stray & in "${text.slice(stray.index, stray.index + 20)}".`);
  // deno-lint-ignore no-control-regex
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(text)) throw new Error("Control character.");
}

/** How often a pattern occurs. */
export function count(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].length;
}

/** What a prediction report is made from. */
export function samplePrediction(): PredictionReportData {
  const run = sampleRunData();
  return {
    title: "Prediction",
    createdAt: run.createdAt,
    command: "predict",
    seed: 1,
    versions: {},
    model: "model",
    warnings: [],
    prediction: { ...run.prediction, kmc: undefined },
    freeEnergy: run.freeEnergy,
    massDeviation: run.massDeviation,
    coverage: { trained: [0.2, 0.8], visited: [0.25, 0.75] },
  };
}
