import { type Application, type CommandContext, proposeCompletions } from "@stricli/core";

/** What can follow a command, as the command line itself has it. */
export interface Completable {
  readonly name: string;
  readonly brief: string;
  readonly flags: readonly Flag[];
  /** Values of the first argument, where it takes one of a few. */
  readonly values: readonly string[];
}

interface Flag {
  readonly name: string;
  readonly brief: string;
  /** Its values, where it takes one of a few. */
  readonly values: readonly string[];
}

/** Asks an application for its commands, their flags and the flags' values. */
export async function completables(app: Application<CommandContext>): Promise<Completable[]> {
  const silent = { write() {} };
  const context = { process: { stdout: silent, stderr: silent, env: {} } };
  const propose = (...words: string[]) => proposeCompletions(app, words, context);
  const values = async (...words: string[]) =>
    (await propose(...words, ""))
      .flatMap(({ kind, completion }) => kind === "argument:value" ? [completion] : []);
  const commands = await propose("");
  return Promise.all(commands.map(async ({ completion: name, brief }) => {
    const flags = (await propose(name, "--")).filter(({ kind }) => kind === "argument:flag");
    return {
      name,
      brief,
      values: await values(name),
      flags: await Promise.all(
        flags.map(async ({ completion: flag, brief }) => ({
          name: flag,
          brief,
          values: await values(name, flag),
        })),
      ),
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
const listed = (texts: readonly string[]) => texts.map(quoted).join(" ");

/** The program as a function of bash or zsh. */
function programFunction({ program, arguments: words, deno }: Invocation): string {
  return `${program}() {
  if command -v deno > /dev/null; then deno ${listed(words)} "$@"
  else npx -y deno@${deno} ${listed(words)} "$@"; fi
}`;
}

/** Cases \`COMMAND:WORD-BEFORE)\` of all values; an argument follows its command. */
function valueCases(
  commands: readonly Completable[],
  words: (values: readonly string[]) => string,
): string {
  return commands.flatMap(({ name, values, flags }) =>
    [{ name, values }, ...flags].filter(({ values }) => values.length > 0)
      .map((flag) => `    ${name}:${flag.name}) ${words(flag.values)} ;;\n`)
  ).join("");
}

const flagCases = (commands: readonly Completable[], words: (flags: readonly Flag[]) => string) =>
  commands.map(({ name, flags }) => `      ${name}) ${words(flags)} ;;\n`).join("");

/** For bash: the program as a function, and its completions. */
export function bashScript(commands: readonly Completable[], call: Invocation): string {
  const { program } = call;
  const set = (values: readonly string[]) => `words=${quoted(values.join(" "))}`;
  return `# ${program} in bash: source this file in ~/.bashrc
${programFunction(call)}
_${program}() {
  local words='' current="\${COMP_WORDS[COMP_CWORD]}"
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W ${quoted(commands.map(({ name }) => name).join(" "))} -- "$current"))
    return
  fi
  case "\${COMP_WORDS[1]}:\${COMP_WORDS[COMP_CWORD-1]}" in
${valueCases(commands, set)}  esac
  if [ -z "$words" ] && [ "\${current#-}" != "$current" ]; then
    case "\${COMP_WORDS[1]}" in
${flagCases(commands, (flags) => set(flags.map(({ name }) => name)))}    esac
  fi
  if [ -n "$words" ]; then COMPREPLY=($(compgen -W "$words" -- "$current"))
  else COMPREPLY=($(compgen -f -- "$current")); fi
}
complete -o filenames -F _${program} ${program}
`;
}

/** For zsh: the same, with a line on each command and flag. */
export function zshScript(commands: readonly Completable[], call: Invocation): string {
  const { program } = call;
  const described = (entries: readonly { name: string; brief: string }[]) =>
    listed(entries.map(({ name, brief }) => `${name.replaceAll(":", "\\:")}:${brief}`));
  return `# ${program} in zsh: source this file in ~/.zshrc
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit -i }
${programFunction(call)}
_${program}() {
  local -a entries
  if (( CURRENT == 2 )); then
    entries=(${described(commands)})
    _describe command entries
    return
  fi
  case "$words[2]:$words[CURRENT-1]" in
${valueCases(commands, (values) => `compadd -- ${listed(values)}; return`)}  esac
  if [[ "$PREFIX" == -* ]]; then
    case "$words[2]" in
${flagCases(commands, (flags) => `entries=(${described(flags)})`)}    esac
    _describe -o flag entries
    return
  fi
  _files
}
compdef _${program} ${program}
`;
}

/** For fish. */
export function fishScript(commands: readonly Completable[], call: Invocation): string {
  const { program } = call;
  const lines = commands.flatMap(({ name, brief, flags, values }) => {
    const after = `complete -c ${program} -n '__fish_seen_subcommand_from ${name}'`;
    return [
      `complete -c ${program} -f -n __fish_use_subcommand -a ${name} -d ${quoted(brief)}`,
      ...(values.length > 0 ? [`${after} -fa ${quoted(values.join(" "))}`] : []),
      ...flags.map((flag) =>
        `${after} -l ${flag.name.slice(2)} -d ${quoted(flag.brief)}` +
        (flag.values.length > 0 ? ` -xa ${quoted(flag.values.join(" "))}` : "")
      ),
    ];
  });
  const args = listed(call.arguments);
  return `# ${program} in fish: put this file into ~/.config/fish/conf.d
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
