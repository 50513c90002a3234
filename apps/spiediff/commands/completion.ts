import { fileURLToPath } from "node:url";
import process from "node:process";
import { type Application, buildCommand, type CommandContext } from "@stricli/core";
import { UserError } from "@spiediff/command-line";
import { bashScript, completables, fishScript, type Invocation, zshScript } from "../completion.ts";

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript };
type Shell = keyof typeof SCRIPTS;
const SHELLS = Object.keys(SCRIPTS) as Shell[];

function parseShell(text: string): Shell {
  const shell = SHELLS.find((name) => name === text);
  if (shell === undefined) {
    throw new UserError(`SHELL must be one of ${SHELLS.join(", ")}, not "${text}".`);
  }
  return shell;
}

/** `completion SHELL`: defines the command in a shell and completes it. */
export const completionCommand = (program: string, app: () => Application<CommandContext>) =>
  buildCommand<Record<never, never>, [Shell]>({
    docs: {
      brief: "Print what makes a shell know and complete this command",
      fullDescription: [
        "The script also defines the command as a shell function, so that it works from any folder,",
        "with Deno or with Node alone. Once, in this checkout:",
        "",
        "EXAMPLES",
        `  deno task -q ${program} completion bash > ~/.${program}.bash`,
        `  echo 'source ~/.${program}.bash' >> ~/.bashrc`,
        `  deno task -q ${program} completion zsh > ~/.${program}.zsh`,
        `  echo 'source ~/.${program}.zsh' >> ~/.zshrc`,
        `  deno task -q ${program} completion fish > ~/.config/fish/conf.d/${program}.fish`,
      ].join("\n"),
    },
    parameters: {
      positional: {
        kind: "tuple",
        parameters: [{
          brief: SHELLS.join(", "),
          placeholder: "SHELL",
          parse: parseShell,
          proposeCompletions: () => SHELLS,
        }],
      },
    },
    async func(_flags, shell) {
      const commands = await completables(app());
      this.process.stdout.write(SCRIPTS[shell](commands, invocation(program)));
    },
  });

function invocation(program: string): Invocation {
  const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  return {
    program,
    arguments: ["run", "-A", "--config", path("../../../deno.json"), path("../main.ts")],
    deno: (process.versions as { deno?: string }).deno ?? "2.9.5",
  };
}
