#!/usr/bin/env python3
"""measure: figures of phantoms against their truth, masks, misuse, films."""
import array
import csv
import io
import json
import math
import pathlib
import re
import struct
import zlib

from common import Tap, folder, read_png, refuse, run, write_safetensors

N_PAIRS = 4


def make_phantoms(path):
    run('phantom', '-o', path, '--count', N_PAIRS, '--size', 128, '--seed', 900)
    return [json.loads(line) for line in (path / 'truth.jsonl').read_text().splitlines()]


def measure(*args):
    return json.loads(run('measure', '--json', *args)[0])


def inside(runs):
    mask, value = [], 0
    for n in runs:
        mask += [value] * n
        value = 1 - value
    return mask


def test_truth(path, truths):
    """Against the IoU and the PNLs that the phantoms' truth gives."""
    found = measure(path)
    assert len(found) == N_PAIRS
    for one, truth in zip(found, truths):
        a, b = inside(truth['cc']['mask']), inside(truth['mlo']['mask'])
        iou = sum(x & y for x, y in zip(a, b)) / sum(x | y for x, y in zip(a, b))
        assert abs(one['iou'] - iou) < 0.03, (one['iou'], iou)
        assert abs(one['dice'] - 2 * one['iou'] / (1 + one['iou'])) < 1e-9
        x, _ = truth['cc']['nipple']
        assert abs(one['cc_pnl'] - (x + 0.5)) < 0.05 * 128, (one['cc_pnl'], x)
        assert one['third_residual'] < 0.005
        assert one['synthetic'] is True and one['pixel_spacing_mm'] is None
        band = one['shuffled']
        assert band['n_shuffles'] == N_PAIRS * (N_PAIRS - 1)
        assert band['iou']['p5'] <= band['iou']['median'] <= band['iou']['p95']
        assert band['third_residual']['p5'] > 10 * one['third_residual']


def test_alone(path):
    one = measure(path / 'pair-900.png')
    assert isinstance(one, dict) and one['shuffled'] is None
    assert one['mask']['algorithm'] == 'background'
    spaced = measure(path / 'pair-900.png', '--spacing', 1.5)
    wanted = 1.5 * abs(one['cc_pnl'] - one['mlo_pnl'])
    assert abs(spaced['pnl_difference_mm'] - wanted) < 1e-6
    assert spaced['pnl_within_10_mm'] == (wanted <= 10)
    out = measure(path / 'pair-900.png', '--pectoral', 'out', '--mask-algorithm', 'otsu')
    assert out['mask']['pectoral'] is False and out['mask']['algorithm'] == 'otsu'
    assert out['mlo_area'] < one['mlo_area']


def with_chunk(source, target, kind, body):
    """A copy of a PNG with a chunk after its header."""
    data = source.read_bytes()
    target.write_bytes(data[:33] + struct.pack('>I', len(body)) + kind + body +
                       struct.pack('>I', zlib.crc32(kind + body)) + data[33:])
    return target


def with_phys(source, target, x, y, unit=1):
    return with_chunk(source, target, b'pHYs', struct.pack('>IIB', x, y, unit))


def test_spacing(path):
    """The option, what is declared, then pHYs; not another unit, oblong pixels or a screen's."""
    with folder() as name:
        name = pathlib.Path(name)
        pair, copy = path / 'pair-900.png', name / 'copy.png'
        one = measure(pair)
        assert one['pixel_spacing_from'] is None and one['pnl_difference_mm'] is None
        one = measure(with_phys(pair, copy, 2000, 2000))
        wanted = 0.5 * abs(one['cc_pnl'] - one['mlo_pnl'])
        assert one['pixel_spacing_mm'] == 0.5 and one['pixel_spacing_from'] == 'phys'
        assert abs(one['pnl_difference_mm'] - wanted) < 1e-6
        text, _ = run('measure', copy)
        assert re.search("Pixel spacing +0.5 mm, by the PNG's pHYs", text), text
        declared = b'diptych\0\0\0\0\0{"pixel_spacing_mm": 0.7}'
        one = measure(with_chunk(copy, name / 'declared.png', b'iTXt', declared))
        assert one['pixel_spacing_mm'] == 0.7
        assert one['pixel_spacing_from'] == 'declared'
        one = measure(copy, '--spacing', 1.5)
        assert one['pixel_spacing_mm'] == 1.5 and one['pixel_spacing_from'] == 'option'
        for x, y, unit in ((2000, 2000, 0), (2000, 1000, 1), (0, 0, 1), (2835, 2835, 1),
                           (3780, 3780, 1), (1, 1, 1)):
            one = measure(with_phys(pair, copy, x, y, unit))
            assert one['pixel_spacing_mm'] is None, (x, y, unit)
            assert one['pixel_spacing_from'] is None


