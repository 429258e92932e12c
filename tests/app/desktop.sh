#!/bin/sh
# What a desktop reads of the program is valid.  TAP.
# desktop.sh SOURCE BUILD
source=$1/data/desktop
build=$2/data/desktop
n=0

check () {
  name=$1
  shift
  n=$((n + 1))
  if output=$("$@" 2>&1); then
    echo "ok $n - $name"
  else
    echo "not ok $n - $name"
    echo "$output" | sed 's/^/# /'
    echo "$name: $output" >&2
  fi
}

mime () {
  folder=$(mktemp -d) && mkdir "$folder/packages" &&
    cp "$source/io.github.diptych.Diptych.mime.xml" "$folder/packages/" &&
    update-mime-database "$folder" && grep -q x-diptych-pair "$folder/globs"
  result=$?
  rm -r "$folder"
  return $result
}

translated () {
  grep -q '^Comment\[es\]=' "$build/io.github.diptych.Diptych.desktop" &&
    grep -q '^Comment\[fr\]=' "$build/io.github.diptych.Diptych.desktop"
}

check "desktop file" desktop-file-validate "$build/io.github.diptych.Diptych.desktop"
check "desktop file in Spanish and French" translated
check "metainfo" appstreamcli validate --no-net "$build/io.github.diptych.Diptych.metainfo.xml"
check "settings schema" glib-compile-schemas --strict --dry-run "$source"
check "MIME type" mime
echo "1..$n"
