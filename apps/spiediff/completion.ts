import { type Application, type CommandContext, proposeCompletions } from "@stricli/core";

/** What can follow a command, as the command line itself has it. */
export interface Completable {
  readonly name: string;
  readonly brief: string;
  readonly flags: readonly { readonly name: string; readonly brief: string; values: string[] }[];
}

/** Asks an application for its commands, their flags and the flags' values. */
export async function completables(app: Application<CommandContext>): Promise<Completable[]> {
  const silent = { write() {} };
  const context = { process: { stdout: silent, stderr: silent, env: {} } };
  const propose = (...words: string[]) => proposeCompletions(app, words, context);
  const commands = await propose("");
  return Promise.all(commands.map(async ({ completion: name, brief }) => {
    const flags = (await propose(name, "--")).filter(({ kind }) => kind === "argument:flag");
    return {
      name,
      brief,
      flags: await Promise.all(flags.map(async ({ completion: flag, brief }) => ({
        name: flag,
        brief,
        values: (await propose(name, flag, ""))
          .flatMap(({ kind, completion }) => kind === "argument:value" ? [completion] : []),
      }))),
    };
  }));
}

/** How the shell is to call the program where it is not installed by name: with Deno or with Node. */
export interface Invocation {
  readonly program: string;
  /** Arguments for Deno. */
  readonly arguments: readonly string[];
  readonly deno: string;
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** For bash and, through its bash mode, zsh: the program as a function, and its completions. */
export function bashScript(commands: readonly Completable[], call: Invocation): string {
  const { program } = call;
  const values = commands.flatMap(({ name, flags }) =>
    flags.filter(({ values }) => values.length > 0).map((flag) =>
      `    ${name}:${flag.name}) words=${quoted(flag.values.join(" "))} ;;\n`
    )
  );
  return `# ${program}: put  eval "$(deno task -q ${program} completion bash)"  into ~/.bashrc or ~/.zshrc
if [ -n "\${ZSH_VERSION:-}" ]; then autoload -U +X compinit bashcompinit && compinit && bashcompinit; fi
${program}() {
  if command -v deno > /dev/null; then deno ${call.arguments.map(quoted).join(" ")} "$@"
  else npx -y deno@${call.deno} ${call.arguments.map(quoted).join(" ")} "$@"; fi
}
_${program}() {
  local words='' current="\${COMP_WORDS[COMP_CWORD]}"
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W ${quoted(commands.map(({ name }) => name).join(" "))} -- "$current"))
    return
  fi
  case "\${COMP_WORDS[1]}:\${COMP_WORDS[COMP_CWORD-1]}" in
${values.join("")}  esac
  if [ -z "$words" ] && [ "\${current#-}" != "$current" ]; then
    case "\${COMP_WORDS[1]}" in
${
    commands.map(({ name, flags }) =>
      `      ${name}) words=${quoted(flags.map((flag) => flag.name).join(" "))} ;;\n`
    ).join("")
  }    esac
  fi
  if [ -n "$words" ]; then COMPREPLY=($(compgen -W "$words" -- "$current"))
  else COMPREPLY=($(compgen -f -- "$current")); fi
}
complete -o filenames -F _${program} ${program}
`;
}

/** For fish. */
export function fishScript(commands: readonly Completable[], call: Invocation): string {
  const { program } = call;
  const lines = commands.flatMap(({ name, brief, flags }) => [
    `complete -c ${program} -n __fish_use_subcommand -a ${name} -d ${quoted(brief)}`,
    ...flags.map((flag) =>
      `complete -c ${program} -n '__fish_seen_subcommand_from ${name}' ` +
      `-l ${flag.name.slice(2)} -d ${quoted(flag.brief)}` +
      (flag.values.length > 0 ? ` -xa ${quoted(flag.values.join(" "))}` : "")
    ),
  ]);
  const args = call.arguments.map(quoted).join(" ");
  return `# ${program}: put  deno task -q ${program} completion fish | source  into ~/.config/fish/config.fish
function ${program}
  if command -q deno
    deno ${args} $argv
  else
    npx -y deno@${call.deno} ${args} $argv
  end
end
${lines.join("\n")}
`;
}