def test_two_spacings(path):
    """Both views must say it, and the same."""
    with folder() as name:
        name = pathlib.Path(name)
        run('phantom', '-o', name, '--size', 128, '--format', 'png16', '--seed', 900)
        cc, mlo = name / 'pair-900-CC.png', name / 'pair-900-MLO.png'
        for a, b, wanted in ((2000, 2000, 0.5), (2000, 2010, 0.5), (2000, 2200, None),
                             (2000, None, None), (None, 2000, None)):
            a_file = with_phys(cc, name / 'a.png', a, a) if a else cc
            b_file = with_phys(mlo, name / 'b.png', b, b) if b else mlo
            one = measure('--cc', a_file, '--mlo', b_file)
            assert one['pixel_spacing_mm'] == wanted, (a, b, one['pixel_spacing_mm'])
        text, _ = run('measure', '--cc', cc, '--mlo', name / 'b.png')
        assert re.search('Pixel spacing +–, the two files do not say the same', text)


def test_csv(path):
    rows = list(csv.DictReader(io.StringIO(run('measure', '--csv', path)[0])))
    wanted = measure(path)
    assert len(rows) == N_PAIRS
    for row, one in zip(rows, wanted):
        assert row['pair'] == one['pair']
        assert math.isclose(float(row['iou']), one['iou'], rel_tol=1e-6)
        assert row['pnl_difference_mm'] == ''


def test_masks(path):
    with folder() as name:
        one = measure(path / 'pair-901.png', '--masks', name)
        width, height, channels, values, texts = read_png(
            pathlib.Path(name) / 'pair-901-CC-mask.png')
        assert (width, height, channels) == (128, 128, 1)
        assert set(values) == {0, 255}
        assert values.count(255) == one['cc_area']
        _, _, channels, _, texts = read_png(pathlib.Path(name) / 'pair-901-overlay.png')
        assert channels == 3 and 'diptych' in texts
        assert 'DigitalSourceType' in texts['XML:com.adobe.xmp']


def test_nearest(path):
    """Its fellows are no copies; itself under another name is."""
    one = measure(path / 'pair-902.png', '--nearest', path)
    assert not one['nearest']['pair'].endswith('pair-902.png')
    assert one['nearest']['is_copy'] is False
    with folder() as name:
        copy = pathlib.Path(name) / 'other.png'
        copy.write_bytes((path / 'pair-902.png').read_bytes())
        one = measure(copy, '--nearest', path)
        assert one['nearest']['pair'].endswith('pair-902.png')
        assert one['nearest']['is_copy'] is True and one['nearest']['distance'] < 0.01
        for view in ('cc', 'mlo'):
            like = one['nearest'][view]
            assert like['view'] == view.upper() and like['is_copy'] is True
            assert like['mirrored'] is False and like['shift'] == [0, 0]


def test_copied_view(path):
    """One view from another pair; a pair whose MLO is its CC."""
    assert measure(path / 'pair-902.png')['views_alike']['is_copy'] is False
    with folder() as name:
        name = pathlib.Path(name)
        run('phantom', '-o', name, '--size', 128, '--format', 'png16', '--seed', 902)
        cc, other = name / 'pair-902-CC.png', name / 'other-MLO.png'
        other.write_bytes(cc.read_bytes())
        one = measure('--cc', cc, '--mlo', other, '--nearest', path)
        assert one['views_alike']['is_copy'] is True
        assert one['views_alike']['distance'] < 0.01
        for view in ('cc', 'mlo'):
            like = one['nearest'][view]
            assert like['pair'].endswith('pair-902.png') and like['view'] == 'CC'
            assert like['is_copy'] is True
        text, _ = run('measure', '--cc', cc, '--mlo', other)
        assert re.search('MLO a copy of the CC +yes', text)


def test_two_sizes(path):
    """Two grey views of two sizes, from png16; unmarked ones would stay unmarked."""
    with folder() as name:
        name = pathlib.Path(name)
        for size in (96, 128):
            run('phantom', '-o', name / str(size), '--size', size, '--format', 'png16')
        _, err = run('measure', '--cc', name / '96' / 'pair-42-CC.png', '--mlo',
                     name / '128' / 'pair-42-MLO.png')
        assert 'two sizes' in err and '128x128' in err
        assert isinstance(measure(name / '96'), dict)


def test_black(path):
    with folder() as name:
        black = pathlib.Path(name) / 'black.safetensors'
        n = 3 * 32 * 32
        write_safetensors(black, {
            'timesteps': ([2], array.array('q', [999, 0])),
            'pred_x0': ([2, 1, 3, 32, 32], array.array('f', [-1.0] * (2 * n)))})
        film = measure('--trajectory', black)
        assert film['timesteps'] == [999, 0]
        assert film['figures'][0]['iou'] == [None, None]


