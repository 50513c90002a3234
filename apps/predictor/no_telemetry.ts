/**
 * onnxruntime from 1.29 on reports each session to its maker unless told not to, and keeps an identifier
 * of the machine. A scientific tool sends nothing anywhere; this must run before the runtime is loaded,
 * so it is imported first by whoever imports onnxruntime-node.
 */
import process from "node:process";

process.env.ORT_DISABLE_TELEMETRY = "1";
