/** Worker thread of ensembles of the processes that are defined by their rates. */
import { answerTasks } from "@spiediff/ensemble";
import { sourceOf } from "../bond_processes.ts";

answerTasks(sourceOf);
