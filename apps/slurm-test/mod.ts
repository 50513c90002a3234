/** A real Slurm of one node, started in a folder of its own without systemd. @module */
export { type Slurm, startSlurm } from "./slurm.ts";
