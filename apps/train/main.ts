import { runApplication, runProgram } from "@spiediff/command-line";
import { trainApplication } from "./command.ts";

await runProgram("train", (args, process) => runApplication(trainApplication, args, process));
