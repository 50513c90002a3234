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
  # Deno keeps compiled code in a folder of its own; in a shared place somebody else's must not be run.
  shared=\${TMPDIR:-/tmp}/spiediff-predictor-$(id -u)
  base=\${XDG_CACHE_HOME:-\${HOME:+$HOME/.cache}}
  DENO_DIR=\${DENO_DIR:-\${base:+$base/spiediff-predictor}}
  DENO_DIR=\${DENO_DIR:-$shared}
  umask=$(umask)
  umask 077
  # A home that cannot be written, or is not there, as services have it.
  mkdir -p "$DENO_DIR" 2>/dev/null || { DENO_DIR=$shared; mkdir -p "$DENO_DIR"; }
  umask "$umask"
  [ -O "$DENO_DIR" ] || { echo "predictor: $DENO_DIR belongs to somebody else." >&2; exit 1; }
  export DENO_DIR
  net=--deny-net
  if [ "\${1:-}" = serve ]; then net=--allow-net; fi
  exec "$deno" run --quiet --no-prompt --cached-only --no-lock --no-remote \\
    --allow-ffi --allow-read --allow-write --allow-env --allow-sys $net "$here/predictor.js" "$@"
fi
if command -v node >/dev/null; then exec node "$here/predictor.js" "$@"; fi
echo "predictor: neither Deno nor Node is here; use the one-file form, which brings its own." >&2
exit 1
`;
