"""What the tests of diptych-cli share: running it, TAP, safetensors, PNG.

Plain Python without packages.  Every test is started by Meson with
DIPTYCH_CLI (the program) and DIPTYCH_TEST_DATA (tests/data) set.
"""
import array
import json
import math
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import traceback
import zlib

CLI = os.environ['DIPTYCH_CLI']
DATA = pathlib.Path(os.environ['DIPTYCH_TEST_DATA'])


def run(*args, code=0, timeout=900, env=None, **options):
    """Runs diptych-cli and checks its exit code.  Returns (stdout, stderr)."""
    done = subprocess.run([CLI, *map(str, args)], capture_output=True, timeout=timeout,
                          env={**os.environ, **(env or {})}, **options)
    out, err = done.stdout.decode(), done.stderr.decode('utf-8', 'replace')
    if done.returncode != code:
        raise AssertionError(f'{" ".join(map(str, args))}: exit {done.returncode}, '
                             f'wanted {code}\n{out[-2000:]}{err[-2000:]}')
    return out, err


def refuse(*args, code=1, says=(), **options):
    """Runs what must be refused with one clear line, and returns that line."""
    out, err = run(*args, code=code, **options)
    lines = [line for line in err.splitlines() if not line.startswith('No GPU with Vulkan')]
    assert len(lines) == 1, f'{args}: wants one line on stderr, found {err!r}'
    assert lines[0].startswith('diptych-cli: '), lines[0]
    for text in (says,) if isinstance(says, str) else says:
        assert str(text) in lines[0], f'{text!r} not in {lines[0]!r}'
    return lines[0]


def where(error):
    """The innermost line of the tests that @error came through: "test-verbs.py:79"."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if pathlib.Path(f.filename).parent == pathlib.Path(__file__).parent]
    frame = [f for f in ours if f.filename != __file__][-1:] or ours or frames
    return f'{pathlib.Path(frame[-1].filename).name}:{frame[-1].lineno}'


class Tap:
    """Runs functions as TAP tests: tap = Tap(); tap.test(path, f, *args); tap.done()."""

    def __init__(self):
        self.n_tests = 0
        self.n_failed = 0

    def test(self, path, function, *args):
        self.n_tests += 1
        try:
            function(*args)
            print(f'ok {self.n_tests} {path}', flush=True)
        except Exception as error:
            self.n_failed += 1
            for line in traceback.format_exc().splitlines():
                print('# ' + line)
            print(f'not ok {self.n_tests} {path}', flush=True)
            # All that 'meson test --print-errorlogs' shows of a TAP test.
            print(f'{path}: {where(error)}: {type(error).__name__}: {error}',
                  file=sys.stderr, flush=True)

    def done(self):
        print(f'1..{self.n_tests}')
        sys.exit(self.n_failed > 0)


def folder():
    return tempfile.TemporaryDirectory(prefix='diptych-test-')


# safetensors ---------------------------------------------------------------

CODES = {'F64': 'd', 'F32': 'f', 'I64': 'q', 'I32': 'i', 'I16': 'h', 'I8': 'b', 'U8': 'B',
         'BOOL': 'B'}


def half_to_float(data):
    n = len(data) // 2
    return array.array('f', struct.unpack(f'<{n}e', data))


def read_safetensors(path):
    """{name: (shape, array)}"""
    data = pathlib.Path(path).read_bytes()
    n = struct.unpack('<Q', data[:8])[0]
    header = json.loads(data[8:8 + n])
    tensors = {}
    for name, entry in header.items():
        if name == '__metadata__':
            continue
        begin, end = entry['data_offsets']
        raw = data[8 + n + begin:8 + n + end]
        values = (half_to_float(raw) if entry['dtype'] == 'F16'
                  else array.array(CODES[entry['dtype']], raw))
        tensors[name] = (entry['shape'], values)
    return tensors


def write_safetensors(path, tensors):
    """@tensors: {name: (shape, array of 'f' or 'q')}"""
    names = {'f': 'F32', 'q': 'I64'}
    header, blobs, offset = {}, [], 0
    for name, (shape, values) in tensors.items():
        raw = values.tobytes()
        header[name] = {'dtype': names[values.typecode], 'shape': list(shape),
                        'data_offsets': [offset, offset + len(raw)]}
        blobs.append(raw)
        offset += len(raw)
    text = json.dumps(header).encode()
    pathlib.Path(path).write_bytes(struct.pack('<Q', len(text)) + text + b''.join(blobs))


def rms(values):
    return math.sqrt(sum(v * v for v in values) / len(values))


def max_difference(a, b):
    assert len(a) == len(b), f'{len(a)} values, wanted {len(b)}'
    # Not max(): a NaN must not slip through a comparison.
    worst = 0.0
    for x, y in zip(a, b):
        d = abs(x - y)
        if not d <= worst:
            worst = d
            if d != d:
                return math.inf
    return worst


def check_close(what, found, wanted, limit):
    worst = max_difference(found, wanted)
    assert worst <= limit, f'{what}: differs by {worst:.3g}, {limit:.3g} allowed'
    return worst


# PNG -----------------------------------------------------------------------

def read_png(path):
    """(width, height, channels, values, {iTXt keyword: text}); 8 and 16 bits, grey and RGB."""
    data = pathlib.Path(path).read_bytes()
    assert data[:8] == b'\x89PNG\r\n\x1a\n', f'{path}: no PNG'
    at, raw, texts = 8, b'', {}
    while at < len(data):
        size, kind = struct.unpack('>I4s', data[at:at + 8])
        body = data[at + 8:at + 8 + size]
        assert struct.unpack('>I', data[at + 8 + size:at + 12 + size])[0] == \
            zlib.crc32(kind + body), f'{path}: bad checksum in {kind}'
        if kind == b'IHDR':
            width, height, depth, colour, _, _, interlace = struct.unpack('>IIBBBBB', body)
            assert colour in (0, 2) and depth in (8, 16) and not interlace
        elif kind == b'IDAT':
            raw += body
        elif kind == b'iTXt':
            keyword, rest = body.split(b'\0', 1)
            compressed = rest[0]
            _, _, text = rest[2:].split(b'\0', 2)
            texts[keyword.decode()] = (zlib.decompress(text) if compressed else text).decode()
        at += 12 + size
    channels = 3 if colour == 2 else 1
    step = channels * depth // 8
    rows = unfilter(zlib.decompress(raw), width * step, height, step)
    if depth == 8:
        return width, height, channels, array.array('B', rows), texts
    values = array.array('H', rows)
    values.byteswap()
    return width, height, channels, values, texts


def unfilter(data, stride, height, step):
    """Undoes PNG's row filters."""
    out = bytearray()
    before = bytearray(stride)
    for y in range(height):
        kind = data[y * (stride + 1)]
        row = bytearray(data[y * (stride + 1) + 1:(y + 1) * (stride + 1)])
        for i in range(stride if kind else 0):
            left = row[i - step] if i >= step else 0
            up = before[i]
            corner = before[i - step] if i >= step else 0
            if kind == 1:
                guess = left
            elif kind == 2:
                guess = up
            elif kind == 3:
                guess = (left + up) // 2
            else:
                p = left + up - corner
                guess = min((abs(p - left), 0, left), (abs(p - up), 1, up),
                            (abs(p - corner), 2, corner))[2]
            row[i] = (row[i] + guess) & 255
        out += row
        before = row
    return bytes(out)
