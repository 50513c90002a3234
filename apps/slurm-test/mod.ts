/** A real Slurm of one node, started in a folder of its own without systemd; what tests need installed. @module */
export { install, programPath, type Requirement, SLURM, type Unmet } from "./install.ts";
export { type Slurm, startSlurm } from "./slurm.ts";
