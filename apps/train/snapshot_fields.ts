/** `[times][realizations]` of z `[M]`: what an import reads of one profile. */
export type Fields = readonly (readonly Float64Array[])[];
