/** The model folder: versioned manifest, hashes, atomic writes. @module */
export {};
