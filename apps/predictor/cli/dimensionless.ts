/** The flag of commands that take and give what has a unit. */
export const dimensionless = {
  kind: "boolean",
  brief: "Box lengths, L^2/D0 and the law's density, not the units of the particles' files",
  default: false,
} as const;
