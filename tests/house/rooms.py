#!/usr/bin/env python3
"""Fails when a room includes a room that DESIGN's table does not grant it."""
import pathlib
import re
import sys

# A room -> the rooms it may include; its own headers always.
MAY_INCLUDE = {
    'shaders': set(),
    'model/storage': set(),
    'model/graph': set(),
    'model/checkpoint': {'model/graph', 'model/storage'},
    'model/sampler': {'model/storage'},
    'model/pair': {'model/storage'},
    'model/phantom': {'model/pair', 'model/storage'},
    'render': {'model/graph', 'model/sampler', 'model/storage', 'shaders'},
    'app/view': {'model/pair', 'model/sampler'},
    'app/files': {'model/storage', 'model/graph', 'model/checkpoint', 'model/sampler',
                  'model/pair'},
    'app/compare': {'app/files', 'model/storage', 'model/sampler', 'model/pair'},
    'app/runs': {'app/files', 'model/storage', 'model/graph', 'model/checkpoint',
                 'model/sampler', 'model/pair', 'render'},
    'app/cli': {'app/compare', 'app/files', 'model/storage', 'model/graph', 'model/checkpoint',
                'model/sampler', 'model/pair', 'model/phantom', 'render', 'shaders'},
    'app': {'app/view', 'app/compare', 'app/files', 'app/runs', 'model/storage', 'model/graph', 'model/checkpoint',
            'model/sampler', 'model/pair', 'model/phantom', 'render', 'shaders'},
}
# Headers of a room that others may see although the room as such is closed to them.
ONLY_THESE = {
    ('render', 'model/sampler'): {'model/sampler/denoiser.h'},
    ('render', 'model/storage'): {'model/storage/half.h'},
    ('render', 'shaders'): {'shaders/shared.h', 'shaders/cpu-shared.h'},
}
MAY_SEE_GTK = {'app', 'app/view'}
MAY_SEE_VULKAN = {'render'}

INCLUDE = re.compile(r'\s*#\s*include\s+(["<])([^">]+)[">]')


def room_of(path):
    """The innermost room a path lies in, or None."""
    rooms = [r for r in MAY_INCLUDE if path.startswith(r + '/')]
    return max(rooms, key=len, default=None)


def faults_of(path, text):
    room = room_of(path)
    for number, line in enumerate(text.splitlines(), 1):
        found = INCLUDE.match(line)
        if not found:
            continue
        quote, header = found.groups()
        other = room_of(header)
        where = f'{path}:{number}: '
        if header.startswith('../'):
            yield where + f'"{header}": includes are written from the root'
        if other and other != room:
            allowed = ONLY_THESE.get((room, other))
            if other not in MAY_INCLUDE[room]:
                yield where + f'{room} may not include {other}'
            elif allowed and header not in allowed:
                yield where + f'{room} may include of {other} only {", ".join(sorted(allowed))}'
        if header.split('/')[0] in {'gtk', 'gdk', 'gsk', 'adwaita.h'} and room not in MAY_SEE_GTK:
            yield where + f'{room} may not include GTK'
        if header.split('/')[0] in {'vulkan', 'volk.h'} and room not in MAY_SEE_VULKAN:
            yield where + f'{room} may not include Vulkan'


def self_test():
    """The wall must stop what it is there to stop."""
    bad = {
        'model/graph/x.c': '#include "model/storage/json.h"',
        'model/pair/x.c': '#include <gtk/gtk.h>',
        'model/sampler/x.h': '# include <vulkan/vulkan.h>',
        'render/x.c': '#include "model/sampler/solver.h"',
        'app/view/x.c': '#include "render/device.h"',
        'app/cli/x.c': '#include "../main.h"',
    }
    good = {
        'render/x.c': '#include "model/sampler/denoiser.h"',
        'app/x.c': '#include <gtk/gtk.h>\n#include "render/device.h"',
    }
    return ([f'not stopped: {p}: {t}' for p, t in bad.items() if not list(faults_of(p, t))] +
            [f'stopped: {p}: {t}' for p, t in good.items() if list(faults_of(p, t))])


def main():
    root = pathlib.Path(sys.argv[1])
    faults = self_test()
    n_files = 0
    for room in ('app', 'render', 'shaders', 'model'):
        for path in sorted((root / room).rglob('*.[ch]')):
            n_files += 1
            faults += faults_of(str(path.relative_to(root)), path.read_text())
    if n_files == 0:
        faults.append(f'{root}: no source file found')
    print('\n'.join(faults) or f'{n_files} files keep to their rooms')
    return bool(faults)


if __name__ == '__main__':
    sys.exit(main())
