#!/usr/bin/env bash
# From kubechains-VERSION.tgz, as npm pack writes it, to kubechains-VERSION-with-dependencies.tgz: what runs without npm.
set -euo pipefail
version=$(node --print 'require("./package.json").version')
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
tar -xzf "kubechains-$version.tgz" -C "$folder"
(cd "$folder/package" && npm install --omit=dev --ignore-scripts --no-package-lock --no-audit --no-fund --silent)
tar -C "$folder" -czf "kubechains-$version-with-dependencies.tgz" package
