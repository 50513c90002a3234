/** Linear solves, quadrature, decompositions and statistics, each written once. @module */
export {};
