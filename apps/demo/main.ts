import { runApplication, runProgram } from "@spiediff/command-line";
import { demoApplication } from "./command.ts";

await runProgram("demo", (args, process) => runApplication(demoApplication, args, process));
