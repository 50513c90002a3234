/** Texts that users write: encodings, JSON, tables, fields by schema, profiles. @module */
export { ConfigError } from "./config_error.ts";
export { didYouMean } from "./did_you_mean.ts";
export { parseJson } from "./json_text.ts";
export { type NumberTable, parseNumberTable } from "./number_table.ts";
export { fieldsOf, parseWith } from "./parse_with.ts";
export { Profile, profileDensity, ProfileName, profileRange, Wave } from "./profile.ts";
export { binaryKind, decodeText } from "./text_file.ts";
