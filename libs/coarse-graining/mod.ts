/** Hat functions, mass matrices, nodal densities. @module */
export {};
