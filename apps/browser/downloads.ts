/** Hands data to the browser as a file. */
export function download(name: string, data: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(data);
  link.download = name;
  link.click();
  // The download has its own hold on the data once the click is dispatched.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export const csvFile = (text: string): Blob => new Blob([text], { type: "text/csv" });

/** What a picture says above its charts. */
export interface PictureText {
  readonly title: string;
  readonly lines: readonly string[];
  readonly ink: string;
  readonly paper: string;
}

const WIDTH = 1200;
const LINE = 34;
const EDGE = 24;

/** One PNG of all charts as they are shown: the first one on its own, the others in a row below. */
export function picture(
  [first, ...others]: readonly HTMLCanvasElement[],
  { title, lines, ink, paper }: PictureText,
): Promise<Blob> {
  const head = 2 * EDGE + LINE * (1 + lines.length);
  const heightAt = (chart: HTMLCanvasElement, width: number) => chart.height * width / chart.width;
  const [wide, narrow] = [WIDTH - 2 * EDGE, (WIDTH - 2 * EDGE) / others.length];
  const below = head + heightAt(first, wide) + EDGE;
  const sheet = document.createElement("canvas");
  sheet.width = WIDTH;
  sheet.height = below + Math.max(...others.map((chart) => heightAt(chart, narrow))) + EDGE;
  const context = sheet.getContext("2d")!;
  context.fillStyle = paper;
  context.fillRect(0, 0, sheet.width, sheet.height);
  context.fillStyle = ink;
  [title, ...lines].forEach((text, k) => {
    context.font = `${k === 0 ? 28 : 20}px system-ui, sans-serif`;
    context.fillText(text, EDGE, EDGE + LINE * (k + 0.8), WIDTH - 2 * EDGE);
  });
  context.drawImage(first, EDGE, head, wide, heightAt(first, wide));
  others.forEach((chart, k) =>
    context.drawImage(chart, EDGE + k * narrow, below, narrow, heightAt(chart, narrow))
  );
  return new Promise((resolve, reject) =>
    sheet.toBlob(
      (blob) => blob ? resolve(blob) : reject(new Error("The browser made no picture.")),
      "image/png",
    )
  );
}
