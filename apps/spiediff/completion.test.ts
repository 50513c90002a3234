import { execFileSync, spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { spiediff } from "./testing.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "spiediff-completion-"));
  await writeFile(join(folder, "experiment-of-mine.json"), "{}");
  for (const shell of ["bash", "zsh", "fish"]) {
    const { stdout } = await spiediff("completion", shell);
    await writeFile(join(folder, `script.${shell}`), stdout);
  }
});
afterAll(() => rm(folder, { recursive: true }));

const missing = (shell: string) => spawnSync(shell, ["-c", "exit 0"]).error !== undefined;
const lines = (text: string) => text.trim().split("\n");

// Each shell is asked what it makes of the same words.
const CASES: [typed: string[], proposed: string[]][] = [
  [["com"], ["compare", "completion"]],
  [["conv"], ["convert"]],
  [["simulate", "--se"], ["--seed"]],
  [["simulate", "run", "--preset", "qu"], ["quick"]],
  [["completion", "f"], ["fish"]],
  [["train", "expe"], ["experiment-of-mine.json"]],
];

describe.skipIf(missing("bash"))("in bash (needs bash)", () => {
  it.each(CASES)("%j", (typed, proposed) => {
    const list = typed.map((word) => `'${word}'`).join(" ");
    const program = `source ./script.bash; COMP_WORDS=(spiediff ${list}); ` +
      `COMP_CWORD=${typed.length}; _spiediff; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const options = { encoding: "utf8", cwd: folder } as const;
    expect(lines(execFileSync("bash", ["-c", program], options))).toEqual(proposed);
  });
});

describe.skipIf(missing("fish"))("in fish (needs fish)", () => {
  const fish = (program: string) =>
    lines(execFileSync("fish", ["--no-config", "-c", program], {
      encoding: "utf8",
      cwd: folder,
      env: { ...Object.fromEntries(["PATH", "HOME"].map((k) => [k, Deno.env.get(k) ?? ""])) },
    }));
  it.each(CASES)("%j", (typed, proposed) => {
    const found = fish(`source script.fish; complete -C 'spiediff ${typed.join(" ")}'`);
    expect(found.map((line) => line.split("\t")[0])).toEqual(proposed);
  });
  it("with a line on each command", () => {
    const found = fish(`source script.fish; complete -C 'spiediff doc'`);
    expect(found).toEqual([expect.stringMatching(/^doctor\tSay what is installed/)]);
  });
});

/** Types into an interactive zsh on a pseudo-terminal, presses the tabulator, and gives the line. */
const ZSH = `
zmodload zsh/zpty
zpty shell zsh -f -i
say() { zpty -w shell "$1"; sleep 0.1 }
say "autoload -Uz compinit; compinit -D -u; source $1/script.zsh; cd $1"
say 'keep() { print -r -- "$BUFFER" >> kept; zle send-break }; zle -N keep; bindkey "^G" keep'
say 'setopt no_list_ambiguous; print ready > ready'
repeat 100; do [[ -f $1/ready ]] && break; sleep 0.1; done
shift; n=0
for typed; do
  (( n += 1 ))
  zpty -w -n shell "$typed"$'\\t'
  sleep 0.3
  zpty -w -n shell $'\\a'
  repeat 100; do [[ -f kept && $(wc -l < kept) -ge $n ]] && break; sleep 0.1; done
done
zpty -d shell
`;

describe.skipIf(missing("zsh"))("in zsh (needs zsh)", () => {
  it("completes commands, flags, values and files", async () => {
    await writeFile(join(folder, "type.zsh"), ZSH);
    const typed = CASES.map(([words]) => `spiediff ${words.join(" ")}`);
    const { stderr } = spawnSync("zsh", ["-f", "type.zsh", folder, ...typed], {
      cwd: folder,
      encoding: "utf8",
      timeout: 50_000,
    });
    const kept = lines(await Deno.readTextFile(join(folder, "kept")).catch(() => stderr));
    // Of several proposals the line takes what they share.
    expect(kept.map((line) => line.trim())).toEqual([
      "spiediff comp",
      "spiediff convert",
      "spiediff simulate --seed",
      "spiediff simulate run --preset quick",
      "spiediff completion fish",
      "spiediff train experiment-of-mine.json",
    ]);
  }, 60_000);
});

it("refuses other shells", async () => {
  const { code, stderr } = await spiediff("completion", "tcsh");
  expect([code, stderr]).toEqual([2, expect.stringMatching(/one of bash, zsh, fish/)]);
});
