/** Affine map of two fields to a network's inputs. */
export interface InputScaling {
  readonly mean: readonly [number, number];
  readonly width: readonly [number, number];
}
