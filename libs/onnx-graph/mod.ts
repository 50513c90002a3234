/** Writes ONNX graphs of multilayer perceptrons and their derivatives. @module */
export {};
