/** Text of a POSIX shell that stands for exactly this word, whatever is in it. */
export const shellWord = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

const HEAD = "#!/bin/sh\n# Written by spiediff; made anew at every submission.\n";

/** Script of the array: its argument is added to the task's index, since indices end at MaxArraySize. */
export const arrayScript = (command: readonly string[]): string =>
  `${HEAD}exec ${command.map(shellWord).join(" ")} "$((SLURM_ARRAY_TASK_ID + $1))"\n`;

/** Script of the merge. */
export const mergeScript = (command: readonly string[]): string =>
  `${HEAD}exec ${command.map(shellWord).join(" ")}\n`;