def test_film(path):
    """Step by step what the finished pictures measure."""
    width, height, _, values, _ = read_png(path / 'pair-900.png')
    planes = [v / 127.5 - 1 for c in range(3) for v in values[c::3]]
    with folder() as name:
        file = pathlib.Path(name) / 'film.safetensors'
        write_safetensors(file, {
            'timesteps': ([2], array.array('q', [500, 0])),
            'pred_x0': ([2, 1, 3, height, width], array.array('f', [-1.0] * len(planes) + planes))})
        film = measure('--trajectory', file)
        one = measure(path / 'pair-900.png', '--flip', 'never')
        assert film['figures'][0]['iou'][0] is None
        for key in ('iou', 'pnl_ratio', 'ap_distance', 'third_residual'):
            assert abs(film['figures'][0][key][1] - one[key]) < 1e-4, key
        table, _ = run('measure', '--trajectory', file)
        assert len(table.splitlines()) == 3


def mask_file(path, masks, shown=None):
    path.write_text(json.dumps({'diptych_masks': 1, 'shown': shown, 'masks': masks}))
    return path


def test_mask_file(path):
    """A disc of 10 pixels painted into the air of the CC, and one erased in the next
    version: areas and IoU follow, flipped or not."""
    pair = path / 'pair-900.png'
    plain = measure(pair)
    disc = sum((x - 110) ** 2 + (y - 12) ** 2 <= 100 for x in range(128) for y in range(128))
    one = {'name': 'Mask 1', 'version': 1, 'recipe': {}, 'width': 128, 'height': 128,
           'cc': [[110, 12, 10, True, 0]], 'mlo': []}
    two = dict(one, version=2, cc=one['cc'] + [[110, 12, 10, False, 1]])
    with folder() as name:
        file = mask_file(pathlib.Path(name) / 'a.masks.json', [one, two],
                         {'name': 'Mask 1', 'version': 1})
        shown = measure(pair, '--mask-file', file)
        assert shown['cc_area'] == plain['cc_area'] + disc, (shown['cc_area'], disc)
        assert shown['mlo_area'] == plain['mlo_area']
        assert shown['mask']['corrected']['name'] == 'Mask 1'
        assert shown['mask']['corrected']['version'] == 1
        assert shown['mask']['algorithm'] == 'background'
        newest = measure(pair, '--mask-file', file, '--mask-name', 'Mask 1')
        assert newest['cc_area'] == plain['cc_area']
        assert newest['mask']['corrected']['cc_strokes'] == 2
        assert measure(pair, '--mask-file', file, '--mask-name', 'Mask 1:1')['iou'] == shown['iou']
        flipped = measure(pair, '--mask-file', file, '--flip', 'always')
        assert flipped['cc_area'] == shown['cc_area']

        refuse('measure', pair, '--mask-file', file, '--mask-name', 'x', says="none of them 'x'")
        refuse('measure', pair, pair, '--mask-file', file, code=2, says='--mask-file')
        refuse('measure', pair, '--mask-file', file, '--pectoral', 'in', code=2,
               says='--mask-file')
        refuse('measure', pair, '--mask-name', 'x', code=2, says='--mask-file')
        refuse('measure', pair, '--mask-file', pair, says='pair-900.png')
        mask_file(file, [dict(one, width=64)])
        refuse('measure', pair, '--mask-file', file, says='64x128')
        mask_file(file, [])
        refuse('measure', pair, '--mask-file', file, says='holds 0 masks')


def test_misuse(path):
    pair = path / 'pair-900.png'
    for args, says in (
            (['--cc', 'a.png'], 'only --cc'),
            ([], '--trajectory'),
            ([pair, '--csv', '--json'], 'found both'),
            ([pair, '--mask-algorithm', 'magic'], "'magic'"),
            ([pair, '--pectoral', 'maybe'], "'maybe'"),
            ([pair, '--third', 'product'], "'product'"),
            ([pair, '--flip', 'up'], "'up'"),
            ([pair, '--spacing', '-1'], '--spacing'),
            ([pair, '--trajectory', 'x'], 'stands alone')):
        refuse('measure', *args, code=2, says=says)
    refuse('measure', path / 'absent.png', says='absent.png')
    refuse('measure', path / 'truth.jsonl', says='truth.jsonl')
    refuse('measure', '--trajectory', pair, says='pair-900.png')
    refuse('measure', '--cc', pair, '--mlo', path / 'absent.png', says='absent.png')
    with folder() as name:
        refuse('measure', name, says='no pair')


def main():
    tap = Tap()
    with folder() as name:
        path = pathlib.Path(name)
        truths = make_phantoms(path)
        tap.test('/measure/truth', test_truth, path, truths)
        for test in (test_alone, test_spacing, test_two_spacings, test_csv, test_masks,
                     test_nearest, test_copied_view, test_two_sizes, test_black, test_film, test_mask_file, test_misuse):
            tap.test('/measure/' + test.__name__[5:].replace('_', '-'), test, path)
    tap.done()


main()
