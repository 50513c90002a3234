/** A trajectory file that cannot be read right; says where and why. */
export class TrajectoryError extends Error {
  override readonly name = "TrajectoryError";
  /** Whether the file just ends too early: the frames before are whole. */
  readonly isCutOff: boolean;

  /** @param place The file, and where in it: a line, a frame, a byte. */
  constructor(place: string, why: string, isCutOff = false) {
    super(`${place}: ${why}${why.endsWith("?") ? "" : "."}`);
    this.isCutOff = isCutOff;
  }
}
