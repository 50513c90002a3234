/**
 * The folder's launcher. It needs nothing but a POSIX shell and a JavaScript runtime: the Deno that lies
 * in `bin/` (one-file form), or one in the PATH, or Node. Deno gets the network only to serve.
 */
export const launcher = `#!/bin/sh
# The spiediff predictor; see README.txt.
set -eu
# The runtime must not report anything to anybody.
export ORT_DISABLE_TELEMETRY=1
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd -P)
if [ -x "$here/bin/deno" ]; then deno="$here/bin/deno"; else deno=$(command -v deno || true); fi
if [ -n "$deno" ]; then
  # Deno wants a folder of its own even where there is no home.
  : "\${DENO_DIR:=\${XDG_CACHE_HOME:-\${HOME:+$HOME/.cache}}}"
  DENO_DIR="\${DENO_DIR:-\${TMPDIR:-/tmp}/spiediff-predictor-$(id -u)}"
  export DENO_DIR
  net=--deny-net
  if [ "\${1:-}" = serve ]; then net=--allow-net; fi
  exec "$deno" run --quiet --no-prompt --cached-only --no-lock --no-remote --no-code-cache \\
    --allow-ffi --allow-read --allow-write --allow-env --allow-sys $net "$here/predictor.js" "$@"
fi
if command -v node >/dev/null; then exec node "$here/predictor.js" "$@"; fi
echo "predictor: neither Deno nor Node is here; use the one-file form, which brings its own." >&2
exit 1
`;
