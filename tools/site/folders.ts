import { ROOT } from "../root.ts";

/** What the build leaves on its way. */
export const BUILD_FOLDER = `${ROOT}/dist/site-build`;
/** Pages as the generator reads them: links lead to pages of the site. */
export const PAGES_FOLDER = `${BUILD_FOLDER}/pages`;
