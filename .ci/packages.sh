# Sourced by ./demo and ./check (POSIX sh): finds out which Debian packages are
# missing and installs them.  Nothing is asked for that is already there.

build_packages='gcc libc6-dev meson ninja-build pkg-config glslang-tools
  libvulkan-volk-dev libvulkan-dev libvulkan1 mesa-vulkan-drivers libglib2.0-dev
  libjansson-dev libzip-dev libpng-dev libpango1.0-dev'
window_packages='libgtk-4-dev libadwaita-1-dev gettext desktop-file-utils
  shared-mime-info libgtk-4-bin'
test_packages='appstream at-spi2-core dbus-daemon gir1.2-atspi-2.0 imagemagick
  python3-gi xdotool openbox vulkan-validationlayers xvfb xauth libasan8 libubsan1 mandoc'

is_installed () {
  dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed
}

# need_packages PACKAGE…: installs what is missing, or says what to type.
need_packages () {
  missing=
  for package in "$@"; do
    is_installed "$package" || missing="$missing $package"
  done
  [ -n "$missing" ] || return 0

  if ! command -v apt-get >/dev/null 2>&1; then
    echo "$0: these Debian packages, or what your system calls them, are needed:$missing" >&2
    return 1
  fi

  if [ "$(id -u)" = 0 ]; then
    as_root=
  elif command -v sudo >/dev/null 2>&1 && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
    as_root=sudo
  else
    echo "$0: not root, and no sudo.  Install what is missing, then start again:" >&2
    echo "  apt-get install$missing" >&2
    return 1
  fi

  echo "Installing Debian packages:$missing"
  # The lists of a fresh system are empty, and old lists name versions that are
  # gone: they are fetched only if the first try fails.
  install="env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 install -y --no-install-recommends"
  $as_root $install $missing >/dev/null 2>&1 ||
    { $as_root apt-get -qq update && $as_root $install $missing >/dev/null; }
}

# build_in FOLDER [MESON-OPTION…]: configures once and builds; quiet unless it fails.
build_in () {
  folder=$1
  shift
  log=$folder.log
  if [ ! -f "$folder/build.ninja" ]; then
    echo "Configuring in $folder"
    meson setup "$folder" "$@" >"$log" 2>&1 || { cat "$log" >&2; return 1; }
  fi
  echo "Building in $folder"
  ninja -C "$folder" >"$log" 2>&1 || { cat "$log" >&2; return 1; }
  rm -f "$log"
}
