#!/usr/bin/env bash
# Installs what the tests of other engines and clients need into a folder outside of the tree (the first argument, or
# BERGWIRE_TOOLS, or the user's cache). Every step is skipped where its result is there. Needs python3 with venv, Maven
# with a JDK, and Go; a step whose program is missing is left out by name.
set -euo pipefail
tools=${1:-${BERGWIRE_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/bergwire-tools}}
mkdir -p "$tools/bin" "$tools/jars"
have() { command -v "$1" >/dev/null 2>&1 || { echo "install-tools: no $1: $2 left out" >&2; return 1; }; }

python_packages=('pyiceberg[pyarrow,sql-sqlite]==0.11.1' SQLAlchemy==2.1.9 'psycopg[binary]==3.3.9' pyspark==4.1.4 pyodbc==5.3.0)
install_python() {
  local stamp="$tools/venv/${python_packages[*]//[^A-Za-z0-9.]/_}"
  [ -e "$stamp" ] && return
  have python3 'Python clients and Spark' || return 0
  python3 -m venv "$tools/venv"
  "$tools/venv/bin/pip" install --quiet --disable-pip-version-check "${python_packages[@]}"
  touch "$stamp"
}

install_jar() { # group artifact version
  [ -e "$tools/jars/$2-$3.jar" ] && return
  have mvn "$2" || return 0
  mvn -q -B dependency:copy -Dartifact="$1:$2:$3" -DoutputDirectory="$tools/jars"
}

install_versitygw() {
  [ -x "$tools/bin/versitygw" ] && return
  have go versitygw || return 0
  GOBIN="$tools/bin" GOFLAGS=-buildvcs=false go install -ldflags='-s -w' github.com/versity/versitygw/cmd/versitygw@v1.8.0
}

# What the pgx client is built of; `go run` compiles it when the test runs.
install_pgx() {
  have go pgx || return 0
  (cd "$(dirname "$0")/../client/pgx" && go build -o /dev/null .)
}

install_jars() {
  install_jar org.postgresql postgresql 42.7.8
  install_jar org.apache.iceberg iceberg-spark-runtime-4.1_2.13 1.12.0
  install_jar org.xerial sqlite-jdbc 3.54.1.0
}

jobs=()
for step in install_python install_jars install_versitygw install_pgx; do
  "$step" &
  jobs+=($!)
done
failed=0
for job in "${jobs[@]}"; do wait "$job" || failed=1; done
exit "$failed"
