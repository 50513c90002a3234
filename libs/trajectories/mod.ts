/** Frames of other particle codes' trajectory files, one at a time. @module */
export { AXES, type Axis, type Box, boxVolume } from "./box.ts";
export type { Frame, Labels, Request } from "./frame.ts";
export { readLammpsGrid } from "./lammps_grid.ts";
export type { GridFrame } from "./lammps_grid.ts";
export { type Format, FORMATS, openTrajectory } from "./open_trajectory.ts";
export type { GivenBox } from "./boxless.ts";
export { checkedSeries } from "./series.ts";
export { TrajectoryError } from "./trajectory_error.ts";
