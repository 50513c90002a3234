import { answerTasks } from "./mod.ts";
import { walkersSource } from "./_walkers.ts";

answerTasks(walkersSource);
